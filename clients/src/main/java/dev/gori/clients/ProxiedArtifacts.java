package dev.gori.clients;

import dev.gori.clients.Mlflow.Artifact;
import dev.gori.http.DownloadStream;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Artifacts behind the server's `mlflow-artifacts` proxy, so that the caller needs no key to the
/// store behind it.
final class ProxiedArtifacts implements ArtifactStore {

  static final String SCHEME = "mlflow-artifacts:";

  private static final String PROXY = "/api/2.0/mlflow-artifacts/artifacts";
  private static final int LONGEST_REFUSAL = 64 * 1024;
  private static final long LONGEST_ARTIFACT = 8L << 30;

  private final MlflowRest calls;

  ProxiedArtifacts(MlflowRest calls) {
    this.calls = calls;
  }

  @Override
  public void put(String location, byte[] bytes) {
    put(location, BodyPublishers.ofByteArray(bytes), bytes.length);
  }

  @Override
  public void put(String location, Path file) {
    try {
      put(location, BodyPublishers.ofFile(file), file.toFile().length());
    } catch (FileNotFoundException e) {
      throw new FaultException(
          Fault.BAD_REQUEST, "artifact %s: no file '%s' to upload".formatted(location, file), e);
    }
  }

  private void put(String location, BodyPublisher body, long length) {
    var request =
        calls
            .request(PROXY + "/" + encoded(path(location)))
            .header("Content-Type", "application/octet-stream")
            .PUT(body)
            .build();
    var within = DownloadStream.within(calls.deadline(), length);
    var answer = calls.exchange(request, MlflowRest.whole(), within);
    if (answer.statusCode() / 100 != 2) {
      calls.refused(request, answer.statusCode(), answer.body());
    }
  }

  @Override
  public List<Artifact> list(String location) {
    var query = MlflowRest.encoded(Map.of("path", path(location)));
    var answer = calls.json(calls.request(PROXY + query).GET().build());
    return answer.path("files").valueStream().map(MlflowJson::artifact).toList();
  }

  @Override
  public InputStream open(String location) {
    var request = calls.request(PROXY + "/" + encoded(path(location))).GET().build();
    var answer = calls.exchange(request, BodyHandlers.ofInputStream(), calls.deadline());
    if (answer.statusCode() != 200) {
      try (var body = paced(answer)) {
        calls.refused(request, answer.statusCode(), body.readNBytes(LONGEST_REFUSAL));
      } catch (IOException e) {
        throw new FaultException(
            Fault.BACKEND_DOWN,
            "artifact %s: broke off: %s".formatted(location, e.getMessage()),
            e);
      }
    }
    return paced(answer);
  }

  private InputStream paced(HttpResponse<InputStream> answer) {
    return DownloadStream.of(
        answer.body(),
        calls.deadline(),
        answer.headers().firstValueAsLong("Content-Length").orElse(-1),
        LONGEST_ARTIFACT,
        () -> cut(answer.body()));
  }

  private static void cut(InputStream body) {
    try {
      body.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// `mlflow-artifacts:/1/abc/artifacts` and `mlflow-artifacts://host/1/abc/artifacts` →
  /// `1/abc/artifacts`.
  private static String path(String location) {
    return URI.create(location.replace("%", "%25").replace(" ", "%20"))
        .getPath()
        .replaceAll("^/+", "")
        .replaceAll("/+$", "");
  }

  private static String encoded(String path) {
    return Arrays.stream(path.split("/"))
        .map(part -> URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20"))
        .collect(Collectors.joining("/"));
  }
}
