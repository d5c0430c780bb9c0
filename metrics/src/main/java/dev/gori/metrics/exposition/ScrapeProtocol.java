package dev.gori.metrics.exposition;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The ways to show metrics that can be asked for, by the names that Prometheus's configuration has
/// for them.
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

  /// How a body is to be read.
  enum Format {
    TEXT,
    OPEN_METRICS,
    PROTOBUF
  }

  /// What is asked for where nothing is configured.
  public static final List<ScrapeProtocol> DEFAULTS =
      List.of(OPEN_METRICS_1_0_0, OPEN_METRICS_0_0_1, TEXT_1_0_0, TEXT_0_0_4);

  /// What is asked for where native histograms are wanted: only protobuf has them.
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

  /// @throws IllegalArgumentException when there is none of that name
  public static ScrapeProtocol of(String key) {
    return Arrays.stream(values())
        .filter(one -> one.key.equals(key))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(key));
  }

  /// All names, for a message.
  public static String keys() {
    return Arrays.stream(values()).map(ScrapeProtocol::key).collect(Collectors.joining(", "));
  }

  /// The value of `Accept`, with falling weights.
  ///
  /// @param escaping how the target is to show names that are not plain, such as `allow-utf-8`
  public static String accept(List<ScrapeProtocol> wanted, String escaping) {
    var text = new StringBuilder();
    int weight = values().length + 1;
    for (var one : wanted) {
      boolean escapes = one == OPEN_METRICS_1_0_0 || one == TEXT_1_0_0;
      text.append(one.mediaType)
          .append(escapes ? ";escaping=" + escaping : "")
          .append(";q=0.")
          .append(weight--)
          .append(',');
    }
    return text.append("*/*;q=0.").append(weight).toString();
  }

  /// A media type with parameters; one that is not of this form says nothing.
  private static final Pattern CONTENT_TYPE =
      Pattern.compile(
          "\\s*([^\\s;]+)\\s*(?:;\\s*[^\\s;=\"]+=(?:[^\\s;=\"]*|\"(?:[^\"\\\\]|\\\\.)*\")\\s*)*;?\\s*");

  /// How a body of a content type is to be read.
  ///
  /// @param fallback for a content type that says nothing of use
  /// @throws Malformed when neither says it
  public static ScrapeProtocol ofBody(String contentType, Optional<ScrapeProtocol> fallback) throws ExpositionException {
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
