package dev.gori.metrics.rules;

import dev.gori.base.observe.SelfMetrics;
import dev.gori.base.run.QueryPool;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.time.Time;
import dev.gori.metrics.schedule.EvenTimes;
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

/// All rule groups of one environment, each evaluated at its interval.
public final class RuleGroups implements AutoCloseable {

  private static final Duration GRACE = Duration.ofMinutes(10);
  private static final Duration TOLERANCE = Duration.ofHours(1);

  /// What holds for all groups.
  ///
  /// @param interval of groups that name none
  /// @param resend the least time between two sendings of an alert
  /// @param alertLabels what happens to an alert's labels on the way out
  public record Setup(
      Duration interval,
      Duration resend,
      List<Alertmanager> alertmanagers,
      Labels externalLabels,
      URI externalUrl,
      AlertLabels alertLabels) {
    public Setup {
      alertmanagers = List.copyOf(alertmanagers);
    }
  }

  private final PromQl promql;
  private final RuleStore store;
  private final Time time;
  private final Logger log;
  private final AlertSender sender;
  private final RuleMetrics metrics;
  private final QueryPool evaluations =
      new QueryPool("rules", new QueryPool.Limits(2, 10_000, Duration.ofMinutes(10)));
  private volatile Setup setup;
  private List<Running> groups = List.of();
  private boolean started;

  public RuleGroups(
      Setup setup,
      List<RuleFile> files,
      PromQl promql,
      SampleStore store,
      Time time,
      Logger log,
      SelfMetrics metrics) {
    this.setup = setup;
    this.promql = promql;
    this.store = new StoredRules(store);
    this.time = time;
    this.log = log;
    this.sender = new AlertSender(time, log, metrics);
    this.metrics = new RuleMetrics(metrics);
    sender.configure(setup.alertmanagers(), setup.externalLabels(), setup.alertLabels());
    this.groups = begin(files);
  }

  private List<Running> begin(List<RuleFile> files) {
    var all = RuleFile.allGroups(files).stream().map(Running::new).toList();
    metrics.keepOnly(all.stream().map(Running::key).collect(Collectors.toSet()));
    all.forEach(
        group -> metrics.begins(group.key(), group.run.interval(), group.run.group().rules()));
    return all;
  }

  public synchronized void start() {
    started = true;
    groups.forEach(group -> group.restore(time.now()));
    groups.forEach(group -> group.times.start());
    sender.start();
  }

  /// Replaces all groups and what holds for them. A rule that is in the old and the new under the
  /// same group keeps its alerts.
  public synchronized void reload(Setup next, List<RuleFile> files) {
    var before = new HashMap<String, RuleRun>();
    for (var group : groups) {
      group.times.close();
      group.run.rules().forEach(run -> before.put(group.key(run), run));
    }
    setup = next;
    sender.configure(next.alertmanagers(), next.externalLabels(), next.alertLabels());
    groups = begin(files);
    for (var group : groups) {
      for (var run : group.run.rules()) {
        var old = before.remove(group.key(run));
        if (old != null) {
          run.takeOver(old);
        }
      }
      if (started) {
        group.times.start();
      }
    }
    before.values().forEach(gone -> gone.end(time.now()));
  }

  /// Evaluates every group once, now, and sends what is due. Tests call this instead of {@link
  /// #start}.
  public void evaluateAll() {
    for (var group : current()) {
      group.evaluate(time.now());
    }
    sender.sendAll();
  }

  private synchronized List<Running> current() {
    return groups;
  }

  public List<GroupView> views() {
    return current().stream().map(group -> group.run.view()).toList();
  }

  /// The addresses, without `/api/v2`, of those who are told of alerts.
  public List<URI> alertmanagers() {
    return sender.addresses();
  }

  public URI externalUrl() {
    return setup.externalUrl();
  }

  @Override
  public void close() {
    current().forEach(group -> group.times.close());
    evaluations.close();
    sender.close();
  }

  /// A group with its times.
  private final class Running {
    private final GroupRun run;
    private final EvenTimes times;

    Running(RuleGroup group) {
      var interval = group.interval().orElse(setup.interval());
      this.run =
          new GroupRun(
              group,
              interval,
              new GroupRun.Place(setup.externalLabels(), setup.externalUrl()),
              promql,
              store);
      this.times =
          new EvenTimes(time, "rules " + group.name(), interval, key().hashCode(), this::evaluate);
    }

    /// The group's name in metrics, as Prometheus writes it.
    String key() {
      return run.group().file() + ";" + run.group().name();
    }

    String key(RuleRun one) {
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
      run.rules().forEach(rule -> rule.restore(now, GRACE, TOLERANCE));
    }

    void evaluate(Instant at) {
      for (var failure : evaluated(at)) {
        if (failure.anew()) {
          log.warn(
              "rule failed group={} rule={}: {}",
              run.group().name(),
              failure.rule().name(),
              failure.why());
        }
      }
      for (var rule : run.rules()) {
        rule.states()
            .ifPresent(
                states ->
                    sender.enqueue(
                        states.takeDue(at, setup.resend(), run.interval()),
                        GeneratorUrl.of(setup.externalUrl(), rule.rule().expression())));
      }
      metrics.evaluated(key(), run.view(), times.missed());
    }

    /// Rules compute as queries do, and so have threads of their own. Each rule has the timeout of
    /// a query; the pool's is there for what does not look at it.
    private List<GroupRun.Failure> evaluated(Instant at) {
      try {
        return evaluations.run(() -> false, () -> run.evaluate(at));
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      } catch (Exception e) {
        log.error("rule group {} was not evaluated", run.group().name(), e);
      }
      return List.of();
    }
  }
}
