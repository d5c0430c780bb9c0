package dev.gori.metrics;

import dev.gori.metrics.scrape.ConfigDirectory;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/// What a metrics role watches and whom it tells, in the ecosystem's own files.
///
/// @param scrape a Prometheus configuration, of which `global` and `scrape_configs` are read
/// @param rules Prometheus rule files
/// @param alertmanager the address without `/api/v2`; without one alerts are shown and not sent
/// @param alertmanagerToken for `Authorization: Bearer` there
/// @param externalUrl under which the API is reached, for the links in alerts, such as
///   `http://localhost:7010/prometheus`
/// @param place that relative names in the scrape configuration start from; the role's data folder
///   where it says nothing
public record MetricsConfig(
    TextFile scrape,
    List<TextFile> rules,
    Optional<URI> alertmanager,
    Optional<String> alertmanagerToken,
    URI externalUrl,
    Optional<ConfigDirectory> place) {

  public MetricsConfig {
    rules = List.copyOf(rules);
  }

  /// One whose relative names start from the role's data folder.
  public MetricsConfig(
      TextFile scrape,
      List<TextFile> rules,
      Optional<URI> alertmanager,
      Optional<String> alertmanagerToken,
      URI externalUrl) {
    this(scrape, rules, alertmanager, alertmanagerToken, externalUrl, Optional.empty());
  }

  /// A file as it was read.
  ///
  /// @param name as it is to be called in messages
  public record TextFile(String name, String text) {}

  /// The same with other files, for a reload.
  public MetricsConfig with(TextFile otherScrape, List<TextFile> otherRules) {
    return new MetricsConfig(
        otherScrape, otherRules, alertmanager, alertmanagerToken, externalUrl, place);
  }

  /// Without the token.
  @Override
  public String toString() {
    return "MetricsConfig[scrape=%s, rules=%s, alertmanager=%s]"
        .formatted(scrape.name(), rules.stream().map(TextFile::name).toList(), alertmanager);
  }
}
