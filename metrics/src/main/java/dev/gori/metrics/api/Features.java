package dev.gori.metrics.api;

import dev.gori.metrics.scrape.ScrapeConfig;
import dev.gori.promql.EngineOptions;
import dev.gori.promql.PromQl;
import dev.gori.promql.PromQlException;
import dev.gori.promql.syntax.AggregateOp;
import dev.gori.promql.syntax.BinaryOp;
import dev.gori.promql.syntax.Syntax;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// `features`: the supported features, under Prometheus's names. PromQL features are found by
/// parsing.
final class Features {

  /// A query for each modifier.
  private static final Map<String, String> MODIFIERS =
      Map.ofEntries(
          Map.entry("anchored", "rate(m[1m] anchored)"),
          Map.entry("at_modifier", "m @ 1"),
          Map.entry("bool", "m > bool 1"),
          Map.entry("by", "sum by (a) (m)"),
          Map.entry("duration_expr", "rate(m[1m + 1m])"),
          Map.entry("fill", "m + fill (0) m"),
          Map.entry("fill_left", "m + fill_left (0) m"),
          Map.entry("fill_right", "m + fill_right (0) m"),
          Map.entry("group_left", "m * on (a) group_left () m"),
          Map.entry("group_right", "m * on (a) group_right () m"),
          Map.entry("ignoring", "m * ignoring (a) m"),
          Map.entry("negative_offset", "m offset -1m"),
          Map.entry("offset", "m offset 1m"),
          Map.entry("on", "m * on (a) m"),
          Map.entry("smoothed", "rate(m[1m] smoothed)"),
          Map.entry("subqueries", "rate(m[1m:1m])"),
          Map.entry("without", "sum without (a) (m)"));

  /// A query for each function of duration expressions.
  private static final Map<String, String> OF_LENGTHS =
      Map.of(
          "step", "rate(m[step()])",
          "range", "rate(m[range()])",
          "min_of", "rate(m[min_of(1m, 2m)])",
          "max_of", "rate(m[max_of(1m, 2m)])");

  private static final List<String> OF_TEMPLATES =
      List.of(
          "args",
          "externalURL",
          "first",
          "graphLink",
          "humanize",
          "humanize1024",
          "humanizeDuration",
          "humanizePercentage",
          "humanizeTimestamp",
          "label",
          "match",
          "now",
          "parseDuration",
          "pathPrefix",
          "query",
          "reReplaceAll",
          "safeHtml",
          "sortByLabel",
          "stripDomain",
          "stripPort",
          "strvalue",
          "tableLink",
          "title",
          "toDuration",
          "toLower",
          "toTime",
          "toUpper",
          "urlQueryEscape",
          "value");

  private final EngineOptions options;
  private final PromQl promql;
  private final boolean adminApi;
  private final boolean receives;

  /// @param receives whether samples can be pushed
  Features(EngineOptions options, PromQl promql, boolean adminApi, boolean receives) {
    this.options = options;
    this.promql = promql;
    this.adminApi = adminApi;
    this.receives = receives;
  }

  Map<String, Map<String, Boolean>> all() {
    var all = new TreeMap<String, Map<String, Boolean>>();
    all.put("api", api());
    all.put(
        "otlp_receiver", with(List.of(), List.of("delta_conversion", "native_delta_ingestion")));
    all.put(
        "prometheus",
        with(List.of("server_mode"), List.of("agent_mode", "auto_reload_config", "stringlabels")));
    all.put("promql", language());
    all.put("promql_functions", functions());
    all.put("promql_operators", operators());
    all.put(
        "rules", with(List.of("keep_firing_for", "query_offset"), List.of("concurrent_rule_eval")));
    all.put(
        "scrape",
        with(
            List.of("extra_scrape_metrics"),
            List.of("openmetrics2", "start_timestamp_zero_ingestion", "type_and_unit_labels")));
    all.put("service_discovery_providers", with(ScrapeConfig.discoveries(), List.of()));
    all.put("templating_functions", with(OF_TEMPLATES, List.of()));
    all.put("tsdb", store());
    all.put("ui", with(List.of(), List.of("ui_v2", "ui_v3")));
    return all;
  }

  private Map<String, Boolean> api() {
    var api =
        with(
            List.of(
                "exclude_alerts",
                "label_values_match",
                "query_stats",
                "query_warnings",
                "time_range_labels",
                "time_range_series"),
            List.of(
                "lifecycle",
                "openapi_3.1",
                "openapi_3.2",
                "query_cost",
                "search",
                "search_fuzz_alg_jarowinkler",
                "search_fuzz_alg_subsequence"));
    api.put("admin", adminApi);
    api.put("otlp_write_receiver", receives);
    api.put("remote_write_receiver", receives);
    return api;
  }

  private Map<String, Boolean> language() {
    var language =
        with(List.of("per_query_lookback_delta"), List.of("per_step_stats", "unquoted_utf8_names"));
    MODIFIERS.forEach((name, query) -> language.put(name, isAllowed(query)));
    language.put("delayed_name_removal", options.delayedNames());
    language.put("type_and_unit_labels", options.typeAndUnit());
    return language;
  }

  private Map<String, Boolean> functions() {
    var functions = new TreeMap<String, Boolean>();
    Syntax.functions()
        .forEach(
            function ->
                functions.put(function.name(), !function.experimental() || options.experimental()));
    OF_LENGTHS.forEach((name, query) -> functions.put(name, isAllowed(query)));
    return functions;
  }

  private Map<String, Boolean> operators() {
    var operators = with(List.of("=~", "!~", "@"), List.of());
    for (var operator : BinaryOp.values()) {
      operators.put(operator.text(), true);
    }
    for (var operator : AggregateOp.values()) {
      operators.put(operator.text(), isAllowed(aggregation(operator)));
    }
    return operators;
  }

  private static String aggregation(AggregateOp operator) {
    var parameter =
        switch (operator) {
          case TOPK, BOTTOMK, QUANTILE, LIMITK, LIMIT_RATIO -> "1, ";
          case COUNT_VALUES -> "'a', ";
          default -> "";
        };
    return operator.text() + "(" + parameter + "m)";
  }

  private Map<String, Boolean> store() {
    var store =
        with(
            List.of("exemplar_storage", "isolation", "native_histograms"),
            List.of(
                "delayed_compaction",
                "histograms_st_encoding",
                "use_uncached_io",
                "xor2_encoding"));
    store.put("st_storage", options.startTimestamps());
    return store;
  }

  private boolean isAllowed(String query) {
    try {
      promql.parse(query);
      return true;
    } catch (PromQlException _) {
      return false;
    }
  }

  private static Map<String, Boolean> with(List<String> there, List<String> missing) {
    var features = new TreeMap<String, Boolean>();
    there.forEach(name -> features.put(name, true));
    missing.forEach(name -> features.put(name, false));
    return features;
  }
}
