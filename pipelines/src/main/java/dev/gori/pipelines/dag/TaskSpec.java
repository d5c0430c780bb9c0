package dev.gori.pipelines.dag;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The definition of one task of a pipeline.
///
/// @param uses the built-in task, or `process`
/// @param with the task's parameters; texts may be templates
/// @param needs the direct upstream tasks
/// @param when a condition that is evaluated once the trigger rule allows the start; if it does not
///   hold, the task is skipped
/// @param timeout of one attempt
/// @param sensor how the task waits; empty unless it is a sensor
/// @param branch conditions by direct downstream task, evaluated after this task succeeds;
///   downstream tasks listed here whose condition does not hold are skipped
public record TaskSpec(
    String name,
    String uses,
    Map<String, @Nullable Object> with,
    List<String> needs,
    Optional<Expression> when,
    TriggerRule rule,
    RetryPolicy retry,
    Duration timeout,
    Optional<SensorPolicy> sensor,
    Map<String, Expression> branch) {

  public static final Duration TIMEOUT = Duration.ofHours(1);

  public TaskSpec {
    with = Collections.unmodifiableMap(new LinkedHashMap<>(with));
    needs = List.copyOf(needs);
    branch = Collections.unmodifiableMap(new LinkedHashMap<>(branch));
  }
}
