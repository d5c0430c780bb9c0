package dev.gori.metrics.api;

import dev.gori.kernel.gotext.GoFloat;
import dev.gori.metrics.exposition.EscapingScheme;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/// The content type of federation.
///
/// @param protobuf delimited protobuf, which has native histograms; otherwise text format 0.0.4
/// @param escaping escaping scheme for names beyond letters, digits, `_` and `:`
record FederationFormat(boolean protobuf, EscapingScheme escaping) {

  private static final String MESSAGE = "io.prometheus.client.metricfamily";

  /// One clause of an Accept header.
  private record Clause(String type, TreeMap<String, String> parameters, double weight) {
    static Clause of(String text) {
      var parts = text.split(";");
      var parameters = new TreeMap<String, String>();
      for (var part : Arrays.asList(parts).subList(1, parts.length)) {
        var pair = part.split("=", 2);
        parameters.put(
            pair[0].strip().toLowerCase(Locale.ROOT),
            pair.length > 1 ? pair[1].strip().toLowerCase(Locale.ROOT) : "");
      }
      double weight = GoFloat.parse(parameters.getOrDefault("q", "1")).orElse(0.0);
      return new Clause(parts[0].strip().toLowerCase(Locale.ROOT), parameters, weight);
    }

    boolean isText() {
      return type.equals("text/plain");
    }

    boolean isProtobuf() {
      return type.equals("application/vnd.google.protobuf")
          && parameters.getOrDefault("proto", "").equals(MESSAGE)
          && parameters.getOrDefault("encoding", "").equals("delimited");
    }
  }

  /// The supported format with the highest weight; text by default.
  static FederationFormat accepted(String header) {
    return List.of(header.split(",")).stream()
        .map(Clause::of)
        .sorted(Comparator.comparingDouble(Clause::weight).reversed())
        .filter(clause -> clause.isText() || clause.isProtobuf())
        .findFirst()
        .map(
            clause ->
                new FederationFormat(
                    clause.isProtobuf(),
                    clause
                            .parameters()
                            .getOrDefault("escaping", "")
                            .equals(EscapingScheme.ALLOW_UTF_8.text())
                        ? EscapingScheme.ALLOW_UTF_8
                        : EscapingScheme.UNDERSCORES))
        .orElse(new FederationFormat(false, EscapingScheme.UNDERSCORES));
  }

  String contentType() {
    return (protobuf
            ? "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited"
            : "text/plain; version=0.0.4; charset=utf-8")
        + "; escaping="
        + escaping.text();
  }

  /// The name, with underscores in place of other characters unless UTF-8 is accepted.
  String name(String name) {
    return escaping == EscapingScheme.ALLOW_UTF_8
        ? name
        : name.replaceAll("[^a-zA-Z0-9_:]", "_").replaceFirst("^([0-9])", "_$1");
  }
}
