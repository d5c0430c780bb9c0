package dev.gori.serving.gateway;

import dev.gori.clients.GatewayClient;
import dev.gori.http.Request;
import dev.gori.http.Response;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.id.Bytes;
import dev.gori.serving.inference.ModelSignature;
import dev.gori.serving.inference.Predictions;
import org.slf4j.Logger;

/// Handles one prediction of any protocol: acquires the variant's model, reads the rows by its
/// signature, waits for the concurrency limiter, predicts, sends a copy to the shadow, writes the
/// response and releases the model.
final class Predictor {

  /// Reads a request's rows.
  interface Reader {
    Rows read(byte[] body, ModelSignature signature);
  }

  /// Writes an answer.
  interface Writer {
    byte[] write(Predictions predictions, Loaded loaded);
  }

  private final GatewaySettings settings;
  private final Serving serving;
  private final Shadow shadow;
  private final Logger log;

  Predictor(GatewaySettings settings, Serving serving, Shadow shadow, Logger log) {
    this.settings = settings;
    this.serving = serving;
    this.shadow = shadow;
    this.log = log;
  }

  /// Answers a prediction. The latency that rollouts judge starts when the whole request has
  /// arrived and ends before the response is sent, so that slow clients do not affect it.
  ///
  /// @throws FaultException when the variant has no model, the request is invalid or the model
  ///   fails; if the variant has a model, the request has {@link ModelHeaders#SERVED_BY} on failure
  ///   too
  Response predict(Request request, Traffic.Choice choice, Reader reader, Writer writer)
      throws InterruptedException {
    var variant = serving.variant(choice.variant());
    var loaded = variant.hold();
    try {
      request.attach(ModelHeaders.SERVED_BY, ServedBy.of(loaded));
      var origin = isProbe(request) ? loaded.judged().probes() : loaded.judged().users();
      var body = body(request, origin);
      long arrived = System.nanoTime();
      int status = 500;
      try {
        var response = predict(body, choice, variant, loaded, reader, writer);
        status = response.status();
        return response;
      } catch (FaultException e) {
        status = e.fault().status();
        log(e, request, loaded);
        throw e;
      } finally {
        origin.observe(status, System.nanoTime() - arrived);
      }
    } finally {
      Variant.release(loaded);
    }
  }

  private void log(FaultException e, Request request, Loaded loaded) {
    if (e.fault().blame() == Fault.Blame.US) {
      log.error(
          "prediction failed variant={} version={} request_id={}: {}",
          loaded.variant(),
          loaded.version(),
          request.id(),
          e.reason());
    }
  }

  /// A request counts as a probe only if it has the token, so that other clients cannot exclude
  /// their requests from what rollouts judge.
  private static boolean isProbe(Request request) {
    return request.header(GatewayClient.PROBE).isPresent() && request.showsToken();
  }

  private byte[] body(Request request, GatewayMetrics.Origin origin) {
    try {
      return request.body(settings.maxBody(), "send the rows in parts");
    } catch (RuntimeException e) {
      origin.clientErrors().inc();
      throw e;
    }
  }

  private Response predict(
      byte[] body,
      Traffic.Choice choice,
      Variant variant,
      Loaded loaded,
      Reader reader,
      Writer writer)
      throws InterruptedException {
    var rows = reader.read(body, loaded.signature());
    Predictions predictions;
    variant.gate().enter();
    try {
      predictions = variant.lane().predict(loaded, rows);
    } finally {
      variant.gate().leave();
    }
    if (choice.copyTo() != null) {
      shadow.copy(serving.variant(choice.copyTo()), rows, predictions);
    }
    return Response.bytes(200, "application/json", writer.write(predictions, loaded));
  }

  /// The maximum body of a prediction request.
  Bytes maxBody() {
    return settings.maxBody();
  }

  /// The maximum rows of one request.
  int maxRows() {
    return settings.maxRows();
  }
}
