package dev.gori.metrics.exposition;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Exposition formats that can be negotiated, with their names in `scrape_protocols`.
public enum ScrapeProtocol {
  PROMETHEUS_PROTO(
      "PrometheusProto",
      "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited",
      Format.PROTOBUF),
  OPEN_METRICS_1_0_0(
      "OpenMetricsText1.0.0", "application/openmetrics-text;version=1.0.0", Format.OPEN_METRICS),
  OPEN_METRICS_0_0_1(
      "OpenMetricsText0.0.1", "application/openmetrics-text;version=0.0.1", Format.OPEN_METRICS),
  TEXT_1_0_0("PrometheusText1.0.0", "text/plain;version=1.0.0", Format.TEXT),
  TEXT_0_0_4("PrometheusText0.0.4", "text/plain;version=0.0.4", Format.TEXT);

  /// The parser for a body.
  enum Format {
    TEXT,
    OPEN_METRICS,
    PROTOBUF
  }

  /// Accepted without native histograms.
  public static final List<ScrapeProtocol> DEFAULTS =
      List.of(OPEN_METRICS_1_0_0, OPEN_METRICS_0_0_1, TEXT_1_0_0, TEXT_0_0_4);

  /// Accepted with native histograms, which only protobuf has.
  public static final List<ScrapeProtocol> WITH_NATIVE_HISTOGRAMS = List.of(values());

  private final String key;
  private final String mediaType;
  private final Format form;

  ScrapeProtocol(String key, String mediaType, Format form) {
    this.key = key;
    this.mediaType = mediaType;
    this.form = form;
  }

  public String key() {
    return key;
  }

  Format form() {
    return form;
  }

  /// @throws IllegalArgumentException if there is no such protocol
  public static ScrapeProtocol of(String key) {
    return Arrays.stream(values())
        .filter(one -> one.key.equals(key))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(key));
  }

  /// All names, for error messages.
  public static String keys() {
    return Arrays.stream(values()).map(ScrapeProtocol::key).collect(Collectors.joining(", "));
  }

  /// The Accept header, with decreasing weights.
  public static String accept(List<ScrapeProtocol> wanted, EscapingScheme escaping) {
    var text = new StringBuilder();
    int weight = values().length + 1;
    for (var one : wanted) {
      boolean escapes = one == OPEN_METRICS_1_0_0 || one == TEXT_1_0_0;
      text.append(one.mediaType)
          .append(escapes ? ";escaping=" + escaping.text() : "")
          .append(";q=0.")
          .append(weight--)
          .append(',');
    }
    return text.append("*/*;q=0.").append(weight).toString();
  }

  /// A media type with parameters.
  private static final Pattern CONTENT_TYPE =
      Pattern.compile(
          "\\s*([^\\s;]+)\\s*(?:;\\s*[^\\s;=\"]+=(?:[^\\s;=\"]*|\"(?:[^\"\\\\]|\\\\.)*\")\\s*)*;?\\s*");

  /// The protocol of a body.
  ///
  /// @param fallback for a missing or unknown content type
  /// @throws ExpositionException if there is no fallback either
  public static ScrapeProtocol ofBody(String contentType, Optional<ScrapeProtocol> fallback)
      throws ExpositionException {
    var type = CONTENT_TYPE.matcher(contentType);
    var media = type.matches() ? type.group(1).toLowerCase(Locale.ROOT) : "";
    return switch (media) {
      case "text/plain" -> TEXT_0_0_4;
      case "application/openmetrics-text" -> OPEN_METRICS_1_0_0;
      case "application/vnd.google.protobuf" -> PROMETHEUS_PROTO;
      default ->
          fallback.orElseThrow(
              () ->
                  new ExpositionException(
                      "Content-Type '%s' (expected: text/plain, application/openmetrics-text or application/vnd.google.protobuf, or a fallback_scrape_protocol)"
                          .formatted(contentType)));
    };
  }
}
