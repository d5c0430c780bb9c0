package dev.gori.metrics.rules;

import dev.gori.base.observe.SelfMetrics;
import dev.gori.base.run.QueryPool;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.time.Time;
import dev.gori.metrics.schedule.AlignedSchedule;
import dev.gori.metrics.store.SampleStore;
import dev.gori.promql.PromQl;
import dev.gori.rulefiles.RuleFile;
import dev.gori.rulefiles.RuleGroup;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;

/// Evaluates all rule groups of one environment at their intervals.
public final class RuleManager implements AutoCloseable {

  private static final Duration FOR_GRACE_PERIOD = Duration.ofMinutes(10);
  private static final Duration OUTAGE_TOLERANCE = Duration.ofHours(1);

  /// Settings of all groups.
  ///
  /// @param interval of groups without one
  /// @param resend minimum delay before an alert is sent again
  /// @param alertLabels alert relabelling
  public record Settings(
      Duration interval,
      Duration resend,
      List<Alertmanager> alertmanagers,
      Labels externalLabels,
      URI externalUrl,
      AlertRelabeling alertLabels) {
    public Settings {
      alertmanagers = List.copyOf(alertmanagers);
    }
  }

  private final PromQl promql;
  private final RuleStore store;
  private final Time time;
  private final Logger log;
  private final Notifier sender;
  private final RuleMetrics metrics;
  private final QueryPool evaluations =
      new QueryPool("rules", new QueryPool.Limits(2, 10_000, Duration.ofMinutes(10)));
  private volatile Settings settings;
  private List<ScheduledGroup> groups = List.of();
  private boolean started;

  public RuleManager(
      Settings setup,
      List<RuleFile> files,
      PromQl promql,
      SampleStore store,
      Time time,
      Logger log,
      SelfMetrics metrics) {
    this.settings = setup;
    this.promql = promql;
    this.store = new SampleRuleStore(store);
    this.time = time;
    this.log = log;
    this.sender = new Notifier(time, log, metrics);
    this.metrics = new RuleMetrics(metrics);
    sender.configure(setup.alertmanagers(), setup.externalLabels(), setup.alertLabels());
    this.groups = begin(files);
  }

  private List<ScheduledGroup> begin(List<RuleFile> files) {
    var all = RuleFile.allGroups(files).stream().map(ScheduledGroup::new).toList();
    metrics.keepOnly(all.stream().map(ScheduledGroup::key).collect(Collectors.toSet()));
    all.forEach(
        group ->
            metrics.register(
                group.key(), group.evaluator.interval(), group.evaluator.group().rules()));
    return all;
  }

  public synchronized void start() {
    started = true;
    groups.forEach(group -> group.restore(time.now()));
    groups.forEach(group -> group.schedule.start());
    sender.start();
  }

  /// Replaces all groups and settings. A rule that stays in its group keeps its alerts.
  public synchronized void reload(Settings next, List<RuleFile> files) {
    var before = new HashMap<String, RuleEvaluator>();
    for (var group : groups) {
      group.schedule.close();
      group.evaluator.rules().forEach(run -> before.put(group.key(run), run));
    }
    settings = next;
    sender.configure(next.alertmanagers(), next.externalLabels(), next.alertLabels());
    groups = begin(files);
    for (var group : groups) {
      for (var run : group.evaluator.rules()) {
        var old = before.remove(group.key(run));
        if (old != null) {
          run.takeOver(old);
        }
      }
      if (started) {
        group.schedule.start();
      }
    }
    before.values().forEach(gone -> gone.end(time.now()));
  }

  /// Evaluates every group once and sends alerts. For tests, in place of {@link #start}.
  public void evaluateAll() {
    for (var group : current()) {
      group.evaluate(time.now());
    }
    sender.sendAll();
  }

  private synchronized List<ScheduledGroup> current() {
    return groups;
  }

  public List<GroupView> views() {
    return current().stream().map(group -> group.evaluator.view()).toList();
  }

  /// The URLs of all Alertmanagers, without `/api/v2`.
  public List<URI> alertmanagers() {
    return sender.addresses();
  }

  public URI externalUrl() {
    return settings.externalUrl();
  }

  @Override
  public void close() {
    current().forEach(group -> group.schedule.close());
    evaluations.close();
    sender.close();
  }

  /// A group with its schedule.
  private final class ScheduledGroup {
    private final GroupEvaluator evaluator;
    private final AlignedSchedule schedule;

    ScheduledGroup(RuleGroup group) {
      var interval = group.interval().orElse(settings.interval());
      this.evaluator =
          new GroupEvaluator(
              group,
              interval,
              new GroupEvaluator.TemplateContext(settings.externalLabels(), settings.externalUrl()),
              promql,
              store);
      this.schedule =
          new AlignedSchedule(
              time, "rules " + group.name(), interval, key().hashCode(), this::evaluate);
    }

    /// The group's label value in metrics, as in Prometheus.
    String key() {
      return evaluator.group().file() + ";" + evaluator.group().name();
    }

    String key(RuleEvaluator one) {
      var rule = one.rule();
      return String.join(
          "\0",
          key(),
          rule.getClass().getSimpleName(),
          rule.name(),
          rule.expression(),
          rule.labels().toString());
    }

    void restore(Instant now) {
      evaluator.rules().forEach(rule -> rule.restore(now, FOR_GRACE_PERIOD, OUTAGE_TOLERANCE));
    }

    void evaluate(Instant at) {
      for (var failure : evaluated(at)) {
        if (failure.isNew()) {
          log.warn(
              "rule failed group={} rule={}: {}",
              evaluator.group().name(),
              failure.rule().name(),
              failure.why());
        }
      }
      for (var rule : evaluator.rules()) {
        rule.states()
            .ifPresent(
                states ->
                    sender.enqueue(
                        states.takeDue(at, settings.resend(), evaluator.interval()),
                        GeneratorUrl.of(settings.externalUrl(), rule.rule().expression())));
      }
      metrics.evaluated(key(), evaluator.view(), schedule.missed());
    }

    /// Evaluates on the query threads, since rules are as expensive as queries. Each rule has the
    /// query timeout; the timeout of the pool is for code that ignores it.
    private List<GroupEvaluator.Failure> evaluated(Instant at) {
      try {
        return evaluations.run(() -> false, () -> evaluator.evaluate(at));
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      } catch (Exception e) {
        log.error("rule group {} not evaluated", evaluator.group().name(), e);
      }
      return List.of();
    }
  }
}
