package dev.gori.rulefiles;

import dev.gori.kernel.label.Labels;
import java.time.Instant;
import java.util.Optional;

/// One alert after an evaluation.
///
/// @param labels with `alertname`, the rule's labels expanded
/// @param value of the expression when it was last true
/// @param activeAt when the expression became true
/// @param firedAt when it had been true for long enough; empty while pending
/// @param resolvedAt when it stopped being true; empty while active
/// @param keepFiringSince when the expression stopped being true while `keep_firing_for` keeps the
///   alert firing
/// @param lastSentAt when it was last passed on for sending
public record ActiveAlert(
    Labels labels,
    Labels annotations,
    State state,
    double value,
    Instant activeAt,
    Optional<Instant> firedAt,
    Optional<Instant> resolvedAt,
    Optional<Instant> keepFiringSince,
    Optional<Instant> lastSentAt) {

  public enum State {
    INACTIVE("inactive"),
    PENDING("pending"),
    FIRING("firing");

    private final String text;

    State(String text) {
      this.text = text;
    }

    /// Its value in the rules API.
    public String text() {
      return text;
    }
  }

  public boolean isResolved() {
    return resolvedAt.isPresent();
  }

  ActiveAlert seen(double newValue, Labels newAnnotations) {
    return new ActiveAlert(
        labels,
        newAnnotations,
        state,
        newValue,
        activeAt,
        firedAt,
        resolvedAt,
        Optional.empty(),
        lastSentAt);
  }

  ActiveAlert firing(Instant at) {
    return new ActiveAlert(
        labels,
        annotations,
        State.FIRING,
        value,
        activeAt,
        Optional.of(at),
        Optional.empty(),
        keepFiringSince,
        lastSentAt);
  }

  ActiveAlert keptSince(Instant at) {
    return new ActiveAlert(
        labels,
        annotations,
        state,
        value,
        activeAt,
        firedAt,
        resolvedAt,
        keepFiringSince.or(() -> Optional.of(at)),
        lastSentAt);
  }

  ActiveAlert resolved(Instant at) {
    return new ActiveAlert(
        labels,
        annotations,
        State.INACTIVE,
        value,
        activeAt,
        firedAt,
        Optional.of(at),
        Optional.empty(),
        lastSentAt);
  }

  ActiveAlert sent(Instant at) {
    return new ActiveAlert(
        labels,
        annotations,
        state,
        value,
        activeAt,
        firedAt,
        resolvedAt,
        keepFiringSince,
        Optional.of(at));
  }
}
