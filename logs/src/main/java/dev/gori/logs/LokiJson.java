package dev.gori.logs;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gori.base.json.Json;
import dev.gori.http.Response;
import dev.gori.kernel.gotext.GoFloat;
import dev.gori.kernel.sample.Sample;
import dev.gori.logs.logql.LogEngine;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Writes responses in Loki's JSON formats.
final class LokiJson {

  private static final int PIECE = 16 << 10;

  private LokiJson() {}

  static Response success(Object data) {
    return Response.json(Json.object("status", "success", "data", data));
  }

  static Response streams(LogEngine.Logs logs, Duration took) {
    return answer(
        "streams",
        logs.streams(),
        (stream, out) -> {
          out.write(("{\"stream\":" + Json.text(stream.labels().toMap())).getBytes(UTF_8));
          list(
              ",\"values\":",
              stream.lines(),
              line -> List.of(Long.toString(line.nanos()), line.line()),
              out);
        },
        stats(logs.stats(), logs.entries(), took));
  }

  static Response matrix(LogEngine.Matrix matrix, Duration took) {
    return answer(
        "matrix",
        matrix.series(),
        (series, out) -> {
          out.write(("{\"metric\":" + Json.text(series.labels().toMap())).getBytes(UTF_8));
          list(",\"values\":", series.samples(), LokiJson::sample, out);
        },
        stats(matrix.stats(), 0, took));
  }

  /// Writes an item without its closing brace.
  private interface Item<T> {
    void write(T item, OutputStream out) throws IOException;
  }

  /// A response that is streamed item by item.
  private static <T> Response answer(
      String type, List<T> items, Item<T> item, Map<String, @Nullable Object> stats) {
    return Response.stream(
        "application/json",
        out -> {
          out.write(
              "{\"status\":\"success\",\"data\":{\"resultType\":\"%s\",\"result\":["
                  .formatted(type)
                  .getBytes(UTF_8));
          for (int i = 0; i < items.size(); i++) {
            if (i > 0) {
              out.write(',');
            }
            item.write(items.get(i), out);
            out.write('}');
          }
          out.write(("],\"stats\":" + Json.text(stats) + "}}").getBytes(UTF_8));
        });
  }

  private static <T> void list(
      String before, List<T> items, Function<T, Object> json, OutputStream out) throws IOException {
    var text = new StringBuilder(before).append('[');
    for (int i = 0; i < items.size(); i++) {
      text.append(i == 0 ? "" : ",").append(Json.text(json.apply(items.get(i))));
      if (text.length() > PIECE) {
        out.write(text.toString().getBytes(UTF_8));
        text.setLength(0);
      }
    }
    out.write(text.append(']').toString().getBytes(UTF_8));
  }

  static Response vector(LogEngine.Vector vector, long nanos, Duration took) {
    long millis = Math.floorDiv(nanos, 1_000_000L);
    if (vector.isScalar()) {
      return answer(
          "scalar",
          sample(new Sample(millis, vector.elements().getFirst().value())),
          stats(vector.stats(), 0, took));
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
    return answer("vector", result, stats(vector.stats(), 0, took));
  }

  private static Response answer(String type, Object result, Map<String, @Nullable Object> stats) {
    return success(Json.object("resultType", type, "result", result, "stats", stats));
  }

  private static List<Object> sample(Sample sample) {
    var seconds = BigDecimal.valueOf(sample.millis(), 3).stripTrailingZeros();
    return List.of(
        seconds.scale() < 0 ? seconds.setScale(0) : seconds, GoFloat.decimal(sample.value()));
  }

  private static Map<String, @Nullable Object> stats(
      LogEngine.QueryStats cost, int returned, Duration took) {
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
