package dev.gori.registry;

import dev.gori.base.json.Json;
import dev.gori.http.Response;

/// The routes of the `mlflow-artifacts` proxy.
final class ArtifactRoutes {

  private static final String ROOT = "/mlflow-artifacts/artifacts";

  private final Artifacts artifacts;

  ArtifactRoutes(Artifacts artifacts) {
    this.artifacts = artifacts;
  }

  void mount(Calls calls) {
    calls
        .read(
            "GET",
            ROOT,
            request ->
                Response.json(
                    Json.object(
                        "files",
                        artifacts.list(
                            request.query("path").orElse("").replaceAll("/+$", ""), ""))))
        .read("GET", ROOT + "/{+path}", request -> artifacts.download(request.param("path")))
        .upload(
            "PUT",
            ROOT + "/{+path}",
            request -> {
              try (var body = request.bodyStream()) {
                artifacts.upload(request.param("path"), body);
              }
              return Calls.done();
            })
        .write(
            "DELETE",
            ROOT + "/{+path}",
            request -> {
              artifacts.delete(request.param("path"));
              return Calls.done();
            });
  }
}
