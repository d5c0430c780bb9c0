package dev.gori.metrics.api;

import dev.gori.base.json.Json;
import dev.gori.http.Request;
import dev.gori.http.Response;
import dev.gori.http.Routes;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.gotext.GoString;
import dev.gori.kernel.gotext.PrometheusDuration;
import dev.gori.kernel.label.Labels;
import dev.gori.metrics.scrape.ScrapeManager;
import dev.gori.metrics.scrape.TargetView;
import dev.gori.promql.PromQl;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// `targets`, `targets/metadata`, `targets/relabel_steps`, `scrape_pools`, `scrape_pools/config`,
/// `metadata`.
final class TargetRoutes {

  private final ScrapeManager scraping;
  private final PromQl promql;

  TargetRoutes(ScrapeManager scraping, PromQl promql) {
    this.scraping = scraping;
    this.promql = promql;
  }

  void mount(Routes routes) {
    routes.get("/api/v1/targets", this::targets);
    routes.get("/api/v1/targets/metadata", this::targetMetadata);
    routes.get("/api/v1/targets/relabel_steps", this::relabelSteps);
    routes.get("/api/v1/scrape_pools", this::pools);
    routes.get("/api/v1/scrape_pools/config", this::poolConfig);
    routes.get("/api/v1/metadata", this::metadata);
  }

  private Response targets(Request request) {
    var parameters = new Parameters(request);
    var state = parameters.text("state").orElse("").toLowerCase(Locale.ROOT);
    var pool = parameters.text("scrapePool").orElse("");
    boolean any = state.isEmpty() || state.equals("any");
    boolean active = any || state.equals("active");
    boolean dropped = any || state.equals("dropped");
    return ApiResponse.data(
        Json.object(
            "activeTargets",
                active
                    ? scraping.targets().stream()
                        .filter(one -> pool.isEmpty() || pool.equals(one.pool()))
                        .map(TargetRoutes::json)
                        .toList()
                    : List.of(),
            "droppedTargets",
                dropped
                    ? scraping.dropped().stream()
                        .filter(one -> pool.isEmpty() || pool.equals(one.pool()))
                        .map(
                            one ->
                                Json.object(
                                    "discoveredLabels",
                                    one.discovered().toMap(),
                                    "scrapePool",
                                    one.pool()))
                        .toList()
                    : List.of(),
            "droppedTargetCounts", dropped ? new TreeMap<>(scraping.droppedCounts()) : null));
  }

  private static Map<String, @Nullable Object> json(TargetView target) {
    return Json.object(
        "discoveredLabels", target.discovered().toMap(),
        "labels", target.labels().toMap(),
        "scrapePool", target.pool(),
        "scrapeUrl", target.url(),
        "globalUrl", target.url(),
        "lastError", target.lastError(),
        "lastScrape", target.lastScrape().map(GoText::time).orElse(GoText.NEVER),
        "lastScrapeDuration", GoText.seconds(target.lastDuration()),
        "health", target.health().text(),
        "scrapeInterval", PrometheusDuration.format(target.interval()),
        "scrapeTimeout", PrometheusDuration.format(target.timeout()));
  }

  private Response pools(Request request) {
    return ApiResponse.data(
        Json.object("scrapePools", scraping.pools().stream().sorted().toList()));
  }

  private Response poolConfig(Request request) {
    var pool = required(new Parameters(request), "scrapePool");
    return ApiResponse.data(Json.object("yaml", found(pool, scraping.poolConfig(pool))));
  }

  private static String required(Parameters parameters, String name) {
    return parameters
        .text(name)
        .filter(text -> !text.isEmpty())
        .orElseThrow(
            () ->
                new FaultException(Fault.BAD_REQUEST, "no %s parameter provided".formatted(name)));
  }

  private static <T> T found(String pool, Optional<T> found) {
    return found.orElseThrow(
        () ->
            new FaultException(
                Fault.BAD_REQUEST,
                "error retrieving scrape config: scrape pool %s not found"
                    .formatted(GoString.quote(pool))));
  }

  /// The result of each relabelling step for the given labels.
  private Response relabelSteps(Request request) {
    var parameters = new Parameters(request);
    var pool = required(parameters, "scrapePool");
    var labels = labels(required(parameters, "labels"));
    var steps =
        found(pool, scraping.relabelSteps(pool, labels)).stream()
            .map(
                step ->
                    Json.object(
                        "rule",
                        step.rule(),
                        "output",
                        step.output().toMap(),
                        "keep",
                        step.isKept()))
            .toList();
    return ApiResponse.data(Json.object("steps", steps));
  }

  private static Labels labels(String json) {
    try {
      var labels = new TreeMap<String, String>();
      for (var entry : Json.parse(json.getBytes(StandardCharsets.UTF_8)).properties()) {
        if (!entry.getValue().isString()) {
          throw new IllegalArgumentException(
              "label %s is %s (expected: a string)".formatted(entry.getKey(), entry.getValue()));
        }
        labels.put(entry.getKey(), entry.getValue().asString(""));
      }
      return Labels.of(labels);
    } catch (RuntimeException e) {
      throw new FaultException(Fault.BAD_REQUEST, "error parsing labels: " + e.getMessage(), e);
    }
  }

  /// The limit ends the list after the target that reaches it.
  private Response targetMetadata(Request request) {
    var parameters = new Parameters(request);
    var metric = parameters.text("metric").orElse("");
    long limit = parameters.number("limit", "limit must be a number").orElse(-1L);
    var selector =
        parameters
            .text("match_target")
            .filter(text -> !text.isEmpty())
            .map(text -> Parameters.anySelector("match_target", text, promql))
            .orElse(List.of());
    var found = new ArrayList<Map<String, @Nullable Object>>();
    Labels target = null;
    for (var one : scraping.metadata()) {
      boolean isNext = !one.target().equals(target);
      if (isNext && limit >= 0 && found.size() >= limit) {
        break;
      }
      target = one.target();
      if ((metric.isEmpty() || metric.equals(one.metric()))
          && selector.stream().allMatch(matcher -> matcher.matches(one.target()))) {
        var json = Json.object("target", one.target().toMap());
        if (metric.isEmpty()) {
          json.put("metric", one.metric());
        }
        json.putAll(about(one));
        found.add(json);
      }
    }
    return ApiResponse.data(found);
  }

  private static Map<String, @Nullable Object> about(TargetView.Metadata one) {
    return Json.object("type", one.type().text(), "help", one.help(), "unit", one.unit());
  }

  private Response metadata(Request request) {
    var parameters = new Parameters(request);
    var metric = parameters.text("metric").orElse("");
    long limit = parameters.number("limit", "limit must be a number").orElse(-1L);
    long each =
        parameters.number("limit_per_metric", "limit_per_metric must be a number").orElse(-1L);
    var found = new TreeMap<String, LinkedHashSet<Map<String, @Nullable Object>>>();
    for (var one : scraping.metadata()) {
      if (metric.isEmpty() || metric.equals(one.metric())) {
        var known = found.computeIfAbsent(one.metric(), _ -> new LinkedHashSet<>());
        if (each <= 0 || known.size() < each) {
          known.add(about(one));
        }
      }
    }
    while (limit >= 0 && found.size() > limit) {
      found.pollLastEntry();
    }
    return ApiResponse.data(found);
  }
}
