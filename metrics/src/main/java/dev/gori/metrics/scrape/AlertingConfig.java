package dev.gori.metrics.scrape;

import dev.gori.base.conf.Section;
import dev.gori.metrics.client.HttpClientConfig;
import dev.gori.metrics.relabel.Relabel;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The `alerting` section of a Prometheus configuration: Alertmanagers and alert relabelling.
record AlertingConfig(List<AlertmanagerConfig> alertmanagers, List<Relabel> relabels) {

  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  /// Keys that need service discovery, or relabelling per Alertmanager.
  private static final List<String> NOT_SUPPORTED =
      List.of("sigv4", "relabel_configs", "alert_relabel_configs");

  AlertingConfig {
    alertmanagers = List.copyOf(alertmanagers);
    relabels = List.copyOf(relabels);
  }

  /// @param folder base of relative file names
  static AlertingConfig read(Section s, Path folder) {
    var relabels = Relabel.read(s, "alert_relabel_configs");
    var receivers = new ArrayList<AlertmanagerConfig>();
    for (var one : s.sections("alertmanagers")) {
      var http = HttpClientConfig.read(one).resolve(folder);
      var timeout = one.duration("timeout", TIMEOUT);
      one.problems().expect(timeout.isPositive(), one.where("timeout"), timeout, "more than 0s");
      for (var address : addresses(one)) {
        receivers.add(new AlertmanagerConfig(address, timeout, http));
      }
    }
    s.finish();
    return new AlertingConfig(receivers, relabels);
  }

  private static List<URI> addresses(Section s) {
    Discovery.rejectUnsupported(s, List.of());
    NOT_SUPPORTED.forEach(
        key ->
            s.problems()
                .expect(
                    !s.has(key),
                    s.where(key),
                    "'" + key + "'",
                    "no such key: not supported for Alertmanagers"));
    var scheme =
        s.scalar(
                "scheme",
                "http or https",
                text -> {
                  if (!text.equals("http") && !text.equals("https")) {
                    throw new IllegalArgumentException(text);
                  }
                  return text;
                })
            .orElse("http");
    var prefix = s.textOr("path_prefix", "").replaceAll("/+$", "");
    s.scalar(
        "api_version",
        "v2",
        text -> {
          if (!text.equals("v2")) {
            throw new IllegalArgumentException(text);
          }
          return text;
        });
    var found = new ArrayList<URI>();
    for (var targets : s.sections("static_configs")) {
      for (var target : targets.listed("targets")) {
        address(
            s,
            scheme
                + "://"
                + target
                + (prefix.isEmpty() || prefix.startsWith("/") ? prefix : "/" + prefix),
            found);
      }
      targets.map("labels"); // only relabelling could use them
      targets.finish();
    }
    s.finish();
    return found;
  }

  private static void address(Section s, String text, List<URI> to) {
    try {
      var uri = URI.create(text);
      if (uri.getHost() != null && !text.substring(text.indexOf("://") + 3).contains("//")) {
        to.add(uri);
        return;
      }
    } catch (IllegalArgumentException _) {
      // reported below
    }
    s.problems().add("%s: '%s' (expected: host:port)".formatted(s.where("static_configs"), text));
  }
}
