package dev.gori.metrics.api;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.gori.base.json.Json;
import dev.gori.http.Handler;
import dev.gori.http.Request;
import dev.gori.http.Response;
import dev.gori.http.Routes;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.label.Regex;
import dev.gori.kernel.time.Time;
import dev.gori.metrics.scrape.ScrapeManager;
import dev.gori.metrics.store.SampleStore;
import dev.gori.tsdb.BlockMeta;
import dev.gori.tsdb.TsdbStats;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// `status/…`.
final class StatusRoutes {

  /// The Prometheus version whose API this is; clients check it for features.
  static final String API_VERSION = "3.16.0";

  private static final int MAX_LIMIT = 10_000;
  private static final String ULID_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

  private final SampleStore store;
  private final ScrapeManager scraping;
  private final ApiMetrics own;
  private final Features features;
  private final Map<String, String> flags;
  private final Time time;
  private final Instant started;

  StatusRoutes(PrometheusApi.Context over, Features features, Time time) {
    this.store = over.store();
    this.scraping = over.scraping();
    this.own = over.counts();
    this.features = features;
    this.flags = new TreeMap<>(over.flags());
    this.time = time;
    this.started = time.now();
  }

  void mount(Routes routes) {
    routes.get("/api/v1/status/buildinfo", dataHandler(StatusRoutes::build));
    routes.get("/api/v1/status/runtimeinfo", dataHandler(this::runtime));
    routes.get(
        "/api/v1/status/config", dataHandler(() -> Json.object("yaml", scraping.config().text())));
    routes.get("/api/v1/status/flags", dataHandler(() -> flags));
    routes.get("/api/v1/status/tsdb", this::tsdb);
    routes.get(
        "/api/v1/status/tsdb/blocks",
        dataHandler(
            () ->
                Json.object("blocks", store.blocks().stream().map(StatusRoutes::block).toList())));
    routes.get("/api/v1/status/self_metrics", this::ownMetrics);
    routes.get(
        "/api/v1/status/walreplay",
        dataHandler(() -> Json.object("min", 0, "max", 0, "current", 0)));
    routes.get("/api/v1/features", dataHandler(features::all));
    routes.get("/api/v1/notifications", dataHandler(List::of));
    routes.get("/api/v1/notifications/live", _ -> Response.empty(204));
  }

  /// Shows the block number as a ULID.
  private static Object block(BlockMeta meta) {
    var parents = meta.parents();
    return Json.object(
        "ulid",
        ulid(meta.number()),
        "minTime",
        meta.minTime(),
        "maxTime",
        meta.maxTime(),
        "stats",
        Json.object(
            "numSamples", meta.samples(), "numSeries", meta.series(), "numChunks", meta.chunks()),
        "compaction",
        Json.object(
            "level",
            parents.isEmpty() ? 1 : 2,
            "sources",
            (parents.isEmpty() ? List.of(meta.number()) : parents)
                .stream().map(StatusRoutes::ulid).toList()),
        "version",
        1);
  }

  private static String ulid(long number) {
    var out = new char[26];
    for (int i = 0; i < out.length; i++) {
      int shift = 5 * (out.length - 1 - i);
      out[i] = ULID_DIGITS.charAt(shift > 63 ? 0 : (int) (number >>> shift & 31));
    }
    return new String(out);
  }

  private Response ownMetrics(Request request) {
    var pattern = new Parameters(request).text("metric_name_pattern").orElse("");
    Pattern wanted;
    try {
      wanted = Regex.anchored(pattern);
    } catch (PatternSyntaxException e) {
      throw new FaultException(
          Fault.BAD_REQUEST,
          "invalid metric_name_pattern: error parsing regexp: %s: `^(?:%s)$`"
              .formatted(e.getDescription(), pattern),
          e);
    }
    return ApiResponse.data(
        own.all().stream()
            .filter(family -> pattern.isEmpty() || wanted.matches(SelfMetricsJson.name(family)))
            .sorted(Comparator.comparing(SelfMetricsJson::name))
            .map(SelfMetricsJson::of)
            .toList());
  }

  private static Handler dataHandler(Supplier<Object> data) {
    return (Request _) -> ApiResponse.data(data.get());
  }

  private static Object build() {
    return Json.object(
        "version",
        API_VERSION,
        "revision",
        "gori",
        "branch",
        "main",
        "buildUser",
        "",
        "buildDate",
        "",
        "goVersion",
        "Java " + Runtime.version().feature());
  }

  private Object runtime() {
    var retention = flags.getOrDefault("storage.tsdb.retention.time", "");
    return Json.object(
        "startTime",
        GoText.time(started),
        "CWD",
        "",
        "hostname",
        "",
        "serverTime",
        GoText.time(time.now()),
        "reloadConfigSuccess",
        own.isLastReloadOk(),
        "lastConfigTime",
        GoText.time(own.lastConfig().truncatedTo(ChronoUnit.SECONDS)),
        "corruptionCount",
        store.journalDamages(),
        "goroutineCount",
        ManagementFactory.getThreadMXBean().getThreadCount(),
        "GOMAXPROCS",
        Runtime.getRuntime().availableProcessors(),
        "GOMEMLIMIT",
        Runtime.getRuntime().maxMemory(),
        "GOGC",
        "",
        "GODEBUG",
        "",
        "storageRetention",
        retention);
  }

  private Response tsdb(Request request) {
    var parameters = new Parameters(request);
    var word = "limit must be a positive number";
    long limit = parameters.number("limit", word).orElse(10L);
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new FaultException(
          Fault.BAD_REQUEST, limit < 1 ? word : "limit must not exceed " + MAX_LIMIT);
    }
    var stats = store.stats();
    return ApiResponse.data(
        Json.object(
            "headStats",
                Json.object(
                    "numSeries", stats.series(),
                    "numLabelPairs", stats.labelPairs(),
                    "chunkCount", stats.chunks(),
                    "minTime", stats.minTime(),
                    "maxTime", stats.maxTime()),
            "seriesCountByMetricName", tops(stats.topMetrics(), limit),
            "labelValueCountByLabelName", tops(stats.topLabels(), limit),
            "memoryInBytesByLabelName", tops(stats.topMemory(), limit),
            "seriesCountByLabelValuePair", tops(stats.topPairs(), limit),
            "blocks",
                Json.object(
                    "count",
                    stats.blocks(),
                    "bytes",
                    stats.blockBytes(),
                    "samples",
                    stats.blockSamples(),
                    "journalBytes",
                    stats.journalBytes()),
            "seriesLimit",
                Json.object("refusedSamples", stats.overLimit(), "culprit", stats.largest())));
  }

  private static List<Map<String, @Nullable Object>> tops(List<TsdbStats.Top> tops, long limit) {
    return tops.stream()
        .limit(limit)
        .map(top -> Json.object("name", top.name(), "value", top.count()))
        .toList();
  }
}
