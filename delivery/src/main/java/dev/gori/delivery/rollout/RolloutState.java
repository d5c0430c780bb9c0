package dev.gori.delivery.rollout;

import java.time.Instant;
import java.util.Locale;

/// The state of a rollout. `failures` counts the consecutive failed attempts of its step.
public sealed interface RolloutState {

  record Planned() implements RolloutState {}

  record Deploying(int failures) implements RolloutState {}

  record Smoking(int failures) implements RolloutState {}

  record Committing(int failures) implements RolloutState {}

  record Reloading(int failures) implements RolloutState {}

  /// Traffic is on the new version, and delivery observes it.
  ///
  /// @param since when traffic shifted to the version
  /// @param until the earliest end of the observation; every round without a verdict delays it
  /// @param last when the last round ended; `since` before the first
  /// @param good the number of rounds with a good verdict
  /// @param missing the number of consecutive rounds without a verdict
  record Observing(Instant since, Instant until, Instant last, int good, int missing)
      implements RolloutState {}

  /// Traffic was not shifted; delivery undoes the preparation.
  ///
  /// @param step the current step: UNSTAGE, then UNPIN
  record Failing(RolloutStep step, String cause, int failures) implements RolloutState {}

  /// @param step the current step: TRAFFIC_BACK, then ALIAS_BACK, then REVERT
  /// @param verdict when delivery decided to roll back
  record RollingBack(RolloutStep step, String cause, Instant verdict, int failures)
      implements RolloutState {}

  record Succeeded() implements RolloutState {}

  record Failed(String cause) implements RolloutState {}

  record RolledBack(String cause) implements RolloutState {}

  /// There was no verdict in time, or there is no version to roll back to: traffic stays as it is,
  /// and a person decides.
  record Held(String cause) implements RolloutState {}

  default boolean isFinal() {
    return phase().isFinal();
  }

  /// Whether the last round had no verdict, so that the rollout neither advances nor rolls back.
  default boolean isHolding() {
    return this instanceof Observing watching && watching.missing() > 0;
  }

  /// A state without its progress.
  enum Phase {
    PLANNED,
    DEPLOYING,
    SMOKING,
    COMMITTING,
    RELOADING,
    OBSERVING,
    FAILING,
    ROLLING_BACK,
    SUCCEEDED,
    FAILED,
    ROLLED_BACK,
    HELD;

    public boolean isFinal() {
      return this == SUCCEEDED || this == FAILED || this == ROLLED_BACK || this == HELD;
    }

    /// The text in JSON and in the database, such as `rolling_back`.
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }

    /// @throws IllegalArgumentException for any other text
    public static Phase of(String text) {
      return valueOf(text.toUpperCase(Locale.ROOT));
    }
  }

  default Phase phase() {
    return switch (this) {
      case Planned _ -> Phase.PLANNED;
      case Deploying _ -> Phase.DEPLOYING;
      case Smoking _ -> Phase.SMOKING;
      case Committing _ -> Phase.COMMITTING;
      case Reloading _ -> Phase.RELOADING;
      case Observing _ -> Phase.OBSERVING;
      case Failing _ -> Phase.FAILING;
      case RollingBack _ -> Phase.ROLLING_BACK;
      case Succeeded _ -> Phase.SUCCEEDED;
      case Failed _ -> Phase.FAILED;
      case RolledBack _ -> Phase.ROLLED_BACK;
      case Held _ -> Phase.HELD;
    };
  }

  /// Why the rollout failed, rolled back or was held; empty otherwise.
  default String cause() {
    return switch (this) {
      case Failing(_, var cause, _) -> cause;
      case RollingBack(_, var cause, _, _) -> cause;
      case Failed(var cause) -> cause;
      case RolledBack(var cause) -> cause;
      case Held(var cause) -> cause;
      case Planned _, Deploying _, Smoking _, Committing _, Reloading _, Observing _, Succeeded _ ->
          "";
    };
  }
}
