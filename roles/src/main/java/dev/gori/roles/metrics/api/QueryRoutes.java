package dev.gori.roles.metrics.api;

import dev.gori.engines.promql.Answer;
import dev.gori.engines.promql.Options;
import dev.gori.engines.promql.PromQl;
import dev.gori.engines.promql.PromQlException;
import dev.gori.engines.promql.Query;
import dev.gori.engines.promql.SeriesSource;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.time.Time;
import dev.gori.machinery.http.Reply;
import dev.gori.machinery.http.Request;
import dev.gori.machinery.http.Routes;
import dev.gori.machinery.run.Limit;
import java.time.Duration;

/// `query`, `query_range`, `format_query`.
final class QueryRoutes {

    private static final int MOST_POINTS = 11_000;

    private final SeriesSource source;
    private final Options options;
    private final Limit limit;
    private final Time time;
    private final PromQl promql;

    QueryRoutes(SeriesSource source, Options options, int concurrency, Time time) {
        this.source = source;
        this.options = options;
        this.limit = new Limit("queries", concurrency);
        this.time = time;
        this.promql = new PromQl(options, time);
    }

    void mount(Routes routes) {
        routes.get("/api/v1/query", this::instant).post("/api/v1/query", this::instant);
        routes.get("/api/v1/query_range", this::range).post("/api/v1/query_range", this::range);
        routes.get("/api/v1/format_query", this::format).post("/api/v1/format_query", this::format);
    }

    private Reply instant(Request request) throws Exception {
        var parameters = new Parameters(request);
        var at = parameters.time("time", time.now());
        var engine = engine(parameters);
        var query = parse(engine, parameters);
        return ApiReply.answer(limit.run(() -> evaluated(() -> engine.instant(query, source, at))));
    }

    private Reply range(Request request) throws Exception {
        var parameters = new Parameters(request);
        var start = parameters.time("start");
        var end = parameters.time("end");
        if (end.isBefore(start)) {
            throw Parameters.invalid("end", "end timestamp must not be before start time");
        }
        var step = parameters.duration("step");
        if (step.toMillis() <= 0) {
            throw Parameters.invalid("step", "zero or negative query resolution step widths are not accepted. Try a positive integer");
        }
        if (Duration.between(start, end).dividedBy(step) > MOST_POINTS) {
            throw new FaultException(
                    Fault.BAD_REQUEST, "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)");
        }
        var engine = engine(parameters);
        var query = parse(engine, parameters);
        return ApiReply.answer(limit.run(() -> evaluated(() -> engine.range(query, source, start, end, step))));
    }

    private Reply format(Request request) {
        return ApiReply.data(promql.format(parse(promql, new Parameters(request))));
    }

    private PromQl engine(Parameters parameters) {
        var changed = parameters.optionalDuration("lookback_delta").map(options::withLookback).orElse(options);
        var timeout = parameters.optionalDuration("timeout").filter(wanted -> wanted.isPositive() && wanted.compareTo(options.timeout()) < 0);
        changed = timeout.map(changed::withTimeout).orElse(changed);
        return changed.equals(options) ? promql : new PromQl(changed, time);
    }

    private static Query parse(PromQl engine, Parameters parameters) {
        try {
            return engine.parse(parameters.text("query").orElse(""));
        } catch (PromQlException e) {
            throw Parameters.invalid("query", e.reason());
        }
    }

    private interface Evaluation {
        Answer run();
    }

    private static Answer evaluated(Evaluation evaluation) {
        try {
            return evaluation.run();
        } catch (PromQlException e) {
            var fault = switch (e.kind()) {
                case PARSE, BAD_RANGE -> Fault.BAD_REQUEST;
                case EXECUTION, TOO_MANY_SAMPLES -> Fault.UNPROCESSABLE;
                case TIMEOUT -> Fault.TIMED_OUT;
                case CANCELED -> Fault.BACKEND_DOWN;
            };
            throw new FaultException(fault, e.reason(), e);
        }
    }
}
