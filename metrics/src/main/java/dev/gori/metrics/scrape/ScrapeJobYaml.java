package dev.gori.metrics.scrape;

import dev.gori.kernel.gotext.PrometheusDuration;
import dev.gori.metrics.client.HttpClientConfig;
import dev.gori.metrics.relabel.Relabel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Renders a job as Prometheus does: all keys in order, with defaults, and `<secret>` in place of
/// secrets.
final class ScrapeJobYaml {

  private static final String SECRET = "<secret>";

  /// Strings that YAML would parse as another type.
  private static final Pattern AMBIGUOUS =
      Pattern.compile(
          "(?i)(?:|~|null|y|n|yes|no|on|off|true|false|[-+]?(?:\\d[\\d_]*(?::[0-5]?\\d)*(?:\\.[\\d_]*)?|\\.\\d[\\d_]*)(?:e[-+]?\\d+)?|0x[\\da-f_]+|[-+]?\\.(?:inf|nan))");

  private static final Pattern UNSAFE =
      Pattern.compile(
          "[-?:] .*|[-?:]|[\\[\\]{},#&*!|>'\"%@`\\s].*|.*(?:: | #).*|.*[\\s:]", Pattern.DOTALL);

  private final StringBuilder out = new StringBuilder();

  private ScrapeJobYaml() {}

  static String of(ScrapeJob job) {
    var yaml = new ScrapeJobYaml();
    yaml.reading(job);
    yaml.limits(job.limits());
    yaml.names(job);
    yaml.http(job.http());
    yaml.steps("relabel_configs", job.relabel());
    yaml.steps("metric_relabel_configs", job.metricRelabel());
    yaml.targets(job);
    return yaml.out.toString();
  }

  private void reading(ScrapeJob job) {
    var reading = job.options();
    text("job_name", job.name());
    flag("honor_labels", reading.honorLabels());
    plain("honor_timestamps", reading.honorTimestamps());
    plain("track_timestamps_staleness", reading.trackTimestamps());
    if (!job.params().isEmpty()) {
      plain("params", "");
      new TreeMap<>(job.params()).forEach((name, values) -> list("  ", name, values));
    }
    plain("scrape_interval", length(job.interval()));
    plain("scrape_timeout", length(job.timeout()));
    list(
        "",
        "scrape_protocols",
        reading.protocols().stream().map(protocol -> protocol.key()).toList());
    reading.fallback().ifPresent(one -> text("fallback_scrape_protocol", one.key()));
    plain("scrape_native_histograms", reading.histograms().nativeHistograms());
    plain("always_scrape_classic_histograms", reading.histograms().alwaysClassic());
    plain("convert_classic_histograms_to_nhcb", reading.histograms().customBuckets());
    job.failureLog().ifPresent(file -> text("scrape_failure_log_file", file.toString()));
    text("metrics_path", job.path());
    text("scheme", job.scheme());
    plain("enable_compression", reading.compression());
  }

  private void limits(ScrapeJob.Limits limits) {
    number("body_size_limit", limits.bodySize());
    number("sample_limit", limits.samples());
    number("target_limit", limits.targets());
    number("label_limit", limits.labels());
    number("label_name_length_limit", limits.labelNameLength());
    number("label_value_length_limit", limits.labelValueLength());
    number("native_histogram_bucket_limit", limits.buckets());
    number("keep_dropped_targets", limits.keepDroppedTargets());
  }

  private void names(ScrapeJob job) {
    var reading = job.options();
    plain("metric_name_validation_scheme", reading.legacyNames() ? "legacy" : "utf8");
    text("metric_name_escaping_scheme", reading.escaping().text());
    plain("extra_scrape_metrics", reading.extraMetrics());
  }

  private void http(HttpClientConfig http) {
    credentials(http.credentials());
    tls(http.connection().tls());
    plain("follow_redirects", http.connection().followRedirects());
    plain("enable_http2", true);
    http.connection()
        .proxy()
        .http()
        .filter(_ -> !http.connection().proxy().direct())
        .ifPresent(proxy -> text("proxy_url", proxy.toString()));
    if (!http.headers().isEmpty()) {
      plain("http_headers", "");
      for (var header : http.headers()) {
        out.append("  ").append(scalar(header.name())).append(":\n    values:\n");
        header
            .values()
            .forEach(value -> out.append("    - ").append(scalar(shown(value))).append('\n'));
      }
    }
  }

  private void credentials(HttpClientConfig.Credentials credentials) {
    switch (credentials) {
      case HttpClientConfig.Credentials.None _ -> {}
      case HttpClientConfig.Credentials.Basic(var user, var password) -> {
        plain("basic_auth", "");
        secret("  username", user, true);
        secret("  password", password, false);
      }
      case HttpClientConfig.Credentials.Token(var type, var token) -> {
        plain("authorization", "");
        text("  type", type);
        secret("  credentials", token, false);
      }
      case HttpClientConfig.Credentials.OAuth2 oauth -> oauth(oauth);
    }
  }

  private void oauth(HttpClientConfig.Credentials.OAuth2 oauth) {
    plain("oauth2", "");
    text("  client_id", oauth.id());
    secret("  client_secret", oauth.secret(), false);
    if (!oauth.scopes().isEmpty()) {
      list("  ", "scopes", oauth.scopes());
    }
    text("  token_url", oauth.address().toString());
    if (!oauth.parameters().isEmpty()) {
      plain("  endpoint_params", "");
      new TreeMap<>(oauth.parameters()).forEach((name, value) -> text("    " + name, value));
    }
  }

  private void tls(HttpClientConfig.Tls tls) {
    boolean isPlatforms =
        Stream.of(tls.ca(), tls.cert(), tls.key())
                .map(ScrapeJobYaml::shown)
                .allMatch(String::isEmpty)
            && tls.serverName().isEmpty()
            && !tls.skipVerify();
    if (isPlatforms) {
      return;
    }
    plain("tls_config", "");
    secret("  ca", tls.ca(), true);
    secret("  cert", tls.cert(), true);
    secret("  key", tls.key(), false);
    tls.serverName().ifPresent(name -> text("  server_name", name));
    plain("  insecure_skip_verify", tls.skipVerify());
  }

  private void secret(String key, HttpClientConfig.Secret secret, boolean mayBeSeen) {
    secret.text().ifPresent(text -> text(key, mayBeSeen ? text : SECRET));
    secret.file().map(Path::toString).ifPresent(file -> text(key + "_file", file));
  }

  private static String shown(HttpClientConfig.Secret secret) {
    return secret.file().map(Path::toString).or(secret::text).orElse("");
  }

  private void steps(String key, List<Relabel> steps) {
    if (steps.isEmpty()) {
      return;
    }
    plain(key, "");
    for (var step : steps) {
      var lines = new ArrayList<String>();
      about(step, true)
          .forEach(
              (name, value) ->
                  lines.add(
                      name
                          + ": "
                          + (value instanceof List<?> names
                              ? flow(names)
                              : value instanceof String text
                                  ? scalar(text)
                                  : String.valueOf(value))));
      out.append("- ").append(String.join("\n  ", lines)).append('\n');
    }
  }

  /// The keys of a relabelling step, in order.
  ///
  /// @param briefly whether to omit the default regex
  static Map<String, @Nullable Object> about(Relabel step, boolean briefly) {
    var keys = new LinkedHashMap<String, @Nullable Object>();
    if (!step.sourceLabels().isEmpty()) {
      keys.put("source_labels", step.sourceLabels());
    }
    keys.put("separator", step.separator());
    if (!briefly || !step.regexText().equals("(.*)")) {
      keys.put("regex", step.regexText());
    }
    if (step.modulus() > 0) {
      keys.put("modulus", step.modulus());
    }
    if (!step.targetLabel().isEmpty()) {
      keys.put("target_label", step.targetLabel());
    }
    keys.put("replacement", step.replacement());
    keys.put("action", step.action().name().toLowerCase(Locale.ROOT));
    return keys;
  }

  private void targets(ScrapeJob job) {
    if (!job.fileSdConfigs().isEmpty()) {
      plain("file_sd_configs", "");
      for (var files : job.fileSdConfigs()) {
        out.append("- files:\n");
        files
            .patterns()
            .forEach(file -> out.append("  - ").append(scalar(file.toString())).append('\n'));
        out.append("  refresh_interval: ").append(length(files.refresh())).append('\n');
      }
    }
    if (!job.httpSdConfigs().isEmpty()) {
      plain("http_sd_configs", "");
      for (var list : job.httpSdConfigs()) {
        out.append("- refresh_interval: ")
            .append(length(list.refresh()))
            .append("\n  url: ")
            .append(scalar(list.url().toString()))
            .append('\n');
      }
    }
    if (!job.targets().isEmpty()) {
      plain("static_configs", "");
      job.targets().forEach(this::group);
    }
  }

  private void group(ScrapeJob.TargetGroup group) {
    out.append("- targets:\n");
    group.addresses().forEach(address -> out.append("  - ").append(scalar(address)).append('\n'));
    if (!group.labels().isEmpty()) {
      out.append("  labels:\n");
      group
          .labels()
          .forEach(
              (name, value) ->
                  out.append("    ")
                      .append(scalar(name))
                      .append(": ")
                      .append(scalar(value))
                      .append('\n'));
    }
  }

  private void list(String indent, String key, List<String> values) {
    out.append(indent).append(scalar(key)).append(":\n");
    values.forEach(value -> out.append(indent).append("- ").append(scalar(value)).append('\n'));
  }

  private static String flow(List<?> values) {
    return "["
        + String.join(", ", values.stream().map(value -> scalar(String.valueOf(value))).toList())
        + "]";
  }

  private void flag(String key, boolean value) {
    if (value) {
      plain(key, true);
    }
  }

  private void number(String key, long value) {
    if (value > 0) {
      plain(key, value);
    }
  }

  private void text(String key, String value) {
    plain(key, scalar(value));
  }

  private void plain(String key, Object value) {
    var text = String.valueOf(value);
    out.append(key).append(text.isEmpty() ? ":" : ": ").append(text).append('\n');
  }

  private static String length(Duration length) {
    return PrometheusDuration.format(length);
  }

  private static String scalar(String text) {
    boolean odd = text.chars().anyMatch(c -> c < ' ');
    if (AMBIGUOUS.matcher(text).matches() || odd) {
      return '"'
          + text.replace("\\", "\\\\")
              .replace("\"", "\\\"")
              .replace("\n", "\\n")
              .replace("\t", "\\t")
          + '"';
    }
    return UNSAFE.matcher(text).matches() ? "'" + text.replace("'", "''") + "'" : text;
  }
}
