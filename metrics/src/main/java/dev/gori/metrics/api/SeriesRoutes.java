package dev.gori.metrics.api;

import dev.gori.http.Request;
import dev.gori.http.Response;
import dev.gori.http.Routes;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.gotext.GoString;
import dev.gori.kernel.label.Labels;
import dev.gori.metrics.store.SampleStore;
import dev.gori.promql.PromQl;
import dev.gori.promql.syntax.Syntax;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// `series`, `labels`, `label/…/values`.
final class SeriesRoutes {

  private final SampleStore store;
  private final PromQl promql;

  SeriesRoutes(SampleStore store, PromQl promql) {
    this.store = store;
    this.promql = promql;
  }

  void mount(Routes routes) {
    routes
        .query("GET", "/api/v1/series", this::series)
        .query("POST", "/api/v1/series", this::series)
        .takes(Parameters.MAX_FORM)
        .query("GET", "/api/v1/labels", this::names)
        .query("POST", "/api/v1/labels", this::names)
        .takes(Parameters.MAX_FORM)
        .query("GET", "/api/v1/label/{name}/values", this::values);
  }

  private record Bounds(long from, long to) {
    static Bounds of(Parameters parameters) {
      var from = parameters.time("start", Parameters.MIN_TIME);
      var to = parameters.time("end", Parameters.MAX_TIME);
      if (to.isBefore(from)) {
        throw Parameters.invalid("end", "end timestamp must not be before start time");
      }
      return new Bounds(from.toEpochMilli(), to.toEpochMilli());
    }
  }

  private Response series(Request request) {
    var parameters = new Parameters(request);
    var selectors = parameters.selectors(promql);
    if (selectors.isEmpty()) {
      throw new FaultException(Fault.BAD_REQUEST, "no match[] parameter provided");
    }
    var bounds = Bounds.of(parameters);
    if (selectors.size() == 1) {
      return limited(
          store.series(selectors.getFirst(), bounds.from(), bounds.to()), parameters.limit());
    }
    var found = new TreeSet<Labels>();
    selectors.forEach(matchers -> found.addAll(store.series(matchers, bounds.from(), bounds.to())));
    return limited(List.copyOf(found), parameters.limit());
  }

  private static Response limited(List<Labels> found, int limit) {
    boolean shortened = limit > 0 && found.size() > limit;
    return Response.stream(
        "application/json",
        new SeriesJson(
            shortened ? found.subList(0, limit) : found,
            shortened ? List.of(ResultLimit.WARNING) : List.of()));
  }

  private Response names(Request request) {
    var parameters = new Parameters(request);
    var bounds = Bounds.of(parameters);
    var selectors = parameters.unnamedSelectors(promql);
    if (selectors.isEmpty()) {
      return limited(store.labelNames(List.of(), bounds.from(), bounds.to()), parameters.limit());
    }
    var names = new TreeSet<String>();
    selectors.forEach(
        matchers -> names.addAll(store.labelNames(matchers, bounds.from(), bounds.to())));
    return limited(names, parameters.limit());
  }

  private Response values(Request request) {
    var name = name(request.param("name"));
    var parameters = new Parameters(request);
    var bounds = Bounds.of(parameters);
    var selectors = parameters.unnamedSelectors(promql);
    if (selectors.isEmpty()) {
      return limited(
          store.labelValues(name, List.of(), bounds.from(), bounds.to()), parameters.limit());
    }
    var values = new TreeSet<String>();
    selectors.forEach(
        matchers -> values.addAll(store.labelValues(name, matchers, bounds.from(), bounds.to())));
    return limited(values, parameters.limit());
  }

  /// Decodes the `U__` escaping of label names, for example `_2e_` for a dot.
  private static String name(String given) {
    if (!Syntax.isLabelName(given)) {
      throw new FaultException(Fault.BAD_REQUEST, "invalid label name: " + GoString.quote(given));
    }
    if (!given.startsWith("U__")) {
      return given;
    }
    var out = new StringBuilder();
    var match = Pattern.compile("__|_([0-9a-fA-F]{1,6})_|.").matcher(given.substring(3));
    while (match.find()) {
      out.append(
          match.group(1) != null
              ? Character.toString(Integer.parseInt(match.group(1), 16))
              : match.group().equals("__") ? "_" : match.group());
    }
    return out.toString();
  }

  private static Response limited(TreeSet<String> found, int limit) {
    return limit > 0 && found.size() > limit
        ? ApiResponse.data(found.stream().limit(limit).toList(), List.of(ResultLimit.WARNING))
        : ApiResponse.data(found);
  }
}
