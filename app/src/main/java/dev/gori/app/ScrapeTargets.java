package dev.gori.app;

import dev.gori.base.conf.Conf;
import dev.gori.base.conf.Conf.Value;
import dev.gori.base.conf.Problems;
import dev.gori.kernel.gotext.PrometheusDuration;
import dev.gori.kernel.id.EnvironmentName;
import dev.gori.metrics.MetricsSettings;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Writes the scrape configuration of an environment, in Prometheus's own format: the platform's
/// own jobs, merged with the environment's `prometheus.yml`. Both the embedded metrics role and an
/// external Prometheus use it.
///
/// @param gateways the base URLs of the gateway and its replicas
/// @param parts the base URLs of the other roles, by name
/// @param token the token for scrapes of the platform's own targets; empty when reads are open
/// @param defaults the values of settings that `prometheus.yml` omits
record ScrapeTargets(
    EnvironmentName environment,
    List<URI> gateways,
    Map<String, URI> parts,
    MetricsSettings defaults,
    Optional<String> token) {

  private static final String SERVING = "serving";
  private static final String NODE = "node";
  private static final Set<RoleName> SCRAPED =
      Set.of(
          RoleName.REGISTRY,
          RoleName.ALERTS,
          RoleName.METRICS,
          RoleName.LOGS,
          RoleName.PIPELINES,
          RoleName.DELIVERY);

  /// The names of the platform's jobs in every environment, for embedded and external roles.
  static final Set<String> NAMES =
      Stream.concat(Stream.of(SERVING, NODE), SCRAPED.stream().map(RoleName::label))
          .collect(Collectors.toUnmodifiableSet());

  /// The configuration of the embedded metrics role.
  ///
  /// @param own the text of the environment's `prometheus.yml`
  String scrapeConfig(Optional<String> own) {
    return Conf.text(joined(own, token.map("credentials: '%s'"::formatted)));
  }

  /// The complete configuration of an external Prometheus.
  ///
  /// @param own the text of the environment's `prometheus.yml`
  /// @param rules the folder with the environment's rule files
  /// @param tokenFile the file with the token for the alerts role
  String prometheusYaml(Optional<String> own, String rules, URI alertmanager, String tokenFile) {
    var more =
        read(
            """
                rule_files: ['%s/*.yaml']
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
                    alertmanager.getAuthority()));
    var top =
        new LinkedHashMap<>(
            joined(own, token.map(_ -> "credentials_file: '%s'".formatted(tokenFile))).keys());
    var alerting = new LinkedHashMap<>(keys(top.get("alerting")));
    alerting.put(
        "alertmanagers", list(more.keys().get("alertmanagers"), alerting.get("alertmanagers")));
    top.put("rule_files", more.keys().getOrDefault("rule_files", new Value.Absent(1)));
    top.put("alerting", new Value.Keys(1, alerting, Map.of()));
    return "# Written by gori at each start and each commit.\n"
        + Conf.text(new Value.Keys(1, top, Map.of()));
  }

  /// Merges the configurations. The platform's jobs come first, each with its own interval and
  /// timeout, so that the environment's `global` section does not affect them.
  ///
  /// @param credentials the `authorization` setting of the jobs
  private Value.Keys joined(Optional<String> own, Optional<String> credentials) {
    var top = new LinkedHashMap<>(own.map(text -> read(text).keys()).orElse(Map.of()));
    top.put("global", new Value.Keys(1, global(keys(top.get("global"))), Map.of()));
    var jobs = new StringBuilder("jobs:\n").append(job(SERVING, "/metrics", gateways, credentials));
    parts.forEach(
        (part, base) -> jobs.append(job(part, "/metrics/" + part, List.of(base), credentials)));
    top.put(
        "scrape_configs",
        list(read(jobs.toString()).keys().get("jobs"), top.get("scrape_configs")));
    return new Value.Keys(1, top, Map.of());
  }

  private Map<String, Value> global(Map<String, Value> own) {
    var global = new LinkedHashMap<String, Value>();
    var interval =
        own.get("scrape_interval") instanceof Value.Scalar(int _, var text, boolean _)
            ? PrometheusDuration.parse(text)
            : defaults.scrapeInterval();
    var timeout =
        defaults.scrapeTimeout().compareTo(interval) < 0 ? defaults.scrapeTimeout() : interval;
    global.put("scrape_interval", duration(interval));
    global.put("scrape_timeout", duration(timeout));
    global.put("evaluation_interval", duration(defaults.evaluationInterval()));
    own.forEach(
        (key, value) -> {
          if (!(value instanceof Value.Absent)) {
            global.put(key, value);
          }
        });
    return global;
  }

  private static Value duration(Duration duration) {
    return new Value.Scalar(1, PrometheusDuration.format(duration), true);
  }

  /// Concatenates the platform's list and the environment's list.
  private static Value list(@Nullable Value platform, @Nullable Value own) {
    var all = new ArrayList<>(items(platform));
    all.addAll(items(own));
    return new Value.Items(1, all);
  }

  private static List<Value> items(@Nullable Value value) {
    return value instanceof Value.Items(int _, var items) ? items : List.of();
  }

  private static Map<String, Value> keys(@Nullable Value value) {
    return value instanceof Value.Keys(int _, var keys, var _) ? keys : Map.of();
  }

  /// Parses text that is known to be valid: the platform's own, or text that passed the check.
  private static Value.Keys read(String text) {
    var problems = new Problems();
    var value = Conf.value("prometheus.yml", text, problems);
    problems.throwIfAny();
    return new Value.Keys(1, keys(value.orElse(new Value.Absent(1))), Map.of());
  }

  private String job(String name, String path, List<URI> bases, Optional<String> credentials) {
    var targets =
        String.join(", ", bases.stream().map(base -> "'" + base.getAuthority() + "'").toList());
    return """
                - job_name: %s
                  scrape_interval: %s
                  scrape_timeout: %s
                  metrics_path: %s
                  static_configs:
                  - targets: [%s]
                    labels: {namespace: %s-%s}
                %s"""
        .formatted(
            name,
            PrometheusDuration.format(defaults.scrapeInterval()),
            PrometheusDuration.format(defaults.scrapeTimeout()),
            path,
            targets,
            name,
            environment,
            credentials.map("  authorization: {%s}\n"::formatted).orElse(""));
  }
}
