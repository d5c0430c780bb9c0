package dev.gori.roles.logs;

import dev.gori.engines.logql.LogEngine;
import dev.gori.kernel.sample.Sample;
import dev.gori.machinery.http.Reply;
import dev.gori.machinery.json.Json;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Answers in Loki's JSON shapes.
final class LokiJson {

    private LokiJson() {}

    static Reply success(Object data) {
        return Reply.json(Json.object("status", "success", "data", data));
    }

    static Reply streams(LogEngine.Logs logs, Duration took) {
        var result =
                logs.streams().stream()
                        .map(
                                stream ->
                                        Json.object(
                                                "stream", stream.labels().toMap(),
                                                "values",
                                                        stream.lines().stream()
                                                                .map(
                                                                        line ->
                                                                                List.of(
                                                                                        Long
                                                                                                .toString(
                                                                                                        line
                                                                                                                .nanos()),
                                                                                        line
                                                                                                .line()))
                                                                .toList()))
                        .toList();
        return answer("streams", result, stats(logs.cost(), logs.entries(), took));
    }

    static Reply matrix(LogEngine.Matrix matrix, Duration took) {
        var result =
                matrix.series().stream()
                        .map(
                                series ->
                                        Json.object(
                                                "metric",
                                                series.labels().toMap(),
                                                "values",
                                                series.samples().stream()
                                                        .map(LokiJson::sample)
                                                        .toList()))
                        .toList();
        return answer("matrix", result, stats(matrix.cost(), 0, took));
    }

    static Reply vector(LogEngine.Vector vector, long nanos, Duration took) {
        long millis = Math.floorDiv(nanos, 1_000_000L);
        if (vector.isScalar()) {
            return answer(
                    "scalar",
                    sample(new Sample(millis, vector.elements().getFirst().value())),
                    stats(vector.cost(), 0, took));
        }
        var result =
                vector.elements().stream()
                        .map(
                                element ->
                                        Json.object(
                                                "metric",
                                                element.labels().toMap(),
                                                "value",
                                                sample(new Sample(millis, element.value()))))
                        .toList();
        return answer("vector", result, stats(vector.cost(), 0, took));
    }

    private static Reply answer(String type, Object result, Map<String, @Nullable Object> stats) {
        return success(Json.object("resultType", type, "result", result, "stats", stats));
    }

    private static List<Object> sample(Sample sample) {
        var seconds = BigDecimal.valueOf(sample.millis(), 3).stripTrailingZeros();
        return List.of(seconds.scale() < 0 ? seconds.setScale(0) : seconds, number(sample.value()));
    }

    static String number(double value) {
        if (Double.isNaN(value)) {
            return "NaN";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "+Inf" : "-Inf";
        }
        return value == 0
                ? "0"
                : new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
    }

    private static Map<String, @Nullable Object> stats(
            LogEngine.Cost cost, int returned, Duration took) {
        double seconds = Math.max(took.toNanos() / 1e9, 1e-9);
        return Json.object(
                "summary",
                        Json.object(
                                "bytesProcessedPerSecond",
                                (long) (cost.bytes() / seconds),
                                "linesProcessedPerSecond",
                                (long) (cost.lines() / seconds),
                                "totalBytesProcessed",
                                cost.bytes(),
                                "totalLinesProcessed",
                                cost.lines(),
                                "execTime",
                                took.toNanos() / 1e9,
                                "queueTime",
                                0,
                                "subqueries",
                                0,
                                "totalEntriesReturned",
                                returned),
                "ingester",
                        Json.object(
                                "totalReached",
                                1,
                                "totalChunksMatched",
                                0,
                                "totalBatches",
                                0,
                                "totalLinesSent",
                                0,
                                "headChunkBytes",
                                0,
                                "headChunkLines",
                                0,
                                "decompressedBytes",
                                0,
                                "decompressedLines",
                                0,
                                "compressedBytes",
                                0,
                                "totalDuplicates",
                                0),
                "store",
                        Json.object(
                                "totalChunksRef",
                                0,
                                "totalChunksDownloaded",
                                0,
                                "chunksDownloadTime",
                                0,
                                "decompressedBytes",
                                cost.bytes(),
                                "decompressedLines",
                                cost.lines(),
                                "compressedBytes",
                                0,
                                "totalDuplicates",
                                0));
    }
}
