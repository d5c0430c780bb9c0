package dev.gori.pipelines.tasks;

import dev.gori.base.json.Json;
import dev.gori.clients.s3.ObjectHead;
import dev.gori.clients.s3.ObjectPath;
import dev.gori.pipelines.dag.TaskType;
import dev.gori.pipelines.features.Features;
import dev.gori.pipelines.features.RawCheck;
import dev.gori.pipelines.features.RawExpectation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Set;

/// The tasks at the start of a data pipeline: they find and validate the raw file.
final class RawData {

  /// The file in the run's working folder that holds the result of the validation, for downstream
  /// tasks.
  private static final String CHECK = "raw-check.json";

  private RawData() {}

  /// Finds the raw object: `path` → `raw_path`, `size`, `etag`.
  static final class Extract implements Task {
    private static final int NAMED = 3;

    @Override
    public TaskType type() {
      return new TaskType("extract_raw_data", Set.of("path"), Set.of("path"), false);
    }

    @Override
    public TaskOutcome run(TaskContext context) {
      var path = ObjectPath.parse(context.with().required("path"));
      var head = context.clients().objects().head(path);
      if (head.isEmpty()) {
        return new TaskOutcome.Failed(
            "%s is not there (nearest that are: %s)".formatted(path, nearest(context, path)), true);
      }
      var found = head.get();
      context.dataLine(
          "extract_raw_data", "raw_path", path, "size", found.size(), "etag", found.etag());
      return TaskOutcome.done(
          "raw_path", path.toString(), "size", found.size(), "etag", found.etag());
    }

    private static String nearest(TaskContext context, ObjectPath path) {
      var folder =
          new ObjectPath(path.bucket(), path.key().substring(0, path.key().lastIndexOf('/') + 1));
      var names =
          context.clients().objects().entries(folder).objects().stream()
              .map(head -> head.path().name())
              .sorted(Comparator.comparingInt(name -> distance(name, path.name())))
              .limit(NAMED)
              .toList();
      return names.isEmpty() ? "none in " + folder : String.join(", ", names);
    }

    /// The difference between the digits in two names, as numbers; the maximum if a name has no
    /// digits or more than nine.
    private static int distance(String name, String wanted) {
      var a = name.replaceAll("\\D", "");
      var b = wanted.replaceAll("\\D", "");
      return a.isEmpty() || b.isEmpty() || a.length() > 9 || b.length() > 9
          ? Integer.MAX_VALUE
          : Math.abs(Integer.parseInt(a) - Integer.parseInt(b));
    }
  }

  /// Validates the raw object: → `rows`, `bad_rows`, `null_rate`, `valid`. Invalid data fails the
  /// task without a retry.
  static final class Validate implements Task {
    @Override
    public TaskType type() {
      return new TaskType(
          "validate_data", Set.of("raw_path", "null_rate_limit"), Set.of("raw_path"), false);
    }

    @Override
    public TaskOutcome run(TaskContext context) throws IOException {
      var path = ObjectPath.parse(context.with().required("raw_path"));
      var check =
          check(
              context,
              path,
              context.with().number("null_rate_limit", RawExpectation.DEFAULT.nullRateLimit()));
      check.firstBad().forEach(bad -> context.log("dropped %s", bad));
      context.dataLine(
          "validate_data",
          "raw_path",
          path,
          "rows",
          check.rows(),
          "bad_rows",
          check.badRows(),
          "null_rate",
          TaskContext.fourDigits(check.nullRate()),
          "valid",
          check.valid());
      return check.valid()
          ? TaskOutcome.done(
              "rows",
              check.rows(),
              "bad_rows",
              check.badRows(),
              "null_rate",
              check.nullRate(),
              "valid",
              true)
          : TaskOutcome.wrong("%s is invalid: %s".formatted(path, check.reason()));
    }
  }

  private static RawCheck check(TaskContext context, ObjectPath path, double nullRateLimit)
      throws IOException {
    try (var raw = context.clients().objects().get(path)) {
      var check =
          Features.validate(raw, new RawExpectation(RawExpectation.USER_EVENTS, nullRateLimit));
      Files.write(context.folder().resolve(CHECK), Json.write(check));
      return check;
    }
  }

  /// The result of this run's validation; validates now if no task did.
  static RawCheck checked(TaskContext context, ObjectHead raw) throws IOException {
    Path kept = context.folder().resolve(CHECK);
    return Files.exists(kept)
        ? Json.mapper().readValue(Files.readAllBytes(kept), RawCheck.class)
        : check(context, raw.path(), RawExpectation.DEFAULT.nullRateLimit());
  }
}
