package dev.gori.app;

import dev.gori.kernel.id.EnvironmentName;
import java.net.URI;
import java.util.List;
import java.util.Map;

/// Writes the scrape configuration of an environment, in Prometheus's own format: for the embedded
/// metrics role, and for a real Prometheus in its place.
///
/// @param gateways where the gateway and its replicas answer
/// @param parts the others, by name, with where each answers
record ScrapeTargets(
        EnvironmentName environment, List<URI> gateways, String interval, Map<String, URI> parts) {

    /// `global` and `scrape_configs`. Each part has its namespace, which holds the environment's
    /// name.
    String scrapeConfigs() {
        var text =
                new StringBuilder(
                        """
                # Written by gori at each start.
                global:
                  scrape_interval: %s
                  scrape_timeout: %s
                  evaluation_interval: 15s
                scrape_configs:
                """
                                .formatted(interval, interval));
        text.append(job("serving", "/metrics", gateways));
        parts.forEach((part, base) -> text.append(job(part, "/metrics/" + part, List.of(base))));
        return text.toString();
    }

    /// The whole configuration of a real Prometheus.
    ///
    /// @param rules the folder with the environment's rule files
    /// @param tokenFile what the alerts role asks for
    String prometheusYaml(String rules, URI alertmanager, String tokenFile) {
        return scrapeConfigs()
                + """
                rule_files: ['%s/*.yaml']
                alerting:
                  alertmanagers:
                    - scheme: %s
                      path_prefix: '%s'
                      authorization:
                        credentials_file: '%s'
                      static_configs:
                        - targets: ['%s']
                """
                        .formatted(
                                rules,
                                alertmanager.getScheme(),
                                alertmanager.getPath(),
                                tokenFile,
                                alertmanager.getAuthority());
    }

    private String job(String name, String path, List<URI> bases) {
        var targets =
                String.join(
                        ", ", bases.stream().map(base -> "'" + base.getAuthority() + "'").toList());
        return """
                  - job_name: %s
                    metrics_path: %s
                    static_configs:
                      - targets: [%s]
                        labels: {namespace: %s-%s}
                """
                .formatted(name, path, targets, name, environment);
    }
}
