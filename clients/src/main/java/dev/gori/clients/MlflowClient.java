package dev.gori.clients;

import dev.gori.clients.Mlflow.AliasMove;
import dev.gori.clients.Mlflow.Artifact;
import dev.gori.clients.Mlflow.Because;
import dev.gori.clients.Mlflow.Experiment;
import dev.gori.clients.Mlflow.Metric;
import dev.gori.clients.Mlflow.ModelStatus;
import dev.gori.clients.Mlflow.ModelVersion;
import dev.gori.clients.Mlflow.RegisteredModel;
import dev.gori.clients.Mlflow.Run;
import dev.gori.clients.Mlflow.RunStatus;
import dev.gori.clients.s3.ObjectStoreClient;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.life.Closer;
import dev.gori.kernel.life.OpenResources;
import dev.gori.kernel.time.Time;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// Asks an MLflow tracking server and model registry: our registry role, or a real `mlflow server
/// --serve-artifacts`.
///
/// What may be absent is an `Optional`; everything else that goes wrong is a `FaultException` with
/// the server's message: `BAD_REQUEST`, `NOT_FOUND`, `CONFLICT` it exists already,
/// `UNAUTHENTICATED`, `FORBIDDEN`, `TIMED_OUT`, `BACKEND_DOWN`. Nothing is retried. Every call is
/// safe from any thread.
public final class MlflowClient implements AutoCloseable {

  private static final int METRICS_A_CALL = 1000;
  private static final int PAIRS_A_CALL = 100;

  private static final Pattern OF_RUN = Pattern.compile("runs:/+([^/]+)/?(.*?)/*");

  private final Closer closer = new Closer();
  private final MlflowRest calls;
  private final MlflowArtifacts artifacts;

  private MlflowClient(MlflowAccess access, Duration deadline) {
    var open = OpenResources.mark("mlflow client " + access.base());
    closer.add("register", open::closed);
    this.calls = closer.add("calls", new MlflowRest(access.base(), access.token(), deadline));
    var store = access.store().map(place -> closer.add("store", ObjectStoreClient.open(place)));
    this.artifacts = new MlflowArtifacts(new ProxiedArtifacts(calls), store.map(S3Artifacts::new));
  }

  /// @param deadline for each call, up to the first byte of the answer
  public static MlflowClient open(MlflowAccess access, Duration deadline) {
    return new MlflowClient(access, deadline);
  }

  // Experiments

  /// @return the new experiment's id
  public String createExperiment(String name) {
    return MlflowJson.text(
        calls.send("POST", "experiments/create", Map.of("name", name)), "experiment_id");
  }

  public Optional<Experiment> experimentByName(String name) {
    return present(() -> calls.get("experiments/get-by-name", Map.of("experiment_name", name)))
        .map(answer -> MlflowJson.experiment(answer.path("experiment")));
  }

  /// The id of the experiment of that name, which is made when there is none.
  public String experimentId(String name) {
    return experimentByName(name)
        .map(Experiment::id)
        .orElseGet(
            () -> {
              try {
                return createExperiment(name);
              } catch (FaultException e) {
                return experimentByName(name).map(Experiment::id).orElseThrow(() -> e);
              }
            });
  }

  // Runs

  public Run createRun(
      String experimentId, String name, Instant started, Map<String, String> tags) {
    var body = new LinkedHashMap<String, Object>();
    body.put("experiment_id", experimentId);
    body.put("run_name", name);
    body.put("start_time", started.toEpochMilli());
    body.put("tags", MlflowJson.pairs(tags));
    return MlflowJson.run(calls.send("POST", "runs/create", body).path("run"));
  }

  public Optional<Run> run(String runId) {
    return present(() -> calls.get("runs/get", Map.of("run_id", runId)))
        .map(answer -> MlflowJson.run(answer.path("run")));
  }

  /// Logs any number of parameters, metrics and tags, in as many calls as the protocol's limits ask
  /// for.
  public void logBatch(
      String runId, Map<String, String> params, List<Metric> metrics, Map<String, String> tags) {
    var paramPairs = MlflowJson.pairs(params);
    var tagPairs = MlflowJson.pairs(tags);
    int pairs = Math.max(paramPairs.size(), tagPairs.size());
    for (int from = 0; from < pairs; from += PAIRS_A_CALL) {
      logBatch(
          runId,
          Map.of(
              "params",
              part(paramPairs, from, PAIRS_A_CALL),
              "tags",
              part(tagPairs, from, PAIRS_A_CALL)));
    }
    for (int from = 0; from < metrics.size(); from += METRICS_A_CALL) {
      var sent =
          part(metrics, from, METRICS_A_CALL).stream()
              .map(
                  metric ->
                      Map.of(
                          "key", metric.key(),
                          "value",
                              Double.isFinite(metric.value())
                                  ? (Object) metric.value()
                                  : Double.toString(metric.value()),
                          "timestamp", metric.at().toEpochMilli(),
                          "step", metric.step()))
              .toList();
      logBatch(runId, Map.of("metrics", sent));
    }
  }

  private void logBatch(String runId, Map<String, ?> what) {
    var body = new LinkedHashMap<String, Object>(what);
    body.put("run_id", runId);
    calls.send("POST", "runs/log-batch", body);
  }

  private static <T> List<T> part(List<T> all, int from, int count) {
    return from >= all.size() ? List.of() : all.subList(from, Math.min(all.size(), from + count));
  }

  public void setTag(String runId, String key, String value) {
    calls.send("POST", "runs/set-tag", Map.of("run_id", runId, "key", key, "value", value));
  }

  /// Ends a run, or says how far it is.
  public void updateRun(String runId, RunStatus status, Optional<Instant> ended) {
    var body = new LinkedHashMap<String, Object>();
    body.put("run_id", runId);
    body.put("status", status.name());
    ended.ifPresent(at -> body.put("end_time", at.toEpochMilli()));
    calls.send("POST", "runs/update", body);
  }

  /// Runs that match MLflow's filter, such as `metrics.accuracy > 0.6 AND tags.commit = 'abc'`; an
  /// empty filter takes all.
  ///
  /// @param orderBy such as `attributes.start_time DESC`
  /// @param limit the most runs to give
  public List<Run> searchRuns(
      List<String> experimentIds, String filter, List<String> orderBy, int limit) {
    var found = new ArrayList<Run>();
    String page = "";
    do {
      var body = new LinkedHashMap<String, Object>();
      body.put("experiment_ids", experimentIds);
      body.put("filter", filter);
      body.put("order_by", orderBy);
      body.put("max_results", Math.min(1000, limit - found.size()));
      if (!page.isEmpty()) {
        body.put("page_token", page);
      }
      var answer = calls.send("POST", "runs/search", body);
      answer.path("runs").forEach(run -> found.add(MlflowJson.run(run)));
      page = MlflowJson.text(answer, "next_page_token");
    } while (!page.isEmpty() && found.size() < limit);
    return List.copyOf(found);
  }

  // Artifacts

  /// @param path below the run's artifact root, such as `model/model.onnx`
  public void uploadArtifact(String runId, String path, byte[] bytes) {
    artifacts.upload(artifactRoot(runId), path, bytes);
  }

  /// As {@link #uploadArtifact(String, String, byte[])}; memory does not grow with the file.
  public void uploadArtifact(String runId, String path, Path file) {
    artifacts.upload(artifactRoot(runId), path, file);
  }

  /// The entries of one folder of a run's artifacts; the root is the empty path.
  public List<Artifact> listArtifacts(String runId, String folder) {
    return artifacts.list(artifactRoot(runId), folder);
  }

  /// Copies one artifact into a file, which appears whole or not at all.
  public void downloadArtifact(String runId, String path, Path target) {
    artifacts.file(artifactRoot(runId), path, target);
  }

  /// Copies a folder of a run's artifacts, with all that is below it, into a folder of this
  /// machine.
  ///
  /// @return how many files
  public int downloadArtifacts(String runId, String folder, Path target) {
    return artifacts.folder(artifactRoot(runId), folder, target);
  }

  /// Copies all artifacts of a model version into a folder of this machine, wherever the version's
  /// source says they are.
  ///
  /// @return how many files
  public int downloadModel(String name, int version, Path target) {
    var answer = calls.get("model-versions/get-download-uri", version(name, version));
    return artifacts.folder(followed(MlflowJson.text(answer, "artifact_uri")), "", target);
  }

  /// MLflow leaves it to its clients to find out what `runs:/RUN/model` stands for: a folder of the
  /// run's artifacts, or since MLflow 3 the model of that name that the run has logged.
  private String followed(String source) {
    var ofRun = OF_RUN.matcher(source);
    if (!ofRun.matches()) {
      return source;
    }
    var run =
        run(ofRun.group(1))
            .orElseThrow(
                () ->
                    FaultException.notFound(
                        "'%s': the registry has no such run".formatted(source)));
    var folder = MlflowArtifacts.join(run.artifactUri(), ofRun.group(2));
    return artifacts.list(folder, "").isEmpty()
        ? loggedModel(run, ofRun.group(2)).orElse(folder)
        : folder;
  }

  private Optional<String> loggedModel(Run run, String name) {
    var filter = "name = '%s' AND source_run_id = '%s'".formatted(name.replace("'", ""), run.id());
    var body =
        Map.of("experiment_ids", List.of(run.experimentId()), "filter", filter, "max_results", 1);
    return present(() -> calls.send("POST", "logged-models/search", body))
        .map(answer -> MlflowJson.text(answer.path("models").path(0).path("info"), "artifact_uri"))
        .filter(uri -> !uri.isEmpty());
  }

  private String artifactRoot(String runId) {
    return run(runId)
        .map(Run::artifactUri)
        .orElseThrow(
            () ->
                FaultException.notFound(
                    "run '%s': the registry has none of that id".formatted(runId)));
  }

  // Registered models and versions

  public void createModel(String name, String description) {
    calls.send(
        "POST", "registered-models/create", Map.of("name", name, "description", description));
  }

  public Optional<RegisteredModel> model(String name) {
    return present(() -> calls.get("registered-models/get", Map.of("name", name)))
        .map(answer -> MlflowJson.model(answer.path("registered_model")));
  }

  /// Makes the model's name known; nothing happens when it is already.
  public void ensureModel(String name, String description) {
    try {
      createModel(name, description);
    } catch (FaultException e) {
      if (e.fault() != Fault.CONFLICT) {
        throw e;
      }
    }
  }

  /// Registers the next version of a model.
  ///
  /// @param source where its artifacts are, such as `runs:/RUN/model` resolved, i.e. the run's
  ///   artifact URI and `/model`
  public ModelVersion createModelVersion(
      String name, String source, String runId, Map<String, String> tags) {
    var body =
        Map.of("name", name, "source", source, "run_id", runId, "tags", MlflowJson.pairs(tags));
    return MlflowJson.version(
        calls.send("POST", "model-versions/create", body).path("model_version"));
  }

  public Optional<ModelVersion> modelVersion(String name, int version) {
    return present(() -> calls.get("model-versions/get", version(name, version)))
        .map(answer -> MlflowJson.version(answer.path("model_version")));
  }

  /// Waits until a version is READY, or has failed, or the deadline has passed: whatever it is then
  /// is given back.
  public ModelVersion waitReady(String name, int version, Duration deadline, Time time) {
    var end = time.now().plus(deadline);
    while (true) {
      var found =
          modelVersion(name, version)
              .orElseThrow(
                  () ->
                      FaultException.notFound(
                          "model '%s' has no version %d".formatted(name, version)));
      if (found.status() != ModelStatus.PENDING_REGISTRATION || !time.now().isBefore(end)) {
        return found;
      }
      pause(time);
    }
  }

  private static void pause(Time time) {
    var elapsed = new CountDownLatch(1);
    try (var _ = time.at(time.now().plusMillis(200), elapsed::countDown)) {
      elapsed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FaultException(Fault.TIMED_OUT, "waiting for a model version: interrupted", e);
    }
  }

  /// Versions that match MLflow's filter, such as `name = 'user_events' AND tags.feature_version =
  /// 'v_…'`, newest first.
  public List<ModelVersion> searchModelVersions(String filter, int limit) {
    var query =
        Map.of(
            "filter",
            filter,
            "max_results",
            Integer.toString(limit),
            "order_by",
            "version_number DESC");
    return calls
        .get("model-versions/search", query)
        .path("model_versions")
        .valueStream()
        .map(MlflowJson::version)
        .toList();
  }

  public void setModelVersionTag(String name, int version, String key, String value) {
    var body =
        Map.of("name", name, "version", Integer.toString(version), "key", key, "value", value);
    calls.send("POST", "model-versions/set-tag", body);
  }

  // Aliases

  /// Points an alias at a version.
  public void setAlias(String name, String alias, int version, Because because) {
    var body = Map.of("name", name, "alias", alias, "version", Integer.toString(version));
    calls.send("POST", "registered-models/alias", body, headers(because));
  }

  public void deleteAlias(String name, String alias, Because because) {
    calls.send(
        "DELETE",
        "registered-models/alias",
        Map.of("name", name, "alias", alias),
        headers(because));
  }

  /// The version that an alias points to now.
  public Optional<ModelVersion> modelVersionByAlias(String name, String alias) {
    return present(() -> calls.get("registered-models/alias", Map.of("name", name, "alias", alias)))
        .map(answer -> MlflowJson.version(answer.path("model_version")));
  }

  /// Every move of a model's aliases, oldest first. Empty from a server that keeps no history, as
  /// plain MLflow does.
  public List<AliasMove> aliasHistory(String name) {
    var query = MlflowRest.encoded(Map.of("name", name));
    return present(
            () ->
                calls.json(
                    calls
                        .request("/api/2.0/gori/registered-models/alias-history" + query)
                        .GET()
                        .build()))
        .map(answer -> answer.path("moves").valueStream().map(MlflowClient::move).toList())
        .orElse(List.of());
  }

  private static AliasMove move(JsonNode node) {
    return new AliasMove(
        MlflowJson.text(node, "name"),
        MlflowJson.text(node, "alias"),
        node.path("from").isNumber() ? node.path("from").asInt() : null,
        node.path("to").isNumber() ? node.path("to").asInt() : null,
        Instant.ofEpochMilli(node.path("timestamp").asLong(0)),
        MlflowJson.text(node, "who"),
        MlflowJson.text(node, "why"));
  }

  private static Map<String, String> headers(Because because) {
    return Map.of("X-Gori-User", oneLine(because.who()), "X-Gori-Reason", oneLine(because.why()));
  }

  /// Header values hold one line of Latin text; everything else is percent-encoded there.
  private static String oneLine(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static Map<String, String> version(String name, int version) {
    return Map.of("name", name, "version", Integer.toString(version));
  }

  /// MLflow answers 404 for most things that are absent, and 400 for an absent alias.
  private static Optional<JsonNode> present(Supplier<JsonNode> call) {
    try {
      return Optional.of(call.get());
    } catch (FaultException e) {
      if (e.fault() == Fault.NOT_FOUND
          || (e.fault() == Fault.BAD_REQUEST && e.reason().contains("not found"))) {
        return Optional.empty();
      }
      throw e;
    }
  }

  @Override
  public void close() {
    closer.close();
  }
}
