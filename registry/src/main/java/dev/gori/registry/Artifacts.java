package dev.gori.registry;

import dev.gori.base.json.Json;
import dev.gori.clients.s3.ObjectPath;
import dev.gori.clients.s3.ObjectStoreClient;
import dev.gori.http.Response;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.id.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The environment's artifact bucket behind the `mlflow-artifacts` proxy: clients need no
/// credentials of the object store.
///
/// The proxy first writes an upload to a file in the role's folder, so that an interrupted upload
/// leaves no partial object in the bucket.
final class Artifacts {

  /// The status of a model version, with MLflow's status names.
  record Readiness(String status, String message) {}

  private static final Pattern PROXY =
      Pattern.compile("https?://.*/api/2\\.0/mlflow-artifacts/artifacts/(.+)");

  private final ObjectStoreClient store;
  private final String bucket;
  private final Path spool;
  private final Bytes largest;

  Artifacts(ObjectStoreClient store, String bucket, Path spool, Bytes largest) {
    this.store = store;
    this.bucket = bucket;
    this.spool = spool;
    this.largest = largest;
  }

  void upload(String path, InputStream body) throws IOException {
    var target = object(path);
    var file = Files.createTempFile(spool, "upload", ".part");
    try {
      try (var out = Files.newOutputStream(file)) {
        copy(body, out, path);
      }
      store.put(target, file, contentType(path));
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private void copy(InputStream body, OutputStream out, String path) throws IOException {
    var buffer = new byte[64 * 1024];
    long total = 0;
    for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
      total += read;
      if (total > largest.count()) {
        throw new FaultException(
            Fault.TOO_LARGE,
            "artifact %s: more than %s (expected: at most that; registry.max_artifact)"
                .formatted(path, largest));
      }
      out.write(buffer, 0, read);
    }
  }

  Response download(String path) {
    var body = store.get(object(path));
    return Response.stream(
            contentType(path),
            out -> {
              try (body) {
                body.transferTo(out);
              }
            })
        .header("X-Content-Type-Options", "nosniff");
  }

  void delete(String path) {
    var target = object(path);
    store.delete(target);
    store.list(target.child("")).objects().forEach(head -> store.delete(head.path()));
  }

  /// The entries of a folder; `shownAs` is the prefix of their paths.
  List<Map<String, @Nullable Object>> list(String folder, String shownAs) {
    var prefix = folder.isEmpty() ? new ObjectPath(bucket, "") : object(folder).child("");
    var found = store.entries(prefix);
    var files = new ArrayList<Map<String, @Nullable Object>>();
    for (var inner : found.folders()) {
      files.add(Json.object("path", shownAs + inner.name().replaceAll("/$", ""), "is_dir", true));
    }
    for (var head : found.objects()) {
      if (!head.path().equals(prefix)) {
        files.add(
            Json.object(
                "path", shownAs + head.path().name(), "is_dir", false, "file_size", head.size()));
      }
    }
    files.sort(Comparator.comparing(file -> String.valueOf(file.get("path"))));
    return files;
  }

  /// Checks whether the artifacts of a model version exist.
  ///
  /// @param location the artifact URI to which the source resolves
  Readiness readiness(String source, String location) {
    var path = proxied(location);
    if (path.isEmpty()) {
      return new Readiness(
          "FAILED_REGISTRATION",
          "source '%s' leads to '%s' (expected: mlflow-artifacts:/… or s3://%s/…)"
              .formatted(source, location, bucket));
    }
    try {
      var target = object(path.get());
      boolean there = store.head(target).isPresent() || !isEmpty(target);
      return there
          ? new Readiness("READY", "")
          : new Readiness(
              "FAILED_REGISTRATION",
              "source '%s': no artifact at %s; log the model first".formatted(source, target));
    } catch (FaultException e) {
      return e.fault().blame() == Fault.Blame.CALLER && e.fault() != Fault.FORBIDDEN
          ? new Readiness("FAILED_REGISTRATION", "source '%s': %s".formatted(source, e.reason()))
          : new Readiness(
              "PENDING_REGISTRATION",
              "the store could not be asked, it will be again: " + e.reason());
    }
  }

  private boolean isEmpty(ObjectPath folder) {
    var entries = store.entries(folder.child(""));
    return entries.objects().isEmpty() && entries.folders().isEmpty();
  }

  /// The proxy path of an artifact URI; empty when the URI is outside the proxy and the bucket.
  Optional<String> proxied(String uri) {
    var http = PROXY.matcher(uri);
    if (http.matches()) {
      return Optional.of(http.group(1));
    }
    if (uri.startsWith("mlflow-artifacts:")) {
      var rest = uri.substring("mlflow-artifacts:".length());
      var path =
          rest.startsWith("//") && !rest.startsWith("///")
              ? rest.substring(Math.max(2, rest.indexOf('/', 2)))
              : rest;
      return Optional.of(path.replaceAll("^/+", "").replaceAll("/+$", ""));
    }
    var own = "s3://" + bucket + "/";
    return uri.startsWith(own) ? Optional.of(uri.substring(own.length())) : Optional.empty();
  }

  /// The object of a caller's path. Rejects any path that could lead out of the bucket.
  private ObjectPath object(String path) {
    boolean legal =
        !path.isEmpty()
            && !path.startsWith("/")
            && path.chars().noneMatch(c -> c < ' ' || c == '\\' || c == 127);
    for (var part : path.split("/", -1)) {
      legal &=
          !part.isEmpty()
              && !part.equals(".")
              && !part.equals("..")
              && !part.toLowerCase(java.util.Locale.ROOT).contains("%2e%2e");
    }
    if (!legal) {
      throw FaultException.badRequest(
          "Invalid path: '%s' (expected: names between single '/', no '..')".formatted(path));
    }
    return new ObjectPath(bucket, path);
  }

  private static String contentType(String path) {
    var name = path.substring(path.lastIndexOf('/') + 1);
    return switch (name.substring(name.lastIndexOf('.') + 1)) {
      case "json" -> "application/json";
      case "txt", "yaml", "yml", "csv", "md", "log" -> "text/plain; charset=utf-8";
      case "png" -> "image/png";
      default -> "application/octet-stream";
    };
  }
}
