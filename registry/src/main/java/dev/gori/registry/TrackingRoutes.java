package dev.gori.registry;

import dev.gori.base.json.Json;
import dev.gori.http.Request;
import dev.gori.http.Response;
import dev.gori.kernel.id.Bytes;

/// The routes of experiments, runs and logged models.
final class TrackingRoutes {

  /// The maximum body of a call that logs inputs: MLflow allows 17 MiB for a dataset's schema and
  /// profile.
  private static final Bytes LONGEST_INPUTS = Bytes.mebi(18);

  private static final String JSON = "application/json";

  private final Experiments experiments;
  private final Runs runs;
  private final RunLog log;
  private final LoggedModels logged;
  private final Artifacts artifacts;

  TrackingRoutes(
      Experiments experiments, Runs runs, RunLog log, LoggedModels logged, Artifacts artifacts) {
    this.experiments = experiments;
    this.runs = runs;
    this.log = log;
    this.logged = logged;
    this.artifacts = artifacts;
  }

  void mount(Calls calls) {
    mountExperiments(calls);
    mountRuns(calls);
    mountLog(calls);
    mountLoggedModels(calls);
  }

  private void mountExperiments(Calls calls) {
    calls
        .read(
            "GET",
            "/mlflow/experiments/get",
            request ->
                Response.json(
                    Json.object(
                        "experiment", experiments.get(Body.of(request).required("experiment_id")))))
        .read(
            "GET",
            "/mlflow/experiments/get-by-name",
            request ->
                Response.json(
                    Json.object(
                        "experiment",
                        experiments.getByName(Body.of(request).required("experiment_name")))))
        .search(
            "GET",
            "/mlflow/experiments/search",
            request -> Response.json(experiments.search(Body.of(request))))
        .search(
            "POST",
            "/mlflow/experiments/search",
            request -> Response.json(experiments.search(Body.of(request))))
        .search(
            "GET",
            "/mlflow/experiments/list",
            request -> Response.json(experiments.search(Body.of(request))))
        .write("POST", "/mlflow/experiments/create", this::createExperiment)
        .write(
            "POST",
            "/mlflow/experiments/update",
            request -> {
              var body = Body.of(request);
              experiments.rename(body.required("experiment_id"), body.required("new_name"));
              return Calls.done();
            })
        .write(
            "POST",
            "/mlflow/experiments/delete",
            request -> {
              experiments.move(Body.of(request).required("experiment_id"), "active", "deleted");
              return Calls.done();
            })
        .write(
            "POST",
            "/mlflow/experiments/restore",
            request -> {
              experiments.move(Body.of(request).required("experiment_id"), "deleted", "active");
              return Calls.done();
            })
        .write(
            "POST",
            "/mlflow/experiments/set-experiment-tag",
            request -> {
              var body = Body.of(request);
              experiments.setTag(body.required("experiment_id"), body.pair());
              return Calls.done();
            })
        .write(
            "POST",
            "/mlflow/experiments/delete-experiment-tag",
            request -> {
              var body = Body.of(request);
              experiments.deleteTag(body.required("experiment_id"), body.required("key"));
              return Calls.done();
            });
  }

  private Response createExperiment(Request request) {
    var body = Body.of(request);
    var id =
        experiments.create(
            body.required("name"), body.textOr("artifact_location", ""), body.pairs("tags"));
    return Response.json(Json.object("experiment_id", id));
  }

  private void mountRuns(Calls calls) {
    calls
        .read(
            "GET",
            "/mlflow/runs/get",
            request -> Response.json(Json.object("run", runs.get(Body.of(request).runId()))))
        .search(
            "POST",
            "/mlflow/runs/search",
            request -> Response.stream(JSON, runs.search(Body.of(request))))
        .search(
            "GET",
            "/mlflow/metrics/get-history",
            request -> Response.json(runs.metricHistory(Body.of(request))))
        .read("GET", "/mlflow/artifacts/list", this::listArtifacts)
        .write(
            "POST",
            "/mlflow/runs/create",
            request -> Response.json(Json.object("run", runs.create(Body.of(request)))))
        .write(
            "POST", "/mlflow/runs/update", request -> Response.json(runs.update(Body.of(request))))
        .write(
            "POST",
            "/mlflow/runs/delete",
            request -> {
              runs.move(Body.of(request).runId(), "active", "deleted");
              return Calls.done();
            })
        .write(
            "POST",
            "/mlflow/runs/restore",
            request -> {
              runs.move(Body.of(request).runId(), "deleted", "active");
              return Calls.done();
            });
  }

  private Response listArtifacts(Request request) {
    var body = Body.of(request);
    var root = runs.artifactUri(body.runId());
    var path = body.textOr("path", "").replaceAll("/+$", "");
    var base = artifacts.proxied(root);
    var files =
        base.isEmpty()
            ? java.util.List.of()
            : artifacts.list(
                path.isEmpty() ? base.get() : base.get() + "/" + path,
                path.isEmpty() ? "" : path + "/");
    return Response.json(Json.object("root_uri", root, "files", files));
  }

  private void mountLog(Calls calls) {
    calls
        .write(
            "POST",
            "/mlflow/runs/log-batch",
            request -> {
              log.batch(Body.of(request));
              return Calls.done();
            })
        .write(
            "POST",
            "/mlflow/runs/log-metric",
            request -> {
              log.metric(Body.of(request));
              return Calls.done();
            })
        .write(
            "POST",
            "/mlflow/runs/log-parameter",
            request -> {
              log.param(Body.of(request));
              return Calls.done();
            })
        .write(
            "POST",
            "/mlflow/runs/set-tag",
            request -> {
              log.tag(Body.of(request));
              return Calls.done();
            })
        .write(
            "POST",
            "/mlflow/runs/delete-tag",
            request -> {
              var body = Body.of(request);
              log.deleteTag(body.runId(), body.required("key"));
              return Calls.done();
            })
        .write(
            "POST",
            "/mlflow/runs/log-inputs",
            LONGEST_INPUTS,
            request -> {
              log.inputs(Body.of(request));
              return Calls.done();
            })
        .write(
            "POST",
            "/mlflow/runs/outputs",
            request -> {
              log.outputs(Body.of(request));
              return Calls.done();
            });
  }

  private void mountLoggedModels(Calls calls) {
    var one = "/mlflow/logged-models/{model_id}";
    calls
        .write(
            "POST",
            "/mlflow/logged-models",
            request -> Response.json(Json.object("model", logged.create(Body.of(request)))))
        .search(
            "POST",
            "/mlflow/logged-models/search",
            request -> Response.json(logged.search(Body.of(request))))
        .read(
            "GET",
            one,
            request -> Response.json(Json.object("model", logged.get(request.param("model_id")))))
        .write(
            "PATCH",
            one,
            request ->
                Response.json(
                    Json.object(
                        "model",
                        logged.finish(
                            request.param("model_id"), Body.of(request).required("status")))))
        .write(
            "DELETE",
            one,
            request -> {
              logged.delete(request.param("model_id"));
              return Calls.done();
            })
        .write(
            "PATCH",
            one + "/tags",
            request ->
                Response.json(
                    Json.object(
                        "model",
                        logged.setTags(request.param("model_id"), Body.of(request).pairs("tags")))))
        .write(
            "DELETE",
            one + "/tags/{key}",
            request -> {
              logged.deleteTag(request.param("model_id"), request.param("key"));
              return Calls.done();
            })
        .write(
            "POST",
            one + "/params",
            request -> {
              logged.setParams(request.param("model_id"), Body.of(request).pairs("params"));
              return Calls.done();
            })
        .read("GET", one + "/artifacts/directories", this::listLoggedModel);
  }

  private Response listLoggedModel(Request request) {
    var info =
        (java.util.Map<?, ?>)
            java.util.Objects.requireNonNull(logged.get(request.param("model_id")).get("info"));
    var root = String.valueOf(info.get("artifact_uri"));
    var path = Body.of(request).textOr("artifact_directory_path", "").replaceAll("/+$", "");
    var base = artifacts.proxied(root).orElse("");
    return Response.json(
        Json.object(
            "root_uri",
            root,
            "files",
            artifacts.list(
                path.isEmpty() ? base : base + "/" + path, path.isEmpty() ? "" : path + "/")));
  }
}
