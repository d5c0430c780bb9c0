package dev.gori.metrics.api;

import dev.gori.base.run.ConcurrencyLimit;
import dev.gori.http.Request;
import dev.gori.http.Response;
import dev.gori.http.Routes;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.gotext.GoDuration;
import dev.gori.kernel.gotext.GoString;
import dev.gori.kernel.life.Cancellation;
import dev.gori.kernel.life.Cancellation.CancelledException;
import dev.gori.kernel.life.Cancellation.Cause;
import dev.gori.kernel.time.Time;
import dev.gori.promql.EngineOptions;
import dev.gori.promql.PromQl;
import dev.gori.promql.PromQlException;
import dev.gori.promql.Query;
import dev.gori.promql.QueryResult;
import dev.gori.promql.SeriesSource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// `query`, `query_range`, `format_query`, `parse_query`.
final class QueryRoutes {

  private static final int MAX_POINTS = 11_000;

  /// Queries in the queue per running query.
  private static final int WAITING_PER_RUNNING = 50;

  private final SeriesSource source;
  private final EngineOptions options;
  private final ConcurrencyLimit limit;
  private final ApiMetrics counts;
  private final Time time;
  private final PromQl promql;

  QueryRoutes(
      SeriesSource source, EngineOptions options, int concurrency, ApiMetrics counts, Time time) {
    this.source = source;
    this.options = options;
    this.limit = new ConcurrencyLimit("query", concurrency, concurrency * WAITING_PER_RUNNING);
    this.counts = counts;
    this.time = time;
    this.promql = new PromQl(options, time);
  }

  void mount(Routes routes) {
    routes
        .query("GET", "/api/v1/query", this::instant)
        .query("POST", "/api/v1/query", this::instant)
        .takes(Parameters.MAX_FORM)
        .query("GET", "/api/v1/query_range", this::range)
        .query("POST", "/api/v1/query_range", this::range)
        .takes(Parameters.MAX_FORM);
    routes
        .get("/api/v1/format_query", this::format)
        .post("/api/v1/format_query", this::format)
        .takes(Parameters.MAX_FORM);
    routes
        .get("/api/v1/parse_query", this::tree)
        .post("/api/v1/parse_query", this::tree)
        .takes(Parameters.MAX_FORM);
  }

  private Response instant(Request request) throws Exception {
    var parameters = new Parameters(request);
    parameters.limit();
    var at = parameters.time("time", time.now());
    var changed = options(parameters);
    var query = parse(promql, parameters);
    return answered(parameters, changed, (engine, counted) -> engine.instant(query, counted, at));
  }

  private Response range(Request request) throws Exception {
    var parameters = new Parameters(request);
    parameters.limit();
    var start = parameters.time("start");
    var end = parameters.time("end");
    if (end.isBefore(start)) {
      throw Parameters.invalid("end", "end timestamp must not be before start time");
    }
    var step = parameters.duration("step");
    if (step.toMillis() <= 0) {
      throw Parameters.invalid(
          "step",
          "zero or negative query resolution step widths are not accepted. Try a positive integer");
    }
    if (Duration.between(start, end).dividedBy(step) > MAX_POINTS) {
      throw new FaultException(
          Fault.BAD_REQUEST,
          "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)");
    }
    var changed = options(parameters);
    var query = parse(promql, parameters);
    return answered(
        parameters, changed, (engine, counted) -> engine.range(query, counted, start, end, step));
  }

  private Response answered(Parameters parameters, EngineOptions changed, Evaluation evaluation)
      throws Exception {
    var wanted = parameters.text("stats").orElse("");
    var stats = new QueryStats(counts);
    var counted = wanted.isEmpty() ? stats.timing(source) : stats.counting(source);
    var answer =
        limit.run(
            changed.timeout(),
            () -> {
              var left = changed.timeout().minus(stats.waited());
              if (!left.isPositive()) {
                throw new FaultException(Fault.TIMED_OUT, "query timed out in query queue");
              }
              var engine = new PromQl(changed.withTimeout(left), time);
              return stats.timed(() -> evaluated(() -> evaluation.run(engine, counted)));
            });
    return ApiResponse.answer(
        warned(wanted, ResultLimit.to(parameters.limit(), answer)),
        wanted.isEmpty() ? Optional.empty() : Optional.of(stats.json()));
  }

  private static QueryResult warned(String stats, QueryResult answer) {
    return List.of("", "true", "all").contains(stats)
        ? answer
        : ResultLimit.warned(
            answer,
            answer.value(),
            "value %s for parameter \"stats\" is deprecated and will be rejected in the next major release, use \"true\" or \"all\""
                .formatted(GoString.quote(stats)));
  }

  private Response tree(Request request) {
    return ApiResponse.data(AstJson.of(parse(promql, new Parameters(request)).expr()));
  }

  private Response format(Request request) {
    return ApiResponse.data(promql.format(parse(promql, new Parameters(request))));
  }

  /// Includes the time in the query queue.
  private Duration timeout(Parameters parameters) {
    var wanted = parameters.optionalDuration("timeout").orElse(options.timeout());
    if (!wanted.isPositive()) {
      throw Parameters.invalid(
          "timeout", "timeout must be positive, got " + GoDuration.format(wanted));
    }
    return wanted.compareTo(options.timeout()) < 0 ? wanted : options.timeout();
  }

  private EngineOptions options(Parameters parameters) {
    var timeout = timeout(parameters);
    Cancellation.current().within(timeout);
    return lookback(parameters)
        .filter(Duration::isPositive)
        .map(options::withLookback)
        .orElse(options)
        .withTimeout(timeout);
  }

  private static Optional<Duration> lookback(Parameters parameters) {
    try {
      return parameters.optionalDuration("lookback_delta");
    } catch (FaultException e) {
      throw new FaultException(
          Fault.BAD_REQUEST,
          "error parsing lookback delta duration: "
              + e.reason().replaceFirst("^invalid parameter \"[a-z_]+\": ", ""),
          e);
    }
  }

  private static Query parse(PromQl engine, Parameters parameters) {
    try {
      return engine.parse(parameters.text("query").orElse(""));
    } catch (PromQlException e) {
      throw Parameters.invalid("query", e.reason());
    }
  }

  private interface Evaluation {
    QueryResult run(PromQl engine, SeriesSource counted);
  }

  private static QueryResult evaluated(Supplier<QueryResult> evaluation) {
    try {
      return evaluation.get();
    } catch (CancelledException e) {
      if (e.why() == Cause.DEADLINE) {
        throw new FaultException(Fault.TIMED_OUT, "query timed out in expression evaluation", e);
      }
      throw e;
    } catch (PromQlException e) {
      var fault =
          switch (e.kind()) {
            case PARSE -> Fault.BAD_REQUEST;
            case BAD_RANGE -> throw Parameters.invalid("query", e.reason(), e);
            case EXECUTION, TOO_MANY_SAMPLES -> Fault.UNPROCESSABLE;
            case TIMEOUT -> Fault.TIMED_OUT;
            case CANCELED -> Fault.BACKEND_DOWN;
          };
      throw new FaultException(fault, e.reason(), e);
    }
  }
}
