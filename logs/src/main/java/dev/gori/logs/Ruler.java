package dev.gori.logs;

import dev.gori.base.run.QueryPool;
import dev.gori.clients.AlertmanagerClient;
import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.life.Cancellation.CancelledException;
import dev.gori.kernel.time.Time;
import dev.gori.logs.logql.LogEngine;
import dev.gori.logs.logql.Query;
import dev.gori.rulefiles.AlertStates;
import dev.gori.rulefiles.AlertToSend;
import dev.gori.rulefiles.Rule;
import dev.gori.rulefiles.RuleGroup;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;

/// Evaluates due rule groups and sends changed alerts to the Alertmanager. When an evaluation
/// fails, the alerts of the rule keep their state.
final class Ruler implements AutoCloseable {

  /// A rule with its alerts and its last evaluation. The evaluation thread writes it; the routes
  /// read it.
  static final class AlertingRule {
    final Rule.Alerting rule;
    final Query query;
    final AlertStates states;
    volatile String lastError = "";
    volatile Instant lastEvaluation = Instant.EPOCH;
    volatile Duration lastDuration = Duration.ZERO;

    AlertingRule(Rule.Alerting rule, int limit) {
      this.rule = rule;
      this.query = Query.parse(rule.expression(), LogTemplates.lineTemplates());
      this.states = new AlertStates(rule, limit, LogTemplates.ruleTemplates());
    }
  }

  static final class Group {
    final RuleGroup group;
    final Duration interval;
    final List<AlertingRule> rules = new ArrayList<>();
    Instant next = Instant.MIN;

    Group(RuleGroup group, Duration otherwise) {
      this.group = group;
      this.interval = group.interval().filter(i -> !i.isZero()).orElse(otherwise);
      for (var rule : group.rules()) {
        if (rule instanceof Rule.Alerting alerting) {
          rules.add(new AlertingRule(alerting, group.limit()));
        }
      }
    }
  }

  private final LogsSettings settings;
  private static final Duration TIMEOUT = Duration.ofMinutes(1);

  /// Evaluation uses as much CPU as a query, so rules have their own thread.
  private final QueryPool evaluations =
      new QueryPool("log-rules", new QueryPool.Limits(1, 1, TIMEOUT));

  private final LogEngine engine;
  private final AlertmanagerClient alertmanager;
  private final Time time;
  private final Disk disk;
  private final Path stateFile;
  private final Logger log;
  private List<Group> groups = List.of();
  private boolean unreachable;

  Ruler(
      LogsSettings settings,
      LogEngine engine,
      AlertmanagerClient alertmanager,
      Time time,
      Disk disk,
      Path stateFile,
      Logger log) {
    this.settings = settings;
    this.engine = engine;
    this.alertmanager = alertmanager;
    this.time = time;
    this.disk = disk;
    this.stateFile = stateFile;
    this.log = log;
  }

  /// Replaces the rules; alerts of unchanged rules keep their state.
  synchronized void replace(List<RuleGroup> read) {
    var saved = SavedAlerts.of(groups);
    var next = read.stream().map(group -> new Group(group, settings.evaluationInterval())).toList();
    saved.restore(next);
    groups = next;
  }

  /// Restores the alerts that were saved before a restart.
  synchronized void restore() throws IOException {
    try {
      SavedAlerts.read(disk.readWhole(stateFile)).restore(groups);
    } catch (NoSuchFileException _) {
      log.debug("no saved alerts file={}", stateFile);
    } catch (RuntimeException e) {
      log.warn(
          "cannot read saved alerts, pending alerts restart file={}: {}",
          stateFile,
          e.getMessage());
    }
  }

  synchronized List<Group> groups() {
    return groups;
  }

  /// Evaluates every group whose interval has passed.
  synchronized void evaluateDue() throws IOException {
    var now = time.now();
    boolean any = false;
    for (var group : groups) {
      if (!now.isBefore(group.next)) {
        group.next = now.plus(group.interval);
        group.rules.forEach(
            rule ->
                evaluate(rule, now.minus(group.group.queryOffset().orElse(Duration.ZERO)), now));
        send(group, now);
        any |= group.rules.stream().anyMatch(rule -> !rule.states.all().isEmpty());
      }
    }
    if (any || (disk.exists(stateFile) && SavedAlerts.of(groups).isEmpty())) {
      save();
    }
  }

  private void save() throws IOException {
    var saved = SavedAlerts.of(groups);
    if (saved.isEmpty()) {
      disk.delete(stateFile);
    } else {
      disk.writeWhole(stateFile, saved.write());
    }
  }

  private void evaluate(AlertingRule rule, Instant at, Instant now) {
    try {
      var vector =
          evaluations.run(() -> false, () -> engine.instant(rule.query, TimeParameters.nanos(at)));
      var elements =
          vector.elements().stream()
              .map(e -> new AlertStates.Element(e.labels(), e.value()))
              .toList();
      var error =
          switch (rule.states.evaluate(now, elements)) {
            case AlertStates.Outcome.Evaluated _ -> "";
            case AlertStates.Outcome.Refused(String why) -> why;
          };
      setLastError(rule, error);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (CancelledException e) {
      setLastError(rule, "no result within %s".formatted(TIMEOUT));
    } catch (Exception e) {
      setLastError(rule, String.valueOf(e.getMessage()));
    }
    rule.lastEvaluation = now;
    rule.lastDuration = Duration.between(now, time.now());
  }

  private void setLastError(AlertingRule rule, String error) {
    if (!error.isEmpty() && rule.lastError.isEmpty()) {
      log.warn(
          "rule evaluation failed, its alerts keep their state rule={}: {}",
          rule.rule.name(),
          error);
    }
    rule.lastError = error;
  }

  private void send(Group group, Instant now) {
    for (var rule : group.rules) {
      var due = rule.states.takeDue(now, settings.resendDelay(), group.interval);
      if (!due.isEmpty()) {
        send(rule, due);
      }
    }
  }

  private void send(AlertingRule rule, List<AlertToSend> due) {
    var alerts =
        due.stream()
            .map(
                alert ->
                    new AlertmanagerClient.Alert(
                        alert.labels(), alert.annotations(), alert.startsAt(), alert.endsAt(), ""))
            .toList();
    switch (alertmanager.send(alerts)) {
      case AlertmanagerClient.Outcome.Accepted _ -> unreachable = false;
      case AlertmanagerClient.Outcome.Refused(int _, String why) ->
          log.error(
              "Alertmanager rejected alerts, next attempt after resend_delay rule={} alerts={}: {}",
              rule.rule.name(),
              due.size(),
              why);
      case AlertmanagerClient.Outcome.Unavailable(String why) -> {
        rule.states.unsent(due);
        if (!unreachable) {
          log.warn(
              "cannot send alerts, next attempt at the next evaluation rule={} alerts={}: {}",
              rule.rule.name(),
              due.size(),
              why);
        }
        unreachable = true;
      }
    }
  }

  @Override
  public void close() {
    evaluations.close();
  }
}
