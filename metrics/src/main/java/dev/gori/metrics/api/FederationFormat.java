package dev.gori.metrics.api;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/// In what form somebody wants to read what is federated.
///
/// @param protobuf whether in messages, which have native histograms too; else in the text format
///   0.0.4
/// @param escaping how names are shown that are not of letters, digits, `_` and `:`
record FederationFormat(boolean protobuf, String escaping) {

  private static final String MESSAGE = "io.prometheus.client.metricfamily";
  private static final String UTF_8 = "allow-utf-8";

  /// One of the things that somebody accepts.
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
      double weight = GoNumber.parse(parameters.getOrDefault("q", "1")).orElse(0.0);
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

  /// The one with the most weight that can be given, else text.
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
                    clause.parameters().getOrDefault("escaping", "").equals(UTF_8)
                        ? UTF_8
                        : "underscores"))
        .orElse(new FederationFormat(false, "underscores"));
  }

  String contentType() {
    return (protobuf
            ? "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited"
            : "text/plain; version=0.0.4; charset=utf-8")
        + "; escaping="
        + escaping;
  }

  /// A name that is not plain has underscores where its other characters are, for those who do not
  /// read them.
  String name(String name) {
    return escaping.equals(UTF_8)
        ? name
        : name.replaceAll("[^a-zA-Z0-9_:]", "_").replaceFirst("^([0-9])", "_$1");
  }
}
