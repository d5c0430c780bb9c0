package dev.gori.serving.gateway;

import dev.gori.http.Request;
import dev.gori.http.Response;
import dev.gori.http.Routes;

/// `POST /predict` and `POST /variant/{alias}/predict`.
final class PredictRoutes {

  private final Serving serving;
  private final Predictor predictor;

  PredictRoutes(Serving serving, Predictor predictor) {
    this.serving = serving;
    this.predictor = predictor;
  }

  void mount(Routes routes) {
    routes
        .post("/predict", request -> answer(request, choose(serving.traffic(), request)))
        .takes(predictor.maxBody());
    routes
        .post(
            "/variant/{alias}/predict",
            request ->
                answer(
                    request, Traffic.Choice.direct(serving.variant(request.param("alias")).name())))
        .takes(predictor.maxBody());
  }

  /// Chooses by `X-Client-Id`, or by the request id if the header is missing or blank.
  static Traffic.Choice choose(Traffic traffic, Request request) {
    return traffic instanceof Traffic.Split
        ? traffic.choose(
            request.header("X-Client-Id").filter(id -> !id.isBlank()).orElseGet(request::id))
        : traffic.choose("");
  }

  private Response answer(Request request, Traffic.Choice choice) throws InterruptedException {
    return predictor.predict(
        request,
        choice,
        (body, signature) -> RowReader.read(body, signature, predictor.maxRows()),
        (predictions, loaded) -> AnswerWriter.write(predictions, loaded, choice));
  }
}
