package dev.gori.promql;

import java.time.Duration;

/// How queries are evaluated, and how far they may go.
///
/// @param lookback how old a sample may be and still be a series' value
/// @param subqueryStep the resolution of subqueries that name none
/// @param experimental whether experimental functions and modifiers may be used
/// @param delayedNames whether a metric's name is dropped at the end of a query only, so that
///   `label_replace` still sees it
/// @param startTimestamps whether counters' start timestamps take part in rates and resets
///   (experimental)
/// @param typeAndUnit whether the label `__type__`, not the end of the name, says what is a counter
///   (experimental)
/// @param maxSamples how many samples one query may hold and produce
/// @param maxSteps how many moments one range query may have
/// @param timeout how long one query may take
public record EngineOptions(
    Duration lookback,
    Duration subqueryStep,
    boolean experimental,
    boolean delayedNames,
    boolean startTimestamps,
    boolean typeAndUnit,
    long maxSamples,
    int maxSteps,
    Duration timeout) {

  /// As Prometheus 3 without feature flags.
  public static final EngineOptions DEFAULTS =
      new EngineOptions(
          Duration.ofMinutes(5),
          Duration.ofMinutes(1),
          false,
          false,
          false,
          false,
          50_000_000,
          11_000,
          Duration.ofMinutes(2));

  /// Everything that Prometheus hides behind feature flags.
  public static final EngineOptions EXPERIMENTAL =
      new EngineOptions(
          Duration.ofMinutes(5),
          Duration.ofMinutes(1),
          true,
          true,
          true,
          true,
          50_000_000,
          11_000,
          Duration.ofMinutes(2));

  public EngineOptions {
    if (!lookback.isPositive()
        || !subqueryStep.isPositive()
        || !timeout.isPositive()
        || maxSamples < 1
        || maxSteps < 1) {
      throw new IllegalArgumentException(
          "promql options: lookback %s, subquery step %s, timeout %s, %d samples, %d steps (expected: all above zero)"
              .formatted(lookback, subqueryStep, timeout, maxSamples, maxSteps));
    }
  }

  public EngineOptions withTimeout(Duration shorter) {
    return new EngineOptions(
        lookback,
        subqueryStep,
        experimental,
        delayedNames,
        startTimestamps,
        typeAndUnit,
        maxSamples,
        maxSteps,
        shorter);
  }

  public EngineOptions withLookback(Duration other) {
    return new EngineOptions(
        other,
        subqueryStep,
        experimental,
        delayedNames,
        startTimestamps,
        typeAndUnit,
        maxSamples,
        maxSteps,
        timeout);
  }

  public EngineOptions withMaxSamples(long most) {
    return new EngineOptions(
        lookback,
        subqueryStep,
        experimental,
        delayedNames,
        startTimestamps,
        typeAndUnit,
        most,
        maxSteps,
        timeout);
  }

  public EngineOptions withSubqueryStep(Duration step) {
    return new EngineOptions(
        lookback,
        step,
        experimental,
        delayedNames,
        startTimestamps,
        typeAndUnit,
        maxSamples,
        maxSteps,
        timeout);
  }
}
