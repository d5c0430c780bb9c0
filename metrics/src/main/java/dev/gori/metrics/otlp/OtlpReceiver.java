package dev.gori.metrics.otlp;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.gori.base.json.Json;
import dev.gori.http.Request;
import dev.gori.http.Response;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.metrics.store.SampleStore;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsPartialSuccess;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import java.time.Duration;
import java.util.Map;

/// `POST /api/v1/otlp/v1/metrics`: receives an `ExportMetricsServiceRequest` in protobuf or JSON
/// and answers in the same encoding. Answers 200 once all accepted points are durable; rejected
/// points are counted in `partial_success`, with the reason of the first.
public final class OtlpReceiver {

  private static final String PROTOBUF = "application/x-protobuf";
  private static final String JSON = "application/json";

  private final SampleStore store;
  private final OtlpSettings settings;
  private final Duration lookback;

  /// @param lookback lookback delta
  public OtlpReceiver(SampleStore store, OtlpSettings settings, Duration lookback) {
    this.store = store;
    this.settings = settings;
    this.lookback = lookback;
  }

  public Response receive(Request request) {
    var type = request.header("Content-Type").orElse("").split(";", 2)[0].strip();
    boolean json = type.equalsIgnoreCase(JSON);
    if (!json && !type.equalsIgnoreCase(PROTOBUF)) {
      return Response.text(
          415, "content type '%s' (expected: %s or %s)\n".formatted(type, PROTOBUF, JSON));
    }
    var body = request.body();
    var series = OtlpConverter.read(json ? jsonMessage(body) : message(body), settings, lookback);
    var done = store.append(series.batch());
    int rejected = series.dropped() + done.rejected();
    var why = rejected > 0 ? series.problem().or(done::problem).orElse("") : "";
    return json ? jsonAnswer(rejected, why) : answer(rejected, why);
  }

  private static Response answer(int rejected, String why) {
    var answer = ExportMetricsServiceResponse.newBuilder();
    if (rejected > 0) {
      answer.setPartialSuccess(
          ExportMetricsPartialSuccess.newBuilder()
              .setRejectedDataPoints(rejected)
              .setErrorMessage(why));
    }
    return Response.bytes(200, PROTOBUF, answer.build().toByteArray());
  }

  private static Response jsonAnswer(int rejected, String why) {
    var partial = Json.object("rejectedDataPoints", String.valueOf(rejected), "errorMessage", why);
    return Response.bytes(
        200, JSON, Json.write(rejected > 0 ? Map.of("partialSuccess", partial) : Map.of()));
  }

  /// @throws FaultException BAD_REQUEST if the bytes are not such a message
  static ExportMetricsServiceRequest message(byte[] bytes) {
    try {
      return ExportMetricsServiceRequest.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new FaultException(
          Fault.BAD_REQUEST,
          "the body is not a valid ExportMetricsServiceRequest: " + e.getMessage(),
          e);
    }
  }

  /// @throws FaultException BAD_REQUEST if the bytes are not such a message
  static ExportMetricsServiceRequest jsonMessage(byte[] bytes) {
    try {
      return OtlpJsonDecoder.read(bytes);
    } catch (IllegalArgumentException e) {
      throw new FaultException(
          Fault.BAD_REQUEST,
          "the body is not a valid ExportMetricsServiceRequest: " + e.getMessage(),
          e);
    }
  }
}
