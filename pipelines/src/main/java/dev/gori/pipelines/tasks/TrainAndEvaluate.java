package dev.gori.pipelines.tasks;

import dev.gori.base.json.Json;
import dev.gori.clients.Mlflow.Metric;
import dev.gori.clients.Mlflow.RunStatus;
import dev.gori.clients.MlflowClient;
import dev.gori.clients.s3.ObjectPath;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.life.Cancellation;
import dev.gori.kernel.life.Cancellation.CancelledException;
import dev.gori.pipelines.dag.TaskType;
import dev.gori.training.Dataset;
import dev.gori.training.DrillModels;
import dev.gori.training.TrainedModel;
import dev.gori.training.Training;
import dev.gori.training.TrainingRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Trains on a stored feature version and logs everything to the registry: → `run_id`,
/// `artifact_uri`, `accuracy`, `auc`, `rows`, `test_rows`, `algorithm`.
///
/// `drill: {failing: SHARE}` or `drill: {slow: TIME}` logs a deliberately bad model instead of the
/// trained one; it passes every gate before the observation.
final class TrainAndEvaluate implements Task {

  private static final int LARGEST_JSON = 4 << 20;
  private static final String RUN = "training-run";
  private static final Duration WHEN_ENDED = Duration.ofMillis(500);

  @Override
  public TaskType type() {
    return new TaskType(
        "train_and_evaluate",
        Set.of(
            "prefix",
            "algorithm",
            "parameters",
            "seed",
            "test_share",
            "max_rows",
            "experiment",
            "tags",
            "drill"),
        Set.of("prefix"),
        false);
  }

  @Override
  public TaskOutcome run(TaskContext context) throws IOException {
    var with = context.with();
    var folder = ObjectPath.parse(with.required("prefix"));
    var objects = context.clients().objects();
    var metadata = Json.parse(objects.bytes(folder.child("metadata.json"), LARGEST_JSON));
    var schema = Json.parse(objects.bytes(folder.child("schema.json"), LARGEST_JSON));
    var label = schema.path("label").asString("");
    if (label.isEmpty()) {
      return TaskOutcome.wrong(
          "%s: the feature version has no label (expected: one to learn); declare it in build_features"
              .formatted(folder));
    }
    var columns = new ArrayList<String>();
    schema.path("columns").properties().forEach(entry -> columns.add(entry.getKey()));
    columns.remove(label);
    var request =
        new TrainingRequest(
            TrainingRequest.Algorithm.of(with.text("algorithm").orElse("logistic_regression")),
            texts(with.section("parameters")),
            with.whole("seed", 42),
            with.number("test_share", TrainingRequest.DEFAULT_TEST_SHARE));
    var run =
        begin(
            context,
            metadata.path("feature_version").asString(""),
            metadata.path("sha256").asString(""));
    try {
      Dataset dataset;
      try (var csv = objects.get(folder.child("feature.csv"))) {
        dataset =
            Dataset.csv(
                csv,
                new Dataset.Columns(columns, label, Optional.empty()),
                with.whole("max_rows", 5_000_000));
      }
      context.log(
          "training %s on %d rows of %s", request.algorithm().text(), dataset.rows(), folder);
      var model = Training.train(request, dataset);
      log(context, run, model);
      var scores = model.scores();
      context.log(
          "accuracy %.4f, auc %.4f on %d test rows",
          scores.accuracy(), scores.auc(), scores.rows());
      return TaskOutcome.done(
          "run_id",
          run,
          "artifact_uri",
          context.clients().registry().run(run).orElseThrow().artifactUri() + "/model",
          "accuracy",
          scores.accuracy(),
          "auc",
          scores.auc(),
          "rows",
          dataset.rows(),
          "test_rows",
          scores.rows(),
          "algorithm",
          request.algorithm().text());
    } catch (FaultException | CancelledException | IOException e) {
      end(context, run);
      throw e;
    }
  }

  /// Sets the training run in the registry to FAILED, or to KILLED if the attempt was cancelled. A
  /// cancelled attempt waits only 500 ms for the registry: the next attempt closes a run that is
  /// still open.
  private static void end(TaskContext context, String run) {
    boolean interrupted = Thread.interrupted(); // an interrupted thread cannot make the call
    boolean ended = interrupted || Cancellation.current().isCancelled();
    try (var registry =
        MlflowClient.open(
            context.clients().access().registry(), ended ? WHEN_ENDED : Duration.ofSeconds(30))) {
      registry.updateRun(
          run, ended ? RunStatus.KILLED : RunStatus.FAILED, Optional.of(context.time().now()));
    } catch (FaultException e) {
      context.log("the registry was not told that run %s is over: %s", run, e.reason());
    } finally {
      if (ended) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /// Creates a training run, and sets one that an earlier attempt left running to KILLED.
  private static String begin(TaskContext context, String featureVersion, String sha256)
      throws IOException {
    var registry = context.clients().registry();
    var kept = context.folder().resolve(RUN);
    if (Files.exists(kept)) {
      var earlier = Files.readString(kept);
      registry
          .run(earlier)
          .filter(run -> run.status() == RunStatus.RUNNING)
          .ifPresent(
              run ->
                  registry.updateRun(
                      run.id(), RunStatus.KILLED, Optional.of(context.time().now())));
    }
    var tags = new LinkedHashMap<String, String>();
    tags.put("feature_version", featureVersion);
    tags.put("data_sha256", sha256);
    tags.put("commit", context.facts().commit());
    tags.put("pipeline", context.facts().pipeline());
    tags.put("pipeline_run", context.facts().runId());
    tags.put("environment", context.env());
    tags.putAll(texts(context.with().section("tags")));
    var experiment =
        registry.experimentId(context.with().text("experiment").orElse(context.facts().pipeline()));
    var run =
        registry.createRun(experiment, context.facts().runId(), context.time().now(), tags).id();
    Files.writeString(kept, run);
    return run;
  }

  private static void log(TaskContext context, String run, TrainedModel model) {
    var registry = context.clients().registry();
    var now = context.time().now();
    var metrics = new ArrayList<Metric>();
    model.scores().metrics().forEach((name, value) -> metrics.add(new Metric(name, value, now, 0)));
    registry.logBatch(
        run,
        model.parameters(),
        metrics,
        Map.of("columns", String.join(",", model.signature().columns())));
    var onnx = onnx(context, model);
    ModelFolder.files(onnx, model.signature(), run, now)
        .forEach((name, bytes) -> registry.uploadArtifact(run, "model/" + name, bytes));
    registry.updateRun(run, RunStatus.FINISHED, Optional.of(context.time().now()));
  }

  private static byte[] onnx(TaskContext context, TrainedModel model) {
    var drill = context.with().section("drill");
    if (drill.has("failing")) {
      context.log(
          "drill: the model fails for a share of %s of the rows", drill.number("failing", 0));
      return DrillModels.failing(model.signature(), drill.number("failing", 0));
    }
    if (drill.has("slow")) {
      context.log(
          "drill: the model takes %s for each request", drill.duration("slow", Duration.ZERO));
      return DrillModels.slow(model.signature(), drill.duration("slow", Duration.ZERO));
    }
    return model.onnx();
  }

  private static Map<String, String> texts(TaskParameters section) {
    var texts = new LinkedHashMap<String, String>();
    section
        .values()
        .forEach((name, value) -> texts.put(name, value == null ? "" : value.toString()));
    return texts;
  }
}
