package dev.gori.metrics.remote.receiver;

import dev.gori.http.ContentCoding;
import dev.gori.http.Request;
import dev.gori.http.Response;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.time.Time;
import dev.gori.metrics.remote.RemoteWriteProtocol;
import dev.gori.metrics.store.SampleStore;
import dev.gori.tsdb.AppendResult;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/// `POST /api/v1/write`. Answers 204 if everything is stored and durable. Answers 400 if samples
/// are rejected; the others are stored, and the sender must not retry. Answers to 2.0 have the
/// `X-Prometheus-Remote-Write-*-Written` headers.
public final class WriteHandler {

  private final SampleStore store;
  private final Time time;

  public WriteHandler(SampleStore store, Time time) {
    this.store = store;
    this.time = time;
  }

  public Response receive(Request request) {
    var type = request.header("Content-Type").orElse("application/x-protobuf");
    var protocol = protocol(type);
    if (protocol.isEmpty()) {
      return Response.text(
          415,
          "content type '%s' (expected: application/x-protobuf, with proto=%s or proto=%s)\n"
              .formatted(type, RemoteWriteProtocol.V1.message(), RemoteWriteProtocol.V2.message()));
    }
    var decoded = read(protocol.get(), request.body(ContentCoding.SNAPPY), time.millis());
    var done = store.append(decoded.batch());
    int refused = done.rejected() + decoded.rejected();
    var problem =
        decoded.problem().or(() -> done.rejected() > 0 ? done.problem() : Optional.empty());
    var reply =
        problem.isEmpty()
            ? Response.empty(204)
            : Response.text(
                400,
                "%d of %d samples are not stored: %s\n"
                    .formatted(refused, refused + done.stored(), problem.get()));
    return switch (protocol.get()) {
      case V1 -> reply;
      case V2 -> withWrittenHeaders(reply, done);
    };
  }

  private static Optional<RemoteWriteProtocol> protocol(String type) {
    var parts = type.split(";", -1);
    if (!parts[0].strip().equalsIgnoreCase("application/x-protobuf")) {
      return Optional.empty();
    }
    var message =
        Arrays.stream(parts)
            .map(String::strip)
            .filter(parameter -> parameter.startsWith("proto="))
            .map(parameter -> parameter.substring("proto=".length()))
            .findFirst()
            .orElse(RemoteWriteProtocol.V1.message());
    return RemoteWriteProtocol.of(message);
  }

  /// Decodes the whole message before anything is stored.
  ///
  /// @param now milliseconds since the epoch
  /// @throws FaultException BAD_REQUEST if the bytes are not such a message
  static WriteRequest read(RemoteWriteProtocol protocol, byte[] message, long now) {
    var decoded = new WriteRequest(now);
    try {
      switch (protocol) {
        case V1 -> RemoteWriteV1Decoder.read(message, decoded);
        case V2 -> RemoteWriteV2Decoder.read(message, decoded);
      }
      return decoded;
    } catch (IOException e) {
      throw new FaultException(
          Fault.BAD_REQUEST,
          "the body is not a valid %s: %s".formatted(protocol.message(), e.getMessage()),
          e);
    }
  }

  private static Response withWrittenHeaders(Response reply, AppendResult done) {
    return reply
        .header("X-Prometheus-Remote-Write-Samples-Written", String.valueOf(done.floats().stored()))
        .header(
            "X-Prometheus-Remote-Write-Histograms-Written",
            String.valueOf(done.histograms().stored()))
        .header(
            "X-Prometheus-Remote-Write-Exemplars-Written",
            String.valueOf(done.exemplars().stored()));
  }
}
