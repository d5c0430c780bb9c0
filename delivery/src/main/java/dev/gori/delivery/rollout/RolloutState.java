package dev.gori.delivery.rollout;

import java.time.Instant;
import java.util.Locale;

/// Where a rollout is. `failures` counts attempts of the state's step that failed in a row.
public sealed interface RolloutState {

  record Planned() implements RolloutState {}

  record Deploying(int failures) implements RolloutState {}

  record Smoking(int failures) implements RolloutState {}

  record Committing(int failures) implements RolloutState {}

  record Reloading(int failures) implements RolloutState {}

  /// Traffic is on the new version and is being watched.
  ///
  /// @param since when traffic was shifted
  /// @param until the observation's earliest end; every reading without a verdict moves it on
  /// @param last the moment of the last reading, `since` before the first
  /// @param good readings that were within all thresholds
  /// @param missing readings without a verdict in a row
  record Observing(Instant since, Instant until, Instant last, int good, int missing)
      implements RolloutState {}

  /// Nothing was shifted; what was prepared is being taken out.
  ///
  /// @param step what is under way: UNSTAGE, then UNPIN
  record Failing(RolloutStep step, String cause, int failures) implements RolloutState {}

  /// @param step what is under way: TRAFFIC_BACK, then ALIAS_BACK, then REVERT
  /// @param verdict when it was decided to go back
  record RollingBack(RolloutStep step, String cause, Instant verdict, int failures)
      implements RolloutState {}

  record Succeeded() implements RolloutState {}

  record Failed(String cause) implements RolloutState {}

  record RolledBack(String cause) implements RolloutState {}

  /// No verdict could be reached, or there is nothing to go back to: traffic stays as it is and a
  /// person decides.
  record Held(String cause) implements RolloutState {}

  default boolean isFinal() {
    return phase().isFinal();
  }

  /// Whether there was no verdict, so that it neither advances nor goes back.
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

  /// Why it went wrong; empty while nothing did.
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
