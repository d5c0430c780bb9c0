package dev.gori.pipelines.tasks;

import dev.gori.clients.Mlflow.Because;
import dev.gori.clients.Mlflow.ModelVersion;
import dev.gori.kernel.fault.FaultException;
import dev.gori.pipelines.dag.TaskType;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The tasks between a trained model and a served one.
final class Registration {

  private Registration() {}

  /// Decides whether the model may be promoted: → `promote`, `why`. A `branch` on `promote` selects
  /// the next task. A missing measurement counts against the model: it takes the shadow path, with
  /// the reason, if the verdict is missing or unclear, the accuracy is not a number from 0 to 1, or
  /// there are too few test rows.
  static final class Decide implements Task {
    private static final int LEAST_TEST_ROWS = 30;

    @Override
    public TaskType type() {
      return new TaskType(
          "decide",
          Set.of(
              "accuracy",
              "min_accuracy",
              "test_rows",
              "min_test_rows",
              "verdict",
              "drifted",
              "drift_why"),
          Set.of("accuracy", "drifted"),
          false);
    }

    @Override
    public TaskOutcome run(TaskContext context) {
      var with = context.with();
      double least = with.number("min_accuracy", 0.60);
      var accuracy = accuracy(with, least);
      var rows = rows(with);
      var drift = drift(with);
      boolean promotes = Stream.of(accuracy, rows, drift).allMatch(Judgement::good);
      var why =
          Stream.of(accuracy, rows, drift)
              .map(Judgement::why)
              .filter(text -> !text.isEmpty())
              .collect(Collectors.joining("; "));
      context.log("%s: %s", promotes ? "promotes" : "goes the shadow path", why);
      return TaskOutcome.done("promote", promotes, "why", why);
    }

    private record Judgement(boolean good, String why) {}

    private static Judgement accuracy(TaskParameters with, double least) {
      var text = with.text("accuracy").orElse("");
      double accuracy;
      try {
        accuracy = text.isEmpty() ? Double.NaN : Double.parseDouble(text);
      } catch (NumberFormatException _) {
        accuracy = Double.NaN;
      }
      if (!(accuracy >= 0 && accuracy <= 1)) {
        return new Judgement(
            false, "accuracy '%s' is unclear (expected: a number from 0 to 1)".formatted(text));
      }
      boolean good = accuracy >= least;
      return new Judgement(
          good,
          String.format(
              Locale.ROOT, "accuracy %.4f %s %s", accuracy, good ? "reaches" : "is under", least));
    }

    /// Accepts a missing `test_rows`: older pipeline files do not set it.
    private static Judgement rows(TaskParameters with) {
      if (!with.values().containsKey("test_rows")) {
        return new Judgement(true, "");
      }
      int rows = with.whole("test_rows", 0);
      int least = with.whole("min_test_rows", LEAST_TEST_ROWS);
      return rows >= least
          ? new Judgement(true, "")
          : new Judgement(
              false,
              "%d test rows are too few to judge by (expected: %d or more)".formatted(rows, least));
    }

    private static Judgement drift(TaskParameters with) {
      boolean drifted = with.flag("drifted", true);
      var verdict =
          with.values().containsKey("verdict")
              ? with.text("verdict").orElse("unclear")
              : drifted ? "drifted" : "same";
      boolean good = !drifted && (verdict.equals("same") || verdict.equals("first"));
      var why = with.text("drift_why").orElse("");
      return new Judgement(
          good,
          switch (verdict) {
            case "same" -> why.isEmpty() ? "no drift" : why;
            case "drifted" -> why.isEmpty() ? "the data has drifted" : why;
            case "first" -> why.isEmpty() ? "the first version" : why;
            default ->
                "whether the data has drifted is %s%s"
                    .formatted(verdict, why.isEmpty() ? "" : ": " + why);
          });
    }
  }

  /// Registers the trained model as the next version: → `version`, `model`, `run_id`. Idempotent: a
  /// retry returns the version that is already registered for the training run.
  static final class Register implements Task {
    @Override
    public TaskType type() {
      return new TaskType(
          "register", Set.of("model", "run_id", "tags"), Set.of("model", "run_id"), false);
    }

    @Override
    public TaskOutcome run(TaskContext context) {
      var version = register(context);
      return TaskOutcome.done(
          "model", version.name(), "version", version.version(), "run_id", version.runId());
    }
  }

  /// Registers the model without promoting it, sets the alias `challenger` on it and tags the
  /// reason: → `version`, `model`, `alias`.
  static final class ShadowPath implements Task {
    @Override
    public TaskType type() {
      return new TaskType(
          "shadow_path",
          Set.of("model", "run_id", "tags", "why", "alias"),
          Set.of("model", "run_id"),
          false);
    }

    @Override
    public TaskOutcome run(TaskContext context) {
      var version = register(context);
      var registry = context.clients().registry();
      var why = context.with().text("why").orElse("not promoted");
      registry.setModelVersionTag(version.name(), version.version(), "shadow_reason", why);
      var alias = context.with().text("alias").orElse("challenger");
      registry.setAlias(
          version.name(),
          alias,
          version.version(),
          new Because("pipelines " + context.facts().runId(), why));
      context.log("%s points to version %d: %s", alias, version.version(), why);
      return TaskOutcome.done(
          "model", version.name(), "version", version.version(), "alias", alias);
    }
  }

  /// Waits until the registry reports the version as READY.
  static final class ModelReady implements Task {
    @Override
    public TaskType type() {
      return new TaskType(
          "model_ready", Set.of("model", "version"), Set.of("model", "version"), true);
    }

    @Override
    public TaskOutcome run(TaskContext context) {
      var name = context.with().required("model");
      int version = context.with().whole("version", 0);
      var found =
          context
              .clients()
              .registry()
              .modelVersion(name, version)
              .orElseThrow(
                  () ->
                      FaultException.badRequest(
                          "model '%s' has no version %d".formatted(name, version)));
      return switch (found.status()) {
        case READY -> TaskOutcome.done("version", version);
        case PENDING_REGISTRATION ->
            new TaskOutcome.NotYet("version %d is %s".formatted(version, found.status()));
        case FAILED_REGISTRATION ->
            TaskOutcome.wrong(
                "version %d of '%s' failed: %s".formatted(version, name, found.statusMessage()));
      };
    }
  }

  private static ModelVersion register(TaskContext context) {
    var registry = context.clients().registry();
    var model = context.with().required("model");
    var run = context.with().required("run_id");
    var earlier =
        registry
            .searchModelVersions("name = '%s' AND run_id = '%s'".formatted(model, run), 1)
            .stream()
            .filter(version -> version.runId().equals(run))
            .findFirst();
    if (earlier.isPresent()) {
      context.log(
          "version %d is registered already for training run %s", earlier.get().version(), run);
      return earlier.get();
    }
    var trained =
        registry
            .run(run)
            .orElseThrow(
                () ->
                    FaultException.badRequest(
                        "training run '%s': the registry has none of that id".formatted(run)));
    var tags = new LinkedHashMap<String, String>();
    for (var key :
        new String[] {"feature_version", "data_sha256", "commit", "pipeline", "pipeline_run"}) {
      tags.put(key, trained.tags().getOrDefault(key, ""));
    }
    trained.metrics().forEach((name, value) -> tags.put("metric." + name, Double.toString(value)));
    context
        .with()
        .section("tags")
        .values()
        .forEach((name, value) -> tags.put(name, value == null ? "" : value.toString()));
    registry.ensureModel(model, "");
    var version = registry.createModelVersion(model, trained.artifactUri() + "/model", run, tags);
    context.log("registered %s version %d of training run %s", model, version.version(), run);
    return version;
  }
}
