package dev.gori.clients;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;

/// Asks a gateway: predictions, what is loaded, reloads and the traffic policy.
///
/// What goes wrong is a `FaultException` with the gateway's message: `BAD_REQUEST`,
/// `UNAUTHENTICATED`, `FORBIDDEN`, `NOT_FOUND` no such variant, `CONFLICT` the registry holds no
/// such version, `TOO_LARGE`, `UNPROCESSABLE` the model cannot be served, `TOO_BUSY`,
/// `BACKEND_DOWN` (the gateway itself, or the registry behind it), `TIMED_OUT`, `BROKEN_INVARIANT`
/// the model failed. Nothing is retried. Every call is safe from any thread.
public final class GatewayClient implements AutoCloseable {

  /// The header of a request that the platform makes itself.
  public static final String PROBE = "X-Gori-Probe";

  /// @param predictions one a row: a number, or a class's name
  /// @param probabilities one a row; empty when the model gives none
  public record Prediction(
      List<Object> predictions,
      List<List<Double>> probabilities,
      String model,
      int version,
      String variant,
      String mode) {
    public Prediction {
      predictions = List.copyOf(predictions);
      probabilities = List.copyOf(probabilities);
    }
  }

  /// What a reload did.
  ///
  /// @param previous the version that served before; empty when there was none
  public record Reloaded(
      String variant,
      int version,
      String runId,
      OptionalInt previous,
      Duration load,
      Duration warmup) {}

  /// A variant that has a model.
  ///
  /// @param columns what a row is made of, in order
  public record Variant(
      String name,
      String model,
      int version,
      String runId,
      String commit,
      Instant loaded,
      List<String> columns) {
    public Variant {
      columns = List.copyOf(columns);
    }
  }

  /// What the gateway serves.
  ///
  /// @param variants by name; a variant without a model is not there
  /// @param traffic the policy as `PUT /traffic` takes it
  public record Serving(String model, Map<String, Variant> variants, JsonNode traffic) {
    public Serving {
      variants = Map.copyOf(variants);
    }
  }

  private final RestApi api;

  private GatewayClient(RestApi api) {
    this.api = api;
  }

  /// @param base such as `http://localhost:7010`
  /// @param token the environment's, for reloads and traffic
  /// @param deadline for each call: a reload downloads, loads and warms a model within it
  public static GatewayClient open(URI base, Optional<String> token, Duration deadline) {
    return new GatewayClient(new RestApi("gateway", base, "", token, deadline));
  }

  public URI base() {
    return api.base();
  }

  /// Predicts by the traffic policy.
  ///
  /// @param client decides the variant of a split, and always the same one
  public Prediction predict(double[][] rows, Optional<String> client) {
    return predict("/predict", rows, client.map(id -> Map.of("X-Client-Id", id)).orElse(Map.of()));
  }

  /// Predicts with one variant, whatever the traffic policy.
  public Prediction predict(String variant, double[][] rows) {
    return predict("/variant/" + variant + "/predict", rows, Map.of());
  }

  /// The same, told apart from users' requests in `prediction_requests_total` and
  /// `prediction_request_duration_seconds`: what the platform asks itself says nothing about how
  /// users fare. Needs the token; without it this counts as a user's request.
  public Prediction probe(String variant, double[][] rows) {
    return predict("/variant/" + variant + "/predict", rows, Map.of(PROBE, "true"));
  }

  private Prediction predict(String path, double[][] rows, Map<String, String> more) {
    var answer = api.post(path, Map.of("data", rows), more);
    var predictions = new ArrayList<Object>();
    answer
        .path("predictions")
        .forEach(
            value -> predictions.add(value.isNumber() ? value.numberValue() : value.asString()));
    var probabilities = new ArrayList<List<Double>>();
    answer
        .path("probabilities")
        .forEach(row -> probabilities.add(row.valueStream().map(JsonNode::asDouble).toList()));
    return new Prediction(
        predictions,
        probabilities,
        answer.path("model").asString(""),
        answer.path("version").asInt(0),
        answer.path("variant").asString(""),
        answer.path("traffic").path("mode").asString(""));
  }

  /// Puts a version behind a variant; returns when it serves.
  ///
  /// @param version empty: what the variant's alias points to
  /// @param commit what the version was deployed with, for `model_info`
  public Reloaded reload(String variant, OptionalInt version, Optional<String> commit) {
    return reload(variant, Optional.empty(), version, commit);
  }

  /// The same, refused with CONFLICT by a gateway that serves another model.
  ///
  /// @param model empty: whatever the gateway serves
  public Reloaded reload(
      String variant, Optional<String> model, OptionalInt version, Optional<String> commit) {
    var body = new HashMap<String, Object>();
    model.ifPresent(name -> body.put("model", name));
    version.ifPresent(number -> body.put("version", number));
    commit.ifPresent(id -> body.put("commit", id));
    var answer = api.post("/variant/" + variant + "/reload", body);
    return new Reloaded(
        answer.path("variant").asString(variant),
        answer.path("version").asInt(0),
        answer.path("run_id").asString(""),
        answer.path("previous_version").isNumber()
            ? OptionalInt.of(answer.path("previous_version").asInt())
            : OptionalInt.empty(),
        millis(answer.path("load_ms")),
        millis(answer.path("warmup_ms")));
  }

  private static Duration millis(JsonNode node) {
    return Duration.ofNanos(Math.round(node.asDouble(0) * 1e6));
  }

  public Serving models() {
    var answer = api.get("/models");
    var variants = new HashMap<String, Variant>();
    for (var node : answer.path("variants")) {
      var variant =
          new Variant(
              node.path("variant").asString(""),
              node.path("model").asString(""),
              node.path("version").asInt(0),
              node.path("run_id").asString(""),
              node.path("commit").asString(""),
              Instant.parse(node.path("loaded_at").asString("")),
              node.path("columns").valueStream().map(JsonNode::asString).toList());
      variants.put(variant.name(), variant);
    }
    return new Serving(answer.path("model").asString(""), variants, answer.path("traffic"));
  }

  /// Why the gateway cannot serve its traffic policy; empty when it can. A gateway that cannot be
  /// reached is a fault all the same.
  public Optional<String> notReady() {
    var answer = api.response("/ready");
    return answer.isOk() ? Optional.empty() : Optional.of(RestApi.message(answer));
  }

  /// Sets the traffic policy, such as `{"mode": "split", "weights": {"A": 90, "B": 10}}`.
  public void setTraffic(Map<String, ?> traffic) {
    api.put("/traffic", traffic);
  }

  /// The traffic policy, in the form that {@link #setTraffic} takes.
  public JsonNode traffic() {
    return api.get("/traffic");
  }

  @Override
  public void close() {
    api.close();
  }
}
