package dev.gori.rulefiles;

import dev.gori.kernel.label.Labels;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The alerts of one alerting rule, from one evaluation to the next.
///
/// Its labels identify an alert. It is pending while its expression has been true for less than the
/// rule's `for`, then firing; when the expression is no longer true a pending one is removed and a
/// firing one is resolved. A resolved one is kept for 15 minutes so that the message about it can
/// be sent again if the first was lost.
public final class AlertStates {

  /// How long a resolved alert is kept and sent.
  public static final Duration RESOLVED_KEPT = Duration.ofMinutes(15);

  /// One element of the expression's result.
  public record Element(Labels labels, double value) {}

  /// The result of an evaluation.
  public sealed interface Outcome {
    record Evaluated() implements Outcome {}

    /// There were problems; the alerts are unchanged.
    record Refused(String why) implements Outcome {}
  }

  private final Rule.Alerting rule;
  private final int limit;
  private final TemplateExpander templates;
  private final Map<Labels, ActiveAlert> alerts = new TreeMap<>();

  /// @param limit of the rule's group; 0 for none
  public AlertStates(Rule.Alerting rule, int limit, TemplateExpander templates) {
    this.rule = rule;
    this.limit = limit;
    this.templates = templates;
  }

  public Rule.Alerting rule() {
    return rule;
  }

  /// Updates the alerts with the result of the expression at a timestamp. Do not call this when the
  /// evaluation failed: the alerts stay as they are.
  public Outcome evaluate(Instant at, List<Element> result) {
    var now = new HashMap<Labels, Element>();
    for (var element : result) {
      var labels = alertLabels(element);
      if (now.put(labels, element) != null) {
        return new Outcome.Refused(
            "vector contains metrics with the same labelset after applying alert labels: "
                + labels);
      }
    }
    if (limit > 0 && now.size() > limit) {
      return new Outcome.Refused(
          "exceeded limit of %d with %d alerts".formatted(limit, now.size()));
    }
    now.forEach((labels, element) -> see(at, labels, element));
    alerts.values().removeIf(alert -> !now.containsKey(alert.labels()) && isForgotten(alert, at));
    alerts.replaceAll((labels, alert) -> now.containsKey(labels) ? alert : absent(alert, at));
    return new Outcome.Evaluated();
  }

  private Labels alertLabels(Element element) {
    var labels = element.labels().without(Labels.NAME).toMap();
    rule.labels()
        .forEach(
            (name, text) ->
                labels.put(name, templates.expand(text, element.labels(), element.value())));
    labels.put("alertname", rule.name());
    return Labels.of(labels);
  }

  private Labels annotations(Element element) {
    var texts = new TreeMap<String, String>();
    rule.annotations()
        .forEach(
            (name, text) ->
                texts.put(name, templates.expand(text, element.labels(), element.value())));
    return Labels.of(texts);
  }

  private void see(Instant at, Labels labels, Element element) {
    var known = alerts.get(labels);
    var alert = known == null || known.isResolved() ? pending(at, labels, known) : known;
    alert = alert.seen(element.value(), annotations(element));
    if (alert.state() == ActiveAlert.State.PENDING
        && !at.isBefore(alert.activeAt().plus(rule.holdDuration()))) {
      alert = alert.firing(at);
    }
    alerts.put(labels, alert);
  }

  private static ActiveAlert pending(Instant at, Labels labels, @Nullable ActiveAlert before) {
    return new ActiveAlert(
        labels,
        Labels.EMPTY,
        ActiveAlert.State.PENDING,
        0,
        at,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        before == null ? Optional.empty() : before.lastSentAt());
  }

  private static boolean isForgotten(ActiveAlert alert, Instant at) {
    return alert.state() == ActiveAlert.State.PENDING
        || alert.resolvedAt().filter(when -> at.isAfter(when.plus(RESOLVED_KEPT))).isPresent();
  }

  private ActiveAlert absent(ActiveAlert alert, Instant at) {
    if (alert.state() != ActiveAlert.State.FIRING) {
      return alert;
    }
    if (!rule.keepFiringFor().isZero()) {
      var kept = alert.keptSince(at);
      if (kept.keepFiringSince()
          .filter(since -> at.isBefore(since.plus(rule.keepFiringFor())))
          .isPresent()) {
        return kept;
      }
    }
    return alert.resolved(at);
  }

  /// The alerts that are pending or firing, in order of their labels.
  public List<ActiveAlert> active() {
    return alerts.values().stream().filter(alert -> !alert.isResolved()).toList();
  }

  /// All alerts, with resolved ones: the state to save for a restart.
  public List<ActiveAlert> all() {
    return List.copyOf(alerts.values());
  }

  /// Restores the state saved before a restart. Alerts that a changed rule would no longer make
  /// resolve at the next evaluation.
  public void restore(List<ActiveAlert> saved) {
    saved.forEach(alert -> alerts.putIfAbsent(alert.labels(), alert));
  }

  /// The state of the rule as a whole: that of its most serious alert.
  public ActiveAlert.State state() {
    return active().stream()
        .map(ActiveAlert::state)
        .max(ActiveAlert.State::compareTo)
        .orElse(ActiveAlert.State.INACTIVE);
  }

  /// Returns the alerts that must be sent now: those that fire or were resolved since they were
  /// sent last, and those whose last sending is more than `resend` ago. They count as sent; when
  /// sending fails, call {@link #unsent}, or they are sent again after `resend`.
  ///
  /// @param interval between two evaluations; with `resend` it gives the `endsAt` of a firing alert
  public List<AlertToSend> takeDue(Instant at, Duration resend, Duration interval) {
    var due = new ArrayList<AlertToSend>();
    var longer = interval.compareTo(resend) > 0 ? interval : resend;
    var believedUntil = at.plus(longer.multipliedBy(4));
    alerts.replaceAll(
        (labels, alert) -> {
          if (!isDue(alert, at, resend)) {
            return alert;
          }
          due.add(
              new AlertToSend(
                  labels,
                  alert.annotations(),
                  alert.firedAt().orElse(alert.activeAt()),
                  alert.resolvedAt().orElse(believedUntil),
                  alert.isResolved()));
          return alert.sent(at);
        });
    return due;
  }

  /// Marks alerts as not sent, so that the next call returns them again.
  public void unsent(List<AlertToSend> failed) {
    failed.forEach(
        sent ->
            alerts.computeIfPresent(sent.labels(), (labels, alert) -> alert.sent(Instant.EPOCH)));
  }

  private static boolean isDue(ActiveAlert alert, Instant at, Duration resend) {
    if (alert.state() == ActiveAlert.State.PENDING) {
      return false;
    }
    var last = alert.lastSentAt();
    if (last.isEmpty() || alert.resolvedAt().filter(when -> when.isAfter(last.get())).isPresent()) {
      return true;
    }
    if (alert.firedAt().filter(when -> when.isAfter(last.get())).isPresent()) {
      return true;
    }
    return at.isAfter(last.get().plus(resend));
  }
}
