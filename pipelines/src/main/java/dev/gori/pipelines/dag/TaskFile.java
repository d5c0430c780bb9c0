package dev.gori.pipelines.dag;

import dev.gori.base.conf.Problems;
import dev.gori.base.conf.Section;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads one task of a pipeline file, without checking references to other tasks.
final class TaskFile {

  private final Map<String, TaskType> types;
  private final Problems problems;

  TaskFile(Map<String, TaskType> types, Problems problems) {
    this.types = types;
    this.problems = problems;
  }

  TaskSpec read(String name, Section section) {
    var uses = section.required("uses", "a built-in task or 'process'");
    var type = Optional.ofNullable(types.get(uses));
    if (type.isEmpty() && !uses.isEmpty()) {
      problems.unknown(section.where("uses"), "task", uses, types.keySet());
    }
    var with = with(section, type);
    var needs = section.texts("needs");
    var when = section.text("when").flatMap(text -> expression(section, "when", text));
    var timeout = section.duration("timeout", TaskSpec.TIMEOUT);
    problems.expect(!timeout.isZero(), section.where("timeout"), "0", "more than 0s");
    var spec =
        new TaskSpec(
            name,
            uses,
            with,
            needs,
            when,
            rule(section),
            retry(section),
            timeout,
            sensor(section, type),
            branch(section));
    section.finish();
    return spec;
  }

  private Map<String, @Nullable Object> with(Section section, Optional<TaskType> type) {
    var with = section.section("with");
    type.ifPresent(
        known -> {
          for (var key : with.keys()) {
            if (!known.keys().contains(key)) {
              problems.unknownKey(with.where(key), key, known.keys());
            }
          }
          known.required().stream()
              .filter(key -> !with.has(key))
              .sorted()
              .forEach(
                  key ->
                      problems.add(
                          "%s: task '%s' needs the key '%s' in 'with'"
                              .formatted(section.where("with"), known.name(), key)));
        });
    return PipelineFile.values(with);
  }

  private TriggerRule rule(Section section) {
    return section
        .text("trigger_rule")
        .flatMap(
            text -> {
              var rule = TriggerRule.of(text);
              if (rule.isEmpty()) {
                problems.unknownKey(section.where("trigger_rule"), text, TriggerRule.names());
              }
              return rule;
            })
        .orElse(TriggerRule.ALL_SUCCESS);
  }

  private RetryPolicy retry(Section section) {
    var normal = RetryPolicy.NONE;
    int retries = (int) section.integer("retries", 0);
    problems.expect(retries >= 0 && retries <= 100, section.where("retries"), retries, "0 to 100");
    retries = Math.clamp(retries, 0, 100);
    if (!(section.plain("retry_delay") instanceof Map<?, ?>)) {
      return new RetryPolicy(
          retries,
          section.duration("retry_delay", normal.delay()),
          normal.factor(),
          normal.longest(),
          normal.jitter());
    }
    var delay = section.section("retry_delay");
    var first = delay.duration("first", normal.delay());
    var longest = delay.duration("longest", normal.longest());
    double factor = delay.number("factor", normal.factor());
    double jitter = delay.number("jitter", normal.jitter());
    problems.expect(factor >= 1, delay.where("factor"), factor, "1 or more");
    problems.expect(jitter >= 0 && jitter <= 1, delay.where("jitter"), jitter, "0 to 1");
    delay.finish();
    return new RetryPolicy(
        retries, first, factor >= 1 ? factor : 1, longest, jitter >= 0 && jitter <= 1 ? jitter : 0);
  }

  private Optional<SensorPolicy> sensor(Section section, Optional<TaskType> type) {
    boolean waits = type.map(TaskType::sensor).orElse(false);
    if (!section.has("sensor")) {
      return waits ? Optional.of(SensorPolicy.DEFAULTS) : Optional.empty();
    }
    problems.expect(
        waits || type.isEmpty(),
        section.where("sensor"),
        section.textOr("uses", ""),
        "a task that waits, such as object_sensor");
    var sensor = section.section("sensor");
    var poke = atLeastAMoment(sensor, "poke_interval", SensorPolicy.DEFAULTS.pokeInterval());
    var timeout = atLeastAMoment(sensor, "timeout", SensorPolicy.DEFAULTS.timeout());
    var soft = sensor.flag("soft_fail", false);
    sensor.finish();
    return Optional.of(new SensorPolicy(poke, timeout, soft));
  }

  private Duration atLeastAMoment(Section section, String key, Duration normal) {
    var duration = section.duration(key, normal);
    problems.expect(!duration.isZero(), section.where(key), "0", "more than 0s");
    return duration.isZero() ? normal : duration;
  }

  private Map<String, Expression> branch(Section section) {
    var branch = new LinkedHashMap<String, Expression>();
    var ways = section.section("branch");
    for (var target : ways.keys()) {
      ways.text(target)
          .flatMap(text -> expression(ways, target, text.strip()))
          .ifPresent(way -> branch.put(target, way));
    }
    return branch;
  }

  private Optional<Expression> expression(Section section, String key, String text) {
    try {
      return Optional.of(Expression.parse(text));
    } catch (IllegalArgumentException e) {
      problems.add("%s: '%s': %s".formatted(section.where(key), text, e.getMessage()));
      return Optional.empty();
    }
  }
}
