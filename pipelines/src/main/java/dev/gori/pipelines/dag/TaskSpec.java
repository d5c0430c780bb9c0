package dev.gori.pipelines.dag;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One task of a pipeline, as its file says.
///
/// @param uses the built-in task, or `process`
/// @param with what it is given; texts may be templates
/// @param needs the tasks before it
/// @param when runs only where this holds, else it is skipped; asked once the trigger rule lets it
///   start
/// @param timeout of one attempt
/// @param sensor how it waits, for tasks that do
/// @param branch after its success: which of the tasks that need it go on, each with its condition;
///   the others are skipped
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
