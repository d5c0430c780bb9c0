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
/// own jobs, joined with what the environment's `prometheus.yml` says. For the embedded metrics
/// role, and for a real Prometheus in its place.
///
/// @param gateways where the gateway and its replicas answer
/// @param parts the others, by name, with where each answers
/// @param token what the platform's own targets want; empty when their reads are open
/// @param defaults what holds where `prometheus.yml` says nothing
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

  /// Names of jobs that are the platform's in every environment, whichever parts are embedded.
  static final Set<String> NAMES =
      Stream.concat(Stream.of(SERVING, NODE), SCRAPED.stream().map(RoleName::label))
          .collect(Collectors.toUnmodifiableSet());

  /// The configuration of the embedded metrics role.
  ///
  /// @param own the text of the environment's `prometheus.yml`
  String scrapeConfig(Optional<String> own) {
    return Conf.text(joined(own, token.map("credentials: '%s'"::formatted)));
  }

  /// The whole configuration of a real Prometheus.
  ///
  /// @param own the text of the environment's `prometheus.yml`
  /// @param rules the folder with the environment's rule files
  /// @param tokenFile what the alerts role asks for
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

  /// The platform's jobs come first, each with its own times, so that the environment's `global`
  /// does not change how the platform watches itself.
  ///
  /// @param credentials what the jobs say under `authorization`
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

  /// What the platform says in a list, and what the environment says in the same one.
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

  /// Texts that are known to be right: the platform's own, and what passed the check.
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
