package dev.gori.metrics.rules;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/// The `generatorURL` of alerts.
final class GeneratorUrl {

  private GeneratorUrl() {}

  static String of(URI externalUrl, String expression) {
    return externalUrl.toString().replaceAll("/+$", "") + path(expression, 1);
  }

  /// @param tab 0 for the graph, 1 for the table
  static String path(String expression, int tab) {
    return "/graph?g0.expr="
        + URLEncoder.encode(expression, StandardCharsets.UTF_8)
        + "&g0.tab="
        + tab;
  }
}
