package dev.gori.pipelines.dag;

import dev.gori.base.conf.Conf;
import dev.gori.base.conf.Problems;
import dev.gori.base.conf.Section;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads a pipeline's YAML file. Reports every problem with file and line; returns nothing for a
/// file with a problem.
public final class PipelineFile {

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_-]{0,62}");

  private final Map<String, TaskType> types;
  private final ZoneId zone;

  /// @param types the tasks that `uses` may name, by name
  /// @param zone the environment's time zone, for a schedule that names none
  public PipelineFile(Map<String, TaskType> types, ZoneId zone) {
    this.types = Map.copyOf(types);
    this.zone = zone;
  }

  /// @param file the name that problems show; without its folder and `.yaml` it is the pipeline's
  ///   name if the file has no `name`
  public Optional<Pipeline> read(String file, String text, Problems problems) {
    var own = new Problems();
    var pipeline = pipeline(Conf.parse(file, text, own), file, own);
    problems.addAll(own);
    return own.isEmpty() ? Optional.of(pipeline) : Optional.empty();
  }

  private Pipeline pipeline(Section top, String file, Problems problems) {
    var stem = file.substring(file.lastIndexOf('/') + 1).replaceFirst("\\.ya?ml$", "");
    var name = top.textOr("name", stem);
    problems.expect(
        NAME.matcher(name).matches(),
        top.where("name"),
        name,
        "a lower-case letter, then letters, digits, '_' or '-'");
    var schedule = schedule(top, problems);
    var deadline = positive(top, "deadline", problems);
    int atOnce = (int) top.integer("max_active_runs", 1);
    problems.expect(atOnce >= 1 && atOnce <= 100, top.where("max_active_runs"), atOnce, "1 to 100");
    var params = values(top.section("params"));
    var description = top.textOr("description", "");
    var catchup = top.flag("catchup", false);
    var onChange = top.flag("run_on_change", false);
    var tasks = tasks(top, params, problems);
    var onFailure = onFailure(top, tasks, params, problems);
    top.finish();
    return new Pipeline(
        name,
        description,
        schedule,
        schedule.map(Schedule::zone).orElse(zone),
        catchup,
        atOnce,
        deadline,
        onFailure,
        onChange,
        params,
        tasks);
  }

  private Optional<Schedule> schedule(Section top, Problems problems) {
    if (!top.has("schedule")) {
      return Optional.empty();
    }
    if (!(top.plain("schedule") instanceof Map<?, ?>)) {
      return top.text("schedule").flatMap(cron -> schedule(top, "schedule", cron, zone, problems));
    }
    var section = top.section("schedule");
    var cron = section.required("cron", "such as '0 2 * * *'");
    var named = section.text("time_zone").map(text -> zone(section, text, problems)).orElse(zone);
    section.finish();
    return cron.isEmpty() ? Optional.empty() : schedule(section, "cron", cron, named, problems);
  }

  private static Optional<Schedule> schedule(
      Section section, String key, String cron, ZoneId zone, Problems problems) {
    try {
      return Optional.of(Schedule.of(cron, zone));
    } catch (IllegalArgumentException e) {
      problems.add("%s: %s".formatted(section.where(key), e.getMessage()));
      return Optional.empty();
    }
  }

  private ZoneId zone(Section section, String text, Problems problems) {
    try {
      return ZoneId.of(text);
    } catch (DateTimeException _) {
      problems.add(
          "%s: '%s' (expected: a time zone such as Asia/Seoul)"
              .formatted(section.where("time_zone"), text));
      return zone;
    }
  }

  private static Optional<Duration> positive(Section section, String key, Problems problems) {
    if (!section.has(key)) {
      return Optional.empty();
    }
    var duration = section.duration(key, Duration.ofSeconds(1));
    problems.expect(!duration.isZero(), section.where(key), "0", "more than 0s");
    return Optional.of(duration);
  }

  private List<TaskSpec> tasks(
      Section top, Map<String, @Nullable Object> params, Problems problems) {
    var specs = new LinkedHashMap<String, TaskSpec>();
    var sections = top.named("tasks");
    problems.expect(!sections.isEmpty(), top.where("tasks"), "nothing", "one task or more");
    var reader = new TaskFile(types, problems);
    sections.forEach(
        (name, section) -> {
          problems.expect(
              NAME.matcher(name).matches() && !name.equals(Pipeline.ON_FAILURE),
              top.section("tasks").where(name),
              name,
              "a lower-case letter, then letters, digits, '_' or '-'; not on_failure");
          specs.put(name, reader.read(name, section));
        });
    return new TaskGraph(specs, sections, params, problems).sorted();
  }

  private Optional<TaskSpec> onFailure(
      Section top, List<TaskSpec> tasks, Map<String, @Nullable Object> params, Problems problems) {
    if (!top.has("on_failure")) {
      return Optional.empty();
    }
    var section = top.section("on_failure");
    var spec = new TaskFile(types, problems).read(Pipeline.ON_FAILURE, section);
    problems.expect(
        spec.needs().isEmpty(),
        section.where("needs"),
        spec.needs(),
        "nothing: it runs when the run has failed");
    problems.expect(
        spec.branch().isEmpty(),
        section.where("branch"),
        spec.branch().keySet(),
        "nothing: no task comes after it");
    var all = new LinkedHashMap<String, TaskSpec>();
    tasks.forEach(task -> all.put(task.name(), task));
    new TaskGraph(all, Map.of(), params, problems).checkNames(spec, section, all.keySet());
    return Optional.of(spec);
  }

  static Map<String, @Nullable Object> values(Section section) {
    var values = new LinkedHashMap<String, @Nullable Object>();
    section.keys().forEach(key -> values.put(key, section.plain(key)));
    return values;
  }
}
