package dev.gori.metrics;

import dev.gori.metrics.scrape.ConfigDirectory;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/// The configuration of a metrics role, as files of the ecosystem.
///
/// @param scrape Prometheus configuration, of which `global`, `scrape_configs` and `alerting` are
///   used
/// @param rules Prometheus rule files
/// @param alertmanager URL without `/api/v2`; without one, alerts are shown and not sent
/// @param alertmanagerToken for `Authorization: Bearer`
/// @param externalUrl URL of the API for links in alerts, such as
///   `http://localhost:7010/prometheus`
/// @param directory base of relative names in the scrape configuration; empty for the role's data
///   folder
public record MetricsConfig(
    TextFile scrape,
    List<TextFile> rules,
    Optional<URI> alertmanager,
    Optional<String> alertmanagerToken,
    URI externalUrl,
    Optional<ConfigDirectory> directory) {

  public MetricsConfig {
    rules = List.copyOf(rules);
  }

  /// With the role's data folder as the base of relative names.
  public MetricsConfig(
      TextFile scrape,
      List<TextFile> rules,
      Optional<URI> alertmanager,
      Optional<String> alertmanagerToken,
      URI externalUrl) {
    this(scrape, rules, alertmanager, alertmanagerToken, externalUrl, Optional.empty());
  }

  /// The content of a file.
  ///
  /// @param name for messages
  public record TextFile(String name, String text) {}

  /// The same with other files, for a reload.
  public MetricsConfig with(TextFile otherScrape, List<TextFile> otherRules) {
    return new MetricsConfig(
        otherScrape, otherRules, alertmanager, alertmanagerToken, externalUrl, directory);
  }

  /// Without the token.
  @Override
  public String toString() {
    return "MetricsConfig[scrape=%s, rules=%s, alertmanager=%s]"
        .formatted(scrape.name(), rules.stream().map(TextFile::name).toList(), alertmanager);
  }
}
