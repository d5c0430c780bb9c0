package dev.gori.roles.metrics.api;

import dev.gori.engines.promql.Answer;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.FloatHistogram;
import dev.gori.machinery.http.Dialect;
import dev.gori.machinery.http.Reply;
import dev.gori.machinery.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Prometheus's answers: `{"status":"success","data":…}` and
/// `{"status":"error","errorType":…,"error":…}`.
final class ApiReply {

    /// How failures are worded.
    static final Dialect DIALECT =
            (fault, message) -> {
                if (fault == Fault.NOT_FOUND) {
                    return plain(404, "404 page not found\n");
                }
                if (fault == Fault.METHOD_NOT_ALLOWED) {
                    return plain(405, "Method Not Allowed\n");
                }
                var kind =
                        switch (fault) {
                            case BAD_REQUEST,
                                    METHOD_NOT_ALLOWED,
                                    CONFLICT,
                                    PRECONDITION_FAILED,
                                    TOO_LARGE ->
                                    "bad_data";
                            case UNPROCESSABLE -> "execution";
                            case TIMED_OUT -> "timeout";
                            case NOT_FOUND -> "not_found";
                            case TOO_BUSY, BACKEND_DOWN -> "unavailable";
                            case UNAUTHENTICATED, FORBIDDEN -> "unauthorized";
                            case STORAGE_FULL, BROKEN_INVARIANT -> "internal";
                        };
                int status =
                        fault == Fault.TIMED_OUT || fault == Fault.TOO_BUSY ? 503 : fault.status();
                return failure(status, kind, message);
            };

    private static final int MOST_NOTES = 10;

    private ApiReply() {}

    /// What is no call of the API is refused as Go's server does.
    private static Reply plain(int status, String text) {
        return Reply.text(status, text).header("X-Content-Type-Options", "nosniff");
    }

    static Reply failure(int status, String kind, String message) {
        return Reply.json(
                status, Json.object("status", "error", "errorType", kind, "error", message));
    }

    static Reply data(Object data) {
        return Reply.json(Json.object("status", "success", "data", data));
    }

    static Reply data(Object data, List<String> warnings) {
        return warnings.isEmpty()
                ? data(data)
                : Reply.json(Json.object("status", "success", "data", data, "warnings", warnings));
    }

    /// A query's answer, written by hand: it can be long, and its numbers are texts of a form of
    /// their own.
    ///
    /// @param stats of the query, where they were asked for
    static Reply answer(Answer answer, Optional<Object> stats) {
        var out =
                new StringBuilder(1024)
                        .append("{\"status\":\"success\",\"data\":{\"resultType\":\"");
        switch (answer.value()) {
            case Answer.Scalar(long millis, double value) -> {
                out.append("scalar\",\"result\":");
                pair(out, millis, GoText.number(value));
            }
            case Answer.Text(long millis, String value) -> {
                out.append("string\",\"result\":[")
                        .append(GoText.seconds(millis))
                        .append(',')
                        .append(Json.text(value))
                        .append(']');
            }
            case Answer.Vector(var samples) -> {
                out.append("vector\",\"result\":[");
                for (int i = 0; i < samples.size(); i++) {
                    sample(out.append(i == 0 ? "" : ","), samples.get(i));
                }
                out.append(']');
            }
            case Answer.Matrix(var series) -> {
                out.append("matrix\",\"result\":[");
                for (int i = 0; i < series.size(); i++) {
                    series(out.append(i == 0 ? "" : ","), series.get(i));
                }
                out.append(']');
            }
        }
        stats.ifPresent(counts -> out.append(",\"stats\":").append(Json.text(counts)));
        out.append('}');
        notes(out, "warnings", answer.warnings());
        notes(out, "infos", answer.infos());
        return Reply.bytes(
                200,
                "application/json",
                out.append('}').toString().getBytes(StandardCharsets.UTF_8));
    }

    private static void notes(StringBuilder out, String name, List<String> notes) {
        if (!notes.isEmpty()) {
            out.append(",\"").append(name).append("\":").append(Json.text(shown(name, notes)));
        }
    }

    /// The first of them, and how many more there are.
    private static List<String> shown(String name, List<String> notes) {
        if (notes.size() <= MOST_NOTES) {
            return notes;
        }
        var shown = new ArrayList<>(notes.subList(0, MOST_NOTES));
        shown.add(
                "%d more %s annotations omitted"
                        .formatted(
                                notes.size() - MOST_NOTES,
                                name.equals("infos") ? "info" : "warning"));
        return shown;
    }

    private static void sample(StringBuilder out, Answer.SampleOf sample) {
        metric(out.append("{\"metric\":"), sample.labels());
        var point = sample.point();
        if (point.histogram().isPresent()) {
            histogram(out.append(",\"histogram\":"), point.millis(), point.histogram().get());
        } else {
            pair(out.append(",\"value\":"), point.millis(), GoText.number(point.value()));
        }
        out.append('}');
    }

    private static void series(StringBuilder out, Answer.SeriesOf series) {
        metric(out.append("{\"metric\":"), series.labels());
        points(
                out,
                "values",
                series.points().stream().filter(point -> point.histogram().isEmpty()).toList());
        points(
                out,
                "histograms",
                series.points().stream().filter(point -> point.histogram().isPresent()).toList());
        out.append('}');
    }

    private static void points(StringBuilder out, String name, List<Answer.Point> points) {
        if (points.isEmpty()) {
            return;
        }
        out.append(",\"").append(name).append("\":[");
        for (int i = 0; i < points.size(); i++) {
            var point = points.get(i);
            out.append(i == 0 ? "" : ",");
            if (point.histogram().isPresent()) {
                histogram(out, point.millis(), point.histogram().get());
            } else {
                pair(out, point.millis(), GoText.number(point.value()));
            }
        }
        out.append(']');
    }

    private static void metric(StringBuilder out, Labels labels) {
        out.append('{');
        for (int i = 0; i < labels.size(); i++) {
            out.append(i == 0 ? "" : ",")
                    .append(Json.text(labels.nameAt(i)))
                    .append(':')
                    .append(Json.text(labels.valueAt(i)));
        }
        out.append('}');
    }

    private static void pair(StringBuilder out, long millis, String value) {
        out.append('[').append(GoText.seconds(millis)).append(",\"").append(value).append("\"]");
    }

    /// `[time, {count, sum, buckets: [[rule, left, right, count], …]}]`; rule 0 is open left, 1
    /// open right, 2 open, 3 closed.
    private static void histogram(StringBuilder out, long millis, FloatHistogram histogram) {
        out.append('[')
                .append(GoText.seconds(millis))
                .append(",{\"count\":\"")
                .append(GoText.number(histogram.count()))
                .append("\",\"sum\":\"")
                .append(GoText.number(histogram.sum()))
                .append('"');
        var buckets =
                histogram.ascending().stream()
                        .filter(bucket -> bucket.zero() ? bucket.count() > 0 : bucket.count() != 0)
                        .toList();
        if (!buckets.isEmpty()) {
            out.append(",\"buckets\":[");
            for (int i = 0; i < buckets.size(); i++) {
                var bucket = buckets.get(i);
                int rule =
                        bucket.lowerInclusive()
                                ? bucket.upperInclusive() ? 3 : 1
                                : bucket.upperInclusive() ? 0 : 2;
                out.append(i == 0 ? "" : ",")
                        .append('[')
                        .append(rule)
                        .append(",\"")
                        .append(GoText.number(bucket.lower()))
                        .append("\",\"")
                        .append(GoText.number(bucket.upper()))
                        .append("\",\"")
                        .append(GoText.number(bucket.count()))
                        .append("\"]");
            }
            out.append(']');
        }
        out.append("}]");
    }
}
