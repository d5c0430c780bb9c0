package dev.gori.pipelines.tasks;

import dev.gori.base.conf.Conf;
import dev.gori.base.conf.Problems;
import dev.gori.base.json.Json;
import dev.gori.clients.s3.ObjectPath;
import dev.gori.kernel.fault.FaultException;
import dev.gori.pipelines.dag.TaskType;
import dev.gori.pipelines.features.FeatureResult;
import dev.gori.pipelines.features.FeatureSpec;
import dev.gori.pipelines.features.FeatureVersion;
import dev.gori.pipelines.features.Features;
import dev.gori.pipelines.features.RawExpectation;
import dev.gori.pipelines.features.VersionMetadata;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The tasks that build and publish features. `build_features` writes to the run's working folder
/// and `store_features` publishes from it, so a kill between the two loses nothing.
final class FeatureData {

  private static final String FILE = "feature.csv";
  private static final String RESULT = "feature-result.json";

  private FeatureData() {}

  private static FeatureSpec spec(TaskContext context) {
    var problems = new Problems();
    var section =
        Conf.parse(
            "with.features", Json.text(context.with().section("features").values()), problems);
    var spec = FeatureSpec.read(section);
    if (!problems.isEmpty()) {
      throw FaultException.badRequest(String.join("; ", problems.all()));
    }
    return spec;
  }

  /// Builds features from raw rows in the run's working folder: → `rows_raw`, `rows_feature`,
  /// `rows_dropped`, `sha256`.
  static final class Build implements Task {
    @Override
    public TaskType type() {
      return new TaskType(
          "build_features", Set.of("raw_path", "features"), Set.of("raw_path"), false);
    }

    @Override
    public TaskOutcome run(TaskContext context) throws IOException {
      var path = ObjectPath.parse(context.with().required("raw_path"));
      var part = context.folder().resolve(FILE + ".part");
      FeatureResult result;
      try (var raw = context.clients().objects().get(path);
          var out = new BufferedOutputStream(Files.newOutputStream(part), 1 << 16)) {
        result = Features.build(raw, RawExpectation.DEFAULT, spec(context), out);
      }
      Files.move(
          part,
          context.folder().resolve(FILE),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
      Files.write(context.folder().resolve(RESULT), Json.write(result));
      result
          .unreadable()
          .forEach(
              (column, count) -> context.log("unreadable %s: %d, taken as 0.0", column, count));
      context.dataLine(
          "build_features",
          "rows",
          result.rowsFeature(),
          "rows_dropped",
          result.rowsDropped(),
          "sha256",
          result.sha256());
      return TaskOutcome.done(
          "rows_raw",
          result.rowsRaw(),
          "rows_feature",
          result.rowsFeature(),
          "rows_dropped",
          result.rowsDropped(),
          "sha256",
          result.sha256());
    }
  }

  /// Publishes the built features: → `feature_version`, `prefix`, `path`, `rows`, `sha256`,
  /// `existed`.
  ///
  /// `version: v2` writes a folder, which becomes visible with `metadata.json`; that object is
  /// written last and only if it does not exist. `version: v1` writes one file for each day and
  /// overwrites it. `on_existing: new` takes the next free second as the version instead of keeping
  /// an existing one.
  static final class Store implements Task {
    private static final int LARGEST_METADATA = 4 << 20;

    @Override
    public TaskType type() {
      return new TaskType(
          "store_features",
          Set.of("raw_path", "features", "version", "on_existing"),
          Set.of("raw_path"),
          false);
    }

    @Override
    public TaskOutcome run(TaskContext context) throws IOException {
      var form = context.with().text("version").orElse("v2");
      return switch (form) {
        case "v1" -> one(context);
        case "v2" -> folder(context);
        default -> TaskOutcome.wrong("with.version: '%s' (expected: v1 or v2)".formatted(form));
      };
    }

    private static FeatureResult built(TaskContext context) throws IOException {
      var result = context.folder().resolve(RESULT);
      if (!Files.exists(result)) {
        throw FaultException.badRequest(
            "nothing built in this run (expected: build_features before); retry from there");
      }
      return Json.mapper().readValue(Files.readAllBytes(result), FeatureResult.class);
    }

    private static TaskOutcome one(TaskContext context) throws IOException {
      var result = built(context);
      var day = String.valueOf(context.facts().values(context.zone()).get("data_ds_nodash"));
      var path =
          new ObjectPath(
              "features-" + context.env(), "features/user_events_feat_%s.csv".formatted(day));
      context.clients().objects().put(path, csv(context), "text/csv");
      context.dataLine("store_features", "path", path, "rows", result.rowsFeature());
      return TaskOutcome.done(
          "feature_version",
          "",
          "prefix",
          path.toString(),
          "path",
          path.toString(),
          "rows",
          result.rowsFeature(),
          "sha256",
          result.sha256(),
          "existed",
          false);
    }

    private static TaskOutcome folder(TaskContext context) throws IOException {
      var objects = context.clients().objects();
      var logical = context.facts().logicalTime();
      var folder = folder(context, FeatureVersion.of(logical));
      boolean fresh = context.with().text("on_existing").orElse("keep").equals("new");
      for (int second = 1;
          fresh && objects.head(folder.child("metadata.json")).isPresent();
          second++) {
        folder = folder(context, FeatureVersion.of(logical.plusSeconds(second)));
      }
      if (objects.head(folder.child("metadata.json")).isPresent()) {
        return kept(context, folder);
      }
      var version = new FeatureVersion(folder.name().replace("/", ""));
      var raw = ObjectPath.parse(context.with().required("raw_path"));
      var head =
          objects
              .head(raw)
              .orElseThrow(
                  () -> FaultException.notFound("%s is not there any more".formatted(raw)));
      var check = RawData.checked(context, head);
      var result = built(context);
      @Nullable String commit =
          context.facts().commit().isEmpty() ? null : context.facts().commit();
      var metadata =
          new VersionMetadata(
              version,
              context.facts().pipeline(),
              context.time().now(),
              raw.toString(),
              head.etag(),
              context.facts().runId(),
              commit);
      objects.put(folder.child(FILE), csv(context), "text/csv");
      objects.put(
          folder.child("schema.json"), metadata.schemaJson(spec(context)), "application/json");
      if (!objects.putIfAbsent(
          folder.child("metadata.json"),
          metadata.metadataJson(check, result),
          "application/json")) {
        return kept(context, folder);
      }
      context.dataLine(
          "store_features",
          "feature_version",
          version,
          "feature_prefix",
          folder,
          "rows",
          result.rowsFeature());
      return stored(version.value(), folder, result.rowsFeature(), result.sha256(), false);
    }

    private static ObjectPath folder(TaskContext context, FeatureVersion version) {
      return new ObjectPath(
          "features-" + context.env(), "%s/%s/".formatted(context.facts().pipeline(), version));
    }

    private static TaskOutcome kept(TaskContext context, ObjectPath folder) {
      var there =
          Json.parse(
              context.clients().objects().bytes(folder.child("metadata.json"), LARGEST_METADATA));
      var version = there.path("feature_version").asString("");
      context.dataLine(
          "store_features",
          "feature_version",
          version,
          "feature_prefix",
          folder,
          "kept_from_run",
          there.path("run_id").asString(""));
      return stored(
          version,
          folder,
          there.path("rows_feature").asLong(0),
          there.path("sha256").asString(""),
          true);
    }

    private static TaskOutcome stored(
        String version, ObjectPath folder, long rows, String sha256, boolean existed) {
      return TaskOutcome.done(
          "feature_version",
          version,
          "prefix",
          folder.toString(),
          "path",
          folder.child(FILE).toString(),
          "rows",
          rows,
          "sha256",
          sha256,
          "existed",
          existed);
    }

    private static Path csv(TaskContext context) {
      return context.folder().resolve(FILE);
    }
  }

  /// Writes the last `[DP]` line of a run; inputs that are missing show as `-` or 0. `version: v1`
  /// omits the feature version.
  static final class Summarize implements Task {
    @Override
    public TaskType type() {
      return new TaskType(
          "summarize_run",
          Set.of(
              "version",
              "raw_path",
              "feature_prefix",
              "feature_version",
              "rows",
              "null_rate",
              "valid",
              "stored_rows",
              "drift"),
          Set.of(),
          false);
    }

    @Override
    public TaskOutcome run(TaskContext context) {
      var with = context.with();
      var values = new ArrayList<Object>();
      values.addAll(List.of("raw_path", with.text("raw_path").orElse("-")));
      values.addAll(List.of("feature_prefix", with.text("feature_prefix").orElse("-")));
      if (with.text("version").orElse("v2").equals("v2")) {
        values.addAll(List.of("feature_version", with.text("feature_version").orElse("-")));
      }
      values.addAll(List.of("rows", with.text("rows").orElse("0")));
      values.addAll(List.of("null_rate", TaskContext.fourDigits(with.number("null_rate", 0))));
      values.addAll(List.of("valid", with.flag("valid", false)));
      values.addAll(List.of("stored_rows", with.text("stored_rows").orElse("0")));
      if (with.values().containsKey("drift")) {
        values.addAll(List.of("drift", with.text("drift").orElse("-")));
      }
      context.dataLine("summarize_run", values.toArray());
      return TaskOutcome.done();
    }
  }
}
