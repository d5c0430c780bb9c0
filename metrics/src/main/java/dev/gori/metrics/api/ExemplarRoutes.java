package dev.gori.metrics.api;

import dev.gori.base.json.Json;
import dev.gori.http.Request;
import dev.gori.http.Response;
import dev.gori.http.Routes;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.gotext.GoFloat;
import dev.gori.kernel.sample.Exemplar;
import dev.gori.metrics.store.SampleStore;
import dev.gori.promql.PromQl;
import dev.gori.promql.PromQlException;
import java.math.BigDecimal;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `query_exemplars`: the exemplars of all series that a query selects.
final class ExemplarRoutes {

  private final SampleStore store;
  private final PromQl promql;

  ExemplarRoutes(SampleStore store, PromQl promql) {
    this.store = store;
    this.promql = promql;
  }

  void mount(Routes routes) {
    routes
        .query("GET", "/api/v1/query_exemplars", this::query)
        .query("POST", "/api/v1/query_exemplars", this::query)
        .takes(Parameters.MAX_FORM);
  }

  private Response query(Request request) {
    var parameters = new Parameters(request);
    var from = parameters.time("start", Parameters.MIN_TIME);
    var to = parameters.time("end", Parameters.MAX_TIME);
    if (to.isBefore(from)) {
      throw new FaultException(
          Fault.BAD_REQUEST, "end timestamp must not be before start timestamp");
    }
    try {
      var selectors = AstJson.selectors(promql.parse(parameters.text("query").orElse("")).expr());
      if (selectors.isEmpty()) {
        return Response.empty(204);
      }
      var found = store.exemplarsMatchingAny(selectors, from.toEpochMilli(), to.toEpochMilli());
      return ApiResponse.data(
          found.stream()
              .map(
                  one ->
                      Json.object(
                          "seriesLabels",
                          one.series().toMap(),
                          "exemplars",
                          one.exemplars().stream().map(ExemplarRoutes::json).toList()))
              .toList());
    } catch (PromQlException e) {
      throw new FaultException(Fault.BAD_REQUEST, e.reason(), e);
    }
  }

  private static Map<String, @Nullable Object> json(Exemplar exemplar) {
    return Json.object(
        "labels",
        exemplar.labels().toMap(),
        "value",
        GoFloat.json(exemplar.value()),
        "timestamp",
        new BigDecimal(GoText.seconds(exemplar.millis())));
  }
}
