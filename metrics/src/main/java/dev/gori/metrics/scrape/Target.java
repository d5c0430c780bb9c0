package dev.gori.metrics.scrape;

import dev.gori.kernel.gotext.PrometheusDuration;
import dev.gori.kernel.label.Labels;
import dev.gori.metrics.relabel.Relabel;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// A URL to scrape, with the labels of its series.
///
/// @param discovered labels before relabelling
/// @param interval of the job, or as relabelled
/// @param timeout of the job, or as relabelled
record Target(
    ScrapeJob job, Labels discovered, Labels labels, URI uri, Duration interval, Duration timeout) {

  /// Identifies a target across reloads.
  record Identity(String job, Labels labels, URI uri) {}

  /// The result of discovery and relabelling for one address. A dropped target has no value.
  record Relabelled(
      ScrapeJob job, Labels discovered, Optional<Target> target, Optional<String> problem) {}

  static Relabelled of(ScrapeJob job, String address, Labels group, Labels meta) {
    var all = group.overlaid(meta).toMap();
    all.put("__address__", address);
    all.putIfAbsent("job", job.name());
    all.putIfAbsent("__scheme__", job.scheme());
    all.putIfAbsent("__metrics_path__", job.path());
    all.putIfAbsent("__scrape_interval__", PrometheusDuration.format(job.interval()));
    all.putIfAbsent("__scrape_timeout__", PrometheusDuration.format(job.timeout()));
    job.params()
        .forEach(
            (name, values) ->
                all.putIfAbsent("__param_" + name, values.isEmpty() ? "" : values.getFirst()));
    var discovered = Labels.of(all);
    var relabelled = Relabel.all(job.relabel(), discovered);
    if (relabelled.isEmpty()) {
      return new Relabelled(job, discovered, Optional.empty(), Optional.empty());
    }
    try {
      return new Relabelled(
          job,
          discovered,
          Optional.of(target(job, discovered, relabelled.get())),
          Optional.empty());
    } catch (IllegalArgumentException e) {
      return new Relabelled(
          job,
          discovered,
          Optional.empty(),
          Optional.of("job '%s', target '%s': %s".formatted(job.name(), address, e.getMessage())));
    }
  }

  private static Target target(ScrapeJob job, Labels discovered, Labels relabelled) {
    var address = relabelled.get("__address__");
    if (address.isEmpty() || address.contains("/")) {
      throw new IllegalArgumentException("address '%s' (expected: host:port)".formatted(address));
    }
    var uri =
        URI.create(
            "%s://%s%s%s"
                .formatted(
                    relabelled.get("__scheme__"),
                    address,
                    path(relabelled),
                    query(job, relabelled)));
    if (uri.getHost() == null) {
      throw new IllegalArgumentException("address '%s' (expected: host:port)".formatted(address));
    }
    var shown = new TreeMap<String, String>();
    relabelled.forEach(
        (name, value) -> {
          if (!name.startsWith("__")) {
            shown.put(name, value);
          }
        });
    shown.putIfAbsent("instance", address);
    var interval = duration(relabelled, "__scrape_interval__");
    var timeout = duration(relabelled, "__scrape_timeout__");
    if (timeout.compareTo(interval) > 0) {
      throw new IllegalArgumentException(
          "scrape timeout %s (expected: at most the scrape interval, %s)"
              .formatted(PrometheusDuration.format(timeout), PrometheusDuration.format(interval)));
    }
    return new Target(job, discovered, Labels.of(shown), uri, interval, timeout);
  }

  private static Duration duration(Labels labels, String name) {
    var duration = PrometheusDuration.parse(labels.get(name));
    if (!duration.isPositive()) {
      throw new IllegalArgumentException(
          "%s '%s' (expected: more than 0s)".formatted(name, labels.get(name)));
    }
    return duration;
  }

  Identity identity() {
    return new Identity(job.name(), labels, uri);
  }

  private static String path(Labels labels) {
    var path = labels.get("__metrics_path__");
    return path.startsWith("/") ? path : "/" + path;
  }

  private static String query(ScrapeJob job, Labels labels) {
    var parts = new ArrayList<String>();
    labels.forEach(
        (name, value) -> {
          if (name.startsWith("__param_")) {
            parts.add(encoded(name.substring("__param_".length())) + "=" + encoded(value));
          }
        });
    job.params()
        .forEach(
            (name, values) ->
                values.stream()
                    .skip(1)
                    .forEach(value -> parts.add(encoded(name) + "=" + encoded(value))));
    return parts.isEmpty() ? "" : "?" + String.join("&", List.copyOf(parts));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
