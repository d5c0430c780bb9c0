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

/// The way of one prediction, whichever protocol brings it: hold the variant's model, read the rows
/// by its signature, wait for a place, predict, hand a copy to the shadow, write the answer, let go
/// of the model.
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

  /// Answers a prediction. The latency by which a rollout is judged begins when the request has
  /// arrived whole and ends before the response is sent: how a client sends and receives says
  /// nothing about the model.
  ///
  /// @throws FaultException what the variant, the request or the model has at fault; the model that
  ///   was held is attached to the request also then
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

  /// Only who has the token may keep requests out of what is judged.
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

  /// The longest body of a prediction.
  Bytes maxBody() {
    return settings.maxBody();
  }

  /// Most rows of one request.
  int maxRows() {
    return settings.maxRows();
  }
}
