package dev.gori.serving.gateway;

import dev.gori.base.json.Json;
import dev.gori.http.ErrorFormat;
import dev.gori.http.Request;
import dev.gori.http.Response;
import dev.gori.http.Routes;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.serving.inference.ModelSignature;
import dev.gori.serving.inference.ModelSignature.Type;
import dev.gori.serving.inference.Predictions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// The Open Inference Protocol v2 over HTTP, with Triton's model repository extension.
/// `docs/compat/open-inference.md` lists the calls and the differences.
///
/// A model name in a path is the registered model's name (then the traffic policy chooses the
/// variant) or a variant's name.
final class OpenInferenceRoutes {

  /// The protocol's error format: `{"error": "text"}`.
  static final ErrorFormat ERRORS =
      (fault, message) -> Response.json(fault.status(), Json.object("error", message));

  private final GatewaySettings settings;
  private final Serving serving;
  private final Predictor predictor;

  OpenInferenceRoutes(GatewaySettings settings, Serving serving, Predictor predictor) {
    this.settings = settings;
    this.serving = serving;
    this.predictor = predictor;
  }

  void mount(Routes routes) {
    routes.get(
        "/v2",
        _ ->
            Response.json(
                Json.object(
                    "name",
                    "gori",
                    "version",
                    "0.1.0",
                    "extensions",
                    List.of("model_repository"))));
    routes.get("/v2/health/live", _ -> Response.json(Json.object("live", true))).alwaysOpen();
    routes.get("/v2/health/ready", _ -> ready()).alwaysOpen();
    routes.get("/v2/models/{model}", this::metadata);
    routes.get("/v2/models/{model}/versions/{version}", this::metadata);
    routes.get("/v2/models/{model}/ready", this::modelReady);
    routes.get("/v2/models/{model}/versions/{version}/ready", this::modelReady);
    routes.post("/v2/models/{model}/infer", this::infer).takes(predictor.maxBody());
    routes
        .post("/v2/models/{model}/versions/{version}/infer", this::infer)
        .takes(predictor.maxBody());
    routes.post("/v2/repository/index", _ -> Response.json(index()));
    routes.guarded("POST", "/v2/repository/models/{model}/load", this::load);
    routes.guarded("POST", "/v2/repository/models/{model}/unload", this::unload);
  }

  private Response ready() {
    return serving
        .notReady()
        .map(reason -> ERRORS.failure(Fault.BACKEND_DOWN, reason))
        .orElseGet(() -> Response.json(Json.object("ready", true)));
  }

  private Response metadata(Request request) {
    var loaded = loaded(request);
    var signature = loaded.signature();
    return ModelHeaders.add(
        Response.json(
            Json.object(
                "name", request.param("model"),
                "versions", versions(request.param("model")),
                "platform", "onnxruntime_onnx",
                "inputs", inputs(signature),
                "outputs", outputs(signature))),
        ServedBy.of(loaded));
  }

  private Response modelReady(Request request) {
    var loaded = loaded(request);
    return ModelHeaders.add(
        Response.json(Json.object("name", request.param("model"), "ready", true)),
        ServedBy.of(loaded));
  }

  private Response infer(Request request) throws InterruptedException {
    if (request.header("Inference-Header-Content-Length").isPresent()) {
      throw FaultException.badRequest(
          "binary tensor data is not supported (expected: tensors as JSON)");
    }
    var id = new AtomicReference<>(request.id());
    return predictor.predict(
        request,
        choice(request),
        (body, signature) -> {
          var json = Json.parse(body);
          id.set(json.path("id").asString(request.id()));
          return TensorReader.read(json, signature, settings.maxRows());
        },
        (predictions, loaded) -> answer(id.get(), predictions, loaded));
  }

  /// Writes the response with each model output under its own name, with its own type and shape.
  private static byte[] answer(String id, Predictions predictions, Loaded loaded) {
    var tensors = new ArrayList<Object>();
    for (var output : loaded.signature().outputs()) {
      tensors.add(
          predictions.classes() > 0 && isFloat(output)
              ? tensor(
                  output.name(),
                  "FP32",
                  List.of(predictions.rows(), predictions.classes()),
                  predictions.probabilities())
              : values(output, predictions.values()));
    }
    return Json.write(
        Json.object(
            "model_name", loaded.file().model(),
            "model_version", Integer.toString(loaded.version()),
            "id", id,
            "parameters", Json.object("variant", loaded.variant()),
            "outputs", tensors));
  }

  private static boolean isFloat(ModelSignature.Output output) {
    return output.type() == Type.FP32 || output.type() == Type.FP64;
  }

  private static Object values(ModelSignature.Output output, Predictions.Values values) {
    var type = output.type().name();
    int rows = values.rows();
    var shape = output.shape().size() == 2 ? List.of(rows, 1) : List.of(rows);
    return switch (values) {
      case Predictions.Values.Labels(long[] labels) ->
          tensor(
              output.name(),
              type,
              shape,
              output.type() == Type.BOOL
                  ? Arrays.stream(labels).mapToObj(label -> label != 0).toList()
                  : labels);
      case Predictions.Values.Names(String[] names) -> tensor(output.name(), type, shape, names);
      case Predictions.Values.Numbers(double[] numbers, int width) ->
          tensor(output.name(), type, width > 1 ? List.of(rows, width) : shape, numbers);
    };
  }

  private static Object tensor(String name, String type, List<Integer> shape, Object data) {
    return Json.object("name", name, "datatype", type, "shape", shape, "data", data);
  }

  private List<Object> index() {
    var all = new ArrayList<Object>();
    for (var variant : serving.variants()) {
      var loaded = variant.current();
      all.add(
          Json.object(
              "name",
              variant.name(),
              "version",
              loaded == null ? "" : Integer.toString(loaded.version()),
              "state",
              loaded == null ? "UNAVAILABLE" : "READY",
              "reason",
              Optional.ofNullable(variant.notReady()).orElse("")));
    }
    return all;
  }

  private Response load(Request request) {
    var version =
        request.body().length == 0
            ? ""
            : request.json().path("parameters").path("version").asString("");
    if (!version.matches("[0-9]{0,9}")) {
      throw FaultException.badRequest(
          "parameters.version: '%s' (expected: a whole number)".formatted(version));
    }
    var wanted =
        version.isEmpty() ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(version));
    var variant =
        settings.variants().contains(request.param("model"))
            ? request.param("model")
            : primary(request.param("model"));
    var reloaded =
        serving.reload(
            variant,
            new Serving.ReloadRequest(
                Optional.empty(),
                wanted,
                Optional.empty(),
                request.header("X-Gori-Commit").orElse("")));
    request.attach(ModelHeaders.SERVED_BY, ServedBy.of(reloaded.loaded()));
    return Response.json(Json.object());
  }

  private Response unload(Request request) {
    serving.unload(
        settings.variants().contains(request.param("model"))
            ? request.param("model")
            : primary(request.param("model")));
    return Response.json(Json.object());
  }

  private String primary(String model) {
    if (!model.equals(settings.model())) {
      throw unknown(model);
    }
    return serving.primary().name();
  }

  private FaultException unknown(String model) {
    return FaultException.notFound(
        "no model '%s' (expected: %s, or a variant of %s)"
            .formatted(model, settings.model(), settings.variants()));
  }

  /// Chooses the variant for a request: by variant name or loaded version in the path, else by the
  /// traffic policy.
  private Traffic.Choice choice(Request request) {
    var model = request.param("model");
    var version = request.template().contains("{version}") ? request.param("version") : "";
    boolean isVariant = settings.variants().contains(model);
    if (!isVariant && !model.equals(settings.model())) {
      throw unknown(model);
    }
    if (version.isEmpty()) {
      return isVariant
          ? Traffic.Choice.direct(model)
          : PredictRoutes.choose(serving.traffic(), request);
    }
    return serving.variants().stream()
        .filter(variant -> !isVariant || variant.name().equals(model))
        .filter(variant -> has(variant.current(), version))
        .findFirst()
        .map(variant -> Traffic.Choice.direct(variant.name()))
        .orElseThrow(
            () ->
                FaultException.notFound(
                    "version %s of '%s' is not loaded (expected: one of %s)"
                        .formatted(version, model, versions(model))));
  }

  private static boolean has(@Nullable Loaded loaded, String version) {
    return loaded != null && Integer.toString(loaded.version()).equals(version);
  }

  private Loaded loaded(Request request) {
    var variant = serving.variant(choice(request).variant());
    var loaded = variant.current();
    if (loaded == null) {
      throw new FaultException(
          Fault.BACKEND_DOWN, Optional.ofNullable(variant.notReady()).orElse("no model"));
    }
    return loaded;
  }

  private List<String> versions(String model) {
    return serving.variants().stream()
        .filter(variant -> !settings.variants().contains(model) || variant.name().equals(model))
        .map(Variant::current)
        .filter(Objects::nonNull)
        .map(loaded -> Integer.toString(loaded.version()))
        .distinct()
        .toList();
  }

  static List<Map<String, @Nullable Object>> inputs(ModelSignature signature) {
    return signature.inputs().stream()
        .map(
            input ->
                Json.object(
                    "name", input.name(),
                    "datatype", input.type().name(),
                    "shape", input.flat() ? List.of(-1) : List.of(-1, input.width())))
        .toList();
  }

  static List<Map<String, @Nullable Object>> outputs(ModelSignature signature) {
    return signature.outputs().stream()
        .map(
            output ->
                Json.object(
                    "name",
                    output.name(),
                    "datatype",
                    output.type().name(),
                    "shape",
                    output.shape()))
        .toList();
  }
}
