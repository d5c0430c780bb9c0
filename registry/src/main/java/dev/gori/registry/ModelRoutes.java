package dev.gori.registry;

import dev.gori.base.json.Json;
import dev.gori.http.Request;
import dev.gori.http.Response;
import dev.gori.kernel.fault.FaultException;
import java.time.DateTimeException;
import java.time.Instant;

/// The routes of registered models, their versions and aliases, and our own route of the alias
/// history.
final class ModelRoutes {

  private final Models models;
  private final Versions versions;
  private final Aliases aliases;

  ModelRoutes(Models models, Versions versions, Aliases aliases) {
    this.models = models;
    this.versions = versions;
    this.aliases = aliases;
  }

  void mount(Calls calls) {
    mountModels(calls);
    mountVersions(calls);
    mountAliases(calls);
  }

  private void mountModels(Calls calls) {
    calls
        .read(
            "GET",
            "/mlflow/registered-models/get",
            request -> model(models.get(Body.of(request).required("name"))))
        .search(
            "GET",
            "/mlflow/registered-models/search",
            request -> Response.json(models.search(Body.of(request))))
        .read(
            "GET",
            "/mlflow/registered-models/list",
            request -> Response.json(models.search(Body.of(request))))
        .search("POST", "/mlflow/registered-models/get-latest-versions", this::latest)
        .search("GET", "/mlflow/registered-models/get-latest-versions", this::latest)
        .write(
            "POST",
            "/mlflow/registered-models/create",
            request -> {
              var body = Body.of(request);
              return model(
                  models.create(
                      body.required("name"), body.textOr("description", ""), body.pairs("tags")));
            })
        .write(
            "POST",
            "/mlflow/registered-models/rename",
            request -> {
              var body = Body.of(request);
              return model(
                  models.rename(
                      body.required("name"), body.required("new_name"), Caller.because(request)));
            })
        .write(
            "PATCH",
            "/mlflow/registered-models/update",
            request -> {
              var body = Body.of(request);
              return model(models.describe(body.required("name"), body.textOr("description", "")));
            })
        .write(
            "DELETE",
            "/mlflow/registered-models/delete",
            request -> {
              models.delete(Body.of(request).required("name"), Caller.because(request));
              return Calls.done();
            })
        .write(
            "POST",
            "/mlflow/registered-models/set-tag",
            request -> {
              var body = Body.of(request);
              models.setTag(body.required("name"), body.pair());
              return Calls.done();
            })
        .write(
            "DELETE",
            "/mlflow/registered-models/delete-tag",
            request -> {
              var body = Body.of(request);
              models.deleteTag(body.required("name"), body.required("key"));
              return Calls.done();
            });
  }

  private static Response model(Object model) {
    return Response.json(Json.object("registered_model", model));
  }

  private Response latest(Request request) {
    var body = Body.of(request);
    return Response.json(
        Json.object(
            "model_versions", versions.latest(body.required("name"), body.texts("stages"))));
  }

  private void mountVersions(Calls calls) {
    calls
        .read(
            "GET",
            "/mlflow/model-versions/get",
            request -> {
              var body = Body.of(request);
              return version(versions.get(body.required("name"), number(body)));
            })
        .search(
            "GET",
            "/mlflow/model-versions/search",
            request -> Response.json(versions.search(Body.of(request))))
        .read(
            "GET",
            "/mlflow/model-versions/get-download-uri",
            request -> {
              var body = Body.of(request);
              return Response.json(
                  Json.object(
                      "artifact_uri", versions.downloadUri(body.required("name"), number(body))));
            })
        .write(
            "POST",
            "/mlflow/model-versions/create",
            request -> version(versions.create(Body.of(request))))
        .write(
            "PATCH",
            "/mlflow/model-versions/update",
            request -> {
              var body = Body.of(request);
              return version(
                  versions.describe(
                      body.required("name"), number(body), body.textOr("description", "")));
            })
        .write(
            "DELETE",
            "/mlflow/model-versions/delete",
            request -> {
              var body = Body.of(request);
              versions.delete(body.required("name"), number(body), Caller.because(request));
              return Calls.done();
            })
        .write(
            "POST",
            "/mlflow/model-versions/transition-stage",
            request -> {
              var body = Body.of(request);
              var stage = body.required("stage");
              return version(
                  versions.stage(
                      body.required("name"),
                      number(body),
                      stage,
                      body.flag("archive_existing_versions")));
            })
        .write(
            "POST",
            "/mlflow/model-versions/set-tag",
            request -> {
              var body = Body.of(request);
              versions.setTag(body.required("name"), number(body), body.pair());
              return Calls.done();
            })
        .write(
            "DELETE",
            "/mlflow/model-versions/delete-tag",
            request -> {
              var body = Body.of(request);
              versions.deleteTag(body.required("name"), number(body), body.required("key"));
              return Calls.done();
            });
  }

  private static Response version(Object version) {
    return Response.json(Json.object("model_version", version));
  }

  private static int number(Body body) {
    var text = body.required("version");
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException _) {
      throw FaultException.badRequest(
          "Parameter 'version' must be an integer, got '%s'.".formatted(text));
    }
  }

  private void mountAliases(Calls calls) {
    calls
        .read(
            "GET",
            "/mlflow/registered-models/alias",
            request -> {
              var body = Body.of(request);
              return version(versions.byAlias(body.required("name"), body.required("alias")));
            })
        .write(
            "POST",
            "/mlflow/registered-models/alias",
            request -> {
              var body = Body.of(request);
              aliases.set(
                  body.required("name"),
                  body.required("alias"),
                  number(body),
                  Caller.because(request));
              return Calls.done();
            })
        .write(
            "DELETE",
            "/mlflow/registered-models/alias",
            request -> {
              var body = Body.of(request);
              aliases.delete(
                  body.required("name"), body.required("alias"), Caller.because(request));
              return Calls.done();
            })
        .read("GET", "/gori/registered-models/alias-history", this::history);
  }

  /// `?name=` returns every alias change of a model, oldest first (`&alias=` those of one alias);
  /// `&at=` returns the aliases and their versions at that timestamp instead.
  private Response history(Request request) {
    var body = Body.of(request);
    var name = body.required("name");
    var at = body.text("at");
    return at.isPresent()
        ? Response.json(
            Json.object(
                "name", name, "at", at.get(), "aliases", aliases.at(name, moment(at.get()))))
        : Response.json(
            Json.object("name", name, "moves", aliases.history(name, body.text("alias"))));
  }

  private static Instant moment(String text) {
    try {
      return text.matches("\\d{1,15}")
          ? Instant.ofEpochMilli(Long.parseLong(text))
          : Instant.parse(text);
    } catch (DateTimeException _) {
      throw FaultException.badRequest(
          "Invalid value '%s' for parameter 'at' (expected: 2026-11-23T02:00:00Z, or milliseconds since 1970)"
              .formatted(text));
    }
  }
}
