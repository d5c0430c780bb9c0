package dev.gori.serving.gateway;

import dev.gori.base.json.Json;
import dev.gori.http.HeaderLine;
import dev.gori.serving.inference.Model;
import dev.gori.serving.inference.ModelSignature;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/// A model in memory that serves, or is about to, behind a variant.
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

  /// What the version was deployed with, else what it was trained with; may be empty.
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

  /// The model's name in one word, percent-encoded where need be.
  String logged() {
    return logged;
  }

  GatewayMetrics.Judged judged() {
    return judged;
  }

  /// The piece of an answer that names model, version and variant.
  String identity() {
    return identity;
  }

  HeaderLine versionLine() {
    return versionLine;
  }

  HeaderLine runLine() {
    return runLine;
  }

  /// What a row costs, a moving average in nanoseconds; 0 before the first.
  long nanosARow() {
    return nanosARow;
  }

  void took(long nanos, int rows) {
    long each = nanos / rows;
    long before = nanosARow;
    nanosARow = before == 0 ? each : before + (each - before) / 4;
  }
}
