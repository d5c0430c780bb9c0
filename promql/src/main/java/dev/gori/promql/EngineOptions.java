package dev.gori.promql;

import java.time.Duration;

/// How queries are evaluated, and their limits.
///
/// @param lookback how old a sample may be to count as the value of its series
/// @param subqueryStep the step of subqueries that give none
/// @param experimental whether experimental functions and modifiers may be used
/// @param delayedNames whether metric names are dropped at the end of a query, so that
///   `label_replace` still sees them
/// @param startTimestamps whether counters' start timestamps take part in rates and resets
///   (experimental)
/// @param typeAndUnit whether the label `__type__` decides what is a counter, instead of the suffix
///   of the name (experimental)
/// @param maxSamples how many samples one query may hold and produce
/// @param maxSteps how many steps a range query may have
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

  /// The defaults of Prometheus 3 without feature flags.
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

  /// With every PromQL feature flag of Prometheus 3.
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
