package dev.gori.serving.gateway;

import dev.gori.base.json.Json;
import dev.gori.base.observe.SelfMetrics;
import dev.gori.http.ErrorFormat;
import dev.gori.http.Handler;
import dev.gori.http.MetricsHandler;
import dev.gori.http.Request;
import dev.gori.http.Response;
import dev.gori.http.Routes;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Routes for reloads, the traffic policy, the loaded models, health, readiness and metrics.
final class ControlRoutes {

  private final GatewaySettings settings;
  private final Serving serving;
  private final Time time;
  private final SelfMetrics self;

  ControlRoutes(GatewaySettings settings, Serving serving, Time time, SelfMetrics self) {
    this.settings = settings;
    this.serving = serving;
    this.time = time;
    this.self = self;
  }

  void mount(Routes routes) {
    routes.guarded("POST", "/variant/{alias}/reload", this::reload);
    routes.guarded("PUT", "/traffic", stamped(this::setTraffic));
    routes.get("/traffic", stamped(_ -> Response.json(serving.traffic().json())));
    routes.get("/models", stamped(_ -> Response.json(models())));
    routes.get("/health", stamped(_ -> Response.json(Json.object("status", "alive")))).alwaysOpen();
    routes.get("/ready", stamped(_ -> ready())).alwaysOpen();
    routes.get("/metrics", new MetricsHandler(self));
  }

  /// Adds the headers of the primary variant's model to responses that no single model produced.
  private Handler stamped(Handler handler) {
    return request -> {
      var reply = handler.handle(request);
      var loaded = serving.primary().current();
      return loaded == null ? reply : ModelHeaders.add(reply, ServedBy.of(loaded));
    };
  }

  private Response reload(Request request) {
    var name = serving.variant(request.param("alias")).name();
    var wish = wish(request);
    var reloaded = serving.reload(name, wish);
    request.attach(ModelHeaders.SERVED_BY, ServedBy.of(reloaded.loaded()));
    var answer =
        Json.object(
            "status", "success",
            "variant", name,
            "version", reloaded.loaded().version(),
            "run_id", reloaded.loaded().runId(),
            "previous_version",
                reloaded.previous().isPresent() ? reloaded.previous().getAsInt() : null,
            "load_ms", millis(reloaded.load()),
            "warmup_ms", millis(reloaded.warmup()));
    return Response.json(answer);
  }

  private static Serving.ReloadRequest wish(Request request) {
    var body = request.body();
    var json = body.length == 0 ? Json.parse("{}") : Json.parse(body);
    if (!json.isObject()) {
      throw FaultException.badRequest(
          "body: %s (expected: nothing, or {\"model\": name, \"version\": n})".formatted(json));
    }
    var commit = json.path("commit").asString("");
    var alias =
        json.has("alias") ? Optional.of(json.path("alias").asString("")) : Optional.<String>empty();
    return new Serving.ReloadRequest(
        json.has("model") ? Optional.of(json.path("model").asString("")) : Optional.empty(),
        version(json.path("version")),
        alias,
        commit.isEmpty() ? request.header("X-Gori-Commit").orElse("") : commit);
  }

  private static OptionalInt version(JsonNode node) {
    if (node.isMissingNode() || node.isNull()) {
      return OptionalInt.empty();
    }
    try {
      int version = node.isInt() ? node.asInt() : Integer.parseInt(node.asString(""));
      if (version >= 1) {
        return OptionalInt.of(version);
      }
    } catch (NumberFormatException _) {
      // falls through to the message
    }
    throw FaultException.badRequest(
        "version: %s (expected: a whole number from 1)".formatted(node));
  }

  private Response setTraffic(Request request) {
    var next = Traffic.read(request.json(), settings.variants());
    serving.setTraffic(next);
    return Response.json(next.json());
  }

  private Response ready() {
    return serving
        .notReady()
        .map(reason -> ErrorFormat.GORI.failure(Fault.BACKEND_DOWN, reason))
        .orElseGet(() -> Response.json(Json.object("status", "ready")));
  }

  private Map<String, @Nullable Object> models() {
    var variants = new ArrayList<Object>();
    for (var variant : serving.variants()) {
      var loaded = variant.current();
      if (loaded != null) {
        variants.add(described(loaded));
      }
    }
    return Json.object(
        "model",
        settings.model(),
        "variants",
        variants,
        "traffic",
        serving.traffic().json(),
        "cached_versions",
        serving.cached());
  }

  private Map<String, @Nullable Object> described(Loaded loaded) {
    var file = loaded.file();
    return Json.object(
        "variant", loaded.variant(),
        "model", file.model(),
        "version", file.version(),
        "run_id", file.runId(),
        "commit", loaded.commit(),
        "source", file.source(),
        "sha256", file.sha256(),
        "loaded_at", loaded.at().toString(),
        "loaded_for_seconds", Duration.between(loaded.at(), time.now()).toMillis() / 1000.0,
        "deadline_exceeded", (long) loaded.metrics().exceeded().get(),
        "columns", loaded.signature().columns(),
        "inputs", OpenInferenceRoutes.inputs(loaded.signature()),
        "outputs", OpenInferenceRoutes.outputs(loaded.signature()));
  }

  private static double millis(Duration duration) {
    return duration.toNanos() / 1e6;
  }
}
