package dev.gori.roles.metrics.api;

import dev.gori.engines.promql.PromQl;
import dev.gori.machinery.conf.Durations;
import dev.gori.machinery.http.Reply;
import dev.gori.machinery.http.Request;
import dev.gori.machinery.http.Routes;
import dev.gori.machinery.json.Json;
import dev.gori.roles.metrics.scrape.Scraping;
import dev.gori.roles.metrics.scrape.TargetView;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// `targets`, `targets/metadata`, `scrape_pools`, `metadata`.
final class TargetRoutes {

    private final Scraping scraping;
    private final PromQl promql;

    TargetRoutes(Scraping scraping, PromQl promql) {
        this.scraping = scraping;
        this.promql = promql;
    }

    void mount(Routes routes) {
        routes.get("/api/v1/targets", this::targets);
        routes.get("/api/v1/targets/metadata", this::targetMetadata);
        routes.get("/api/v1/scrape_pools", this::pools);
        routes.get("/api/v1/metadata", this::metadata);
    }

    private Reply targets(Request request) {
        var parameters = new Parameters(request);
        var state = parameters.text("state").orElse("any");
        var pool = parameters.text("scrapePool").orElse("");
        boolean active = !state.equals("dropped");
        boolean dropped = !state.equals("active");
        return ApiReply.data(
                Json.object(
                        "activeTargets",
                                active
                                        ? scraping.targets().stream()
                                                .filter(
                                                        one ->
                                                                pool.isEmpty()
                                                                        || pool.equals(one.pool()))
                                                .map(TargetRoutes::json)
                                                .toList()
                                        : List.of(),
                        "droppedTargets",
                                dropped
                                        ? scraping.dropped().stream()
                                                .filter(
                                                        one ->
                                                                pool.isEmpty()
                                                                        || pool.equals(one.pool()))
                                                .map(
                                                        one ->
                                                                Json.object(
                                                                        "discoveredLabels",
                                                                        one.discovered().toMap(),
                                                                        "scrapePool",
                                                                        one.pool()))
                                                .toList()
                                        : List.of(),
                        "droppedTargetCounts", new TreeMap<>(scraping.droppedCounts())));
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
                "health", target.health(),
                "scrapeInterval", Durations.format(target.interval()),
                "scrapeTimeout", Durations.format(target.timeout()));
    }

    private Reply pools(Request request) {
        var pools = new LinkedHashSet<String>();
        scraping.targets().forEach(target -> pools.add(target.pool()));
        return ApiReply.data(Json.object("scrapePools", pools.stream().sorted().toList()));
    }

    private Reply targetMetadata(Request request) {
        var parameters = new Parameters(request);
        var metric = parameters.text("metric").orElse("");
        int limit = parameters.limit();
        var selector =
                parameters
                        .text("match_target")
                        .filter(text -> !text.isEmpty())
                        .map(text -> Parameters.selector("match_target", text, promql))
                        .orElse(List.of());
        var found = new ArrayList<Map<String, @Nullable Object>>();
        for (var one : scraping.metadata()) {
            boolean wanted =
                    (metric.isEmpty() || metric.equals(one.metric()))
                            && selector.stream().allMatch(matcher -> matcher.matches(one.target()));
            if (wanted && (limit == 0 || found.size() < limit)) {
                var json = Json.object("target", one.target().toMap());
                if (metric.isEmpty()) {
                    json.put("metric", one.metric());
                }
                json.putAll(about(one));
                found.add(json);
            }
        }
        return ApiReply.data(found);
    }

    private static Map<String, @Nullable Object> about(TargetView.Metadata one) {
        return Json.object("type", one.type(), "help", one.help(), "unit", one.unit());
    }

    private Reply metadata(Request request) {
        var parameters = new Parameters(request);
        var metric = parameters.text("metric").orElse("");
        int limit = parameters.limit();
        int each = parameters.limit("limit_per_metric");
        var found = new TreeMap<String, LinkedHashSet<Map<String, @Nullable Object>>>();
        for (var one : scraping.metadata()) {
            if (metric.isEmpty() || metric.equals(one.metric())) {
                var known = found.computeIfAbsent(one.metric(), _ -> new LinkedHashSet<>());
                if (each == 0 || known.size() < each) {
                    known.add(about(one));
                }
            }
        }
        while (limit > 0 && found.size() > limit) {
            found.pollLastEntry();
        }
        return ApiReply.data(found);
    }
}
