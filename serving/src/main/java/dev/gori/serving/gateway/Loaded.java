package dev.gori.serving.gateway;

import dev.gori.base.json.Json;
import dev.gori.http.HeaderLine;
import dev.gori.serving.inference.Model;
import dev.gori.serving.inference.ModelSignature;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/// A model in memory that serves behind a variant, or will serve after the swap.
final class Loaded {

  private final String variant;
  private final ModelFile file;
  private final String commit;
  private final Model model;
  private final Instant at;
  private final GatewayMetrics.Inferences metrics;
  private final GatewayMetrics.Judged judged;
  private final String identity;
  private final String logged;
  private final HeaderLine versionLine;
  private final HeaderLine runLine;
  private volatile long nanosARow;

  Loaded(
      String variant,
      ModelFile file,
      String commit,
      Model model,
      Instant at,
      GatewayMetrics.Inferences metrics,
      GatewayMetrics.Judged judged) {
    this.variant = variant;
    this.file = file;
    this.commit = commit;
    this.model = model;
    this.at = at;
    this.metrics = metrics;
    this.judged = judged;
    this.identity =
        ",\"model\":%s,\"version\":%d,\"variant\":%s"
            .formatted(Json.text(file.model()), file.version(), Json.text(variant));
    this.logged = URLEncoder.encode(file.model(), StandardCharsets.UTF_8);
    this.versionLine = HeaderLine.of("X-Model-Version", Integer.toString(file.version()));
    this.runLine = HeaderLine.of("X-Model-Run-Id", file.runId());
  }

  String variant() {
    return variant;
  }

  ModelFile file() {
    return file;
  }

  int version() {
    return file.version();
  }

  String runId() {
    return file.runId();
  }

  /// The commit that deployed the version, else the commit that trained it; may be empty.
  String commit() {
    return commit.isEmpty() ? file.commit() : commit;
  }

  Model model() {
    return model;
  }

  ModelSignature signature() {
    return model.signature();
  }

  Instant at() {
    return at;
  }

  GatewayMetrics.Inferences metrics() {
    return metrics;
  }

  /// The model's name, URL-encoded for the access log.
  String logged() {
    return logged;
  }

  GatewayMetrics.Judged judged() {
    return judged;
  }

  /// The part of a JSON response that contains model, version and variant.
  String identity() {
    return identity;
  }

  HeaderLine versionLine() {
    return versionLine;
  }

  HeaderLine runLine() {
    return runLine;
  }

  /// The moving average of the prediction time per row, in nanoseconds; 0 before the first
  /// prediction.
  long nanosARow() {
    return nanosARow;
  }

  void took(long nanos, int rows) {
    long each = nanos / rows;
    long before = nanosARow;
    nanosARow = before == 0 ? each : before + (each - before) / 4;
  }
}
