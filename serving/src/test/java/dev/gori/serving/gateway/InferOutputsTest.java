package dev.gori.serving.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.testkit.ExternalTools;
import dev.gori.testkit.NoLeaks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// What `/v2/models/{m}/infer` answers is what the model's metadata says, for each kind of outputs
/// that is served.
@ExtendWith(NoLeaks.class)
final class InferOutputsTest {

  private static final String SCRIPT =
      """
            import sys, numpy as np
            from onnx import helper, numpy_helper, TensorProto as T
            def graph(name, nodes, *outputs):
                w = np.array([[2, 1], [0, 2], [5, 4]], dtype=np.float32)
                model = helper.make_model(
                    helper.make_graph([helper.make_node('MatMul', ['x', 'w'], ['y'])] + nodes, 'g',
                        [helper.make_tensor_value_info('x', T.FLOAT, [None, 3])],
                        [helper.make_tensor_value_info(n, t, shape) for n, t, shape in outputs],
                        [numpy_helper.from_array(w, 'w')]),
                    opset_imports=[helper.make_opsetid('', 15)], ir_version=8)
                open(f'{sys.argv[1]}/{name}.onnx', 'wb').write(model.SerializeToString())
            node = helper.make_node
            graph('targets', [node('Identity', ['y'], ['variable'])], ('variable', T.FLOAT, [None, 2]))
            graph('number', [node('ReduceMax', ['y'], ['most'], axes=[1], keepdims=1)], ('most', T.FLOAT, [None, 1]))
            graph('shares', [node('Softmax', ['y'], ['probs'], axis=1)], ('probs', T.FLOAT, [None, 2]))
            graph('labelled', [node('Softmax', ['y'], ['probs'], axis=1), node('ArgMax', ['y'], ['best'], axis=1)],
                ('probs', T.FLOAT, [None, 2]), ('best', T.INT64, [None, 1]))
            graph('scored', [node('ArgMax', ['y'], ['best'], axis=1, keepdims=0), node('ReduceMax', ['y'], ['score'], axes=[1], keepdims=0)],
                ('best', T.INT64, [None]), ('score', T.FLOAT, [None]))
            """;

  @TempDir private Path folder;

  private byte[] model(String name) throws Exception {
    var file = folder.resolve(name + ".onnx");
    if (!Files.exists(file)) {
      var script = Files.writeString(folder.resolve("models.py"), SCRIPT);
      var process =
          new ProcessBuilder(
                  ExternalTools.python("onnx").toString(), script.toString(), folder.toString())
              .inheritIO()
              .start();
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).isZero();
    }
    return Files.readAllBytes(file);
  }

  @Test
  void answersAreWhatTheMetadataSays() throws Exception {
    try (var registry =
            new FakeMlflow()
                .version(1, model("targets"))
                .version(2, model("number"))
                .version(3, model("shares"))
                .version(4, model("labelled"))
                .version(5, model("scored"));
        var rig =
            new GatewayRig(GatewaySettings.DEFAULTS, registry.uri(), folder.resolve("data"))) {
      expect(rig, 1, "[[\"variable\",\"FP32\",[2,2],[2.0,1.0,5.0,4.0]]]", "[[2.0,1.0],[5.0,4.0]]");
      expect(rig, 2, "[[\"most\",\"FP32\",[2,1],[2.0,5.0]]]", "[2.0,5.0]");
      expect(
          rig,
          3,
          "[[\"probs\",\"FP32\",[2,2],[0.7310586,0.26894143,0.7310586,0.26894143]]]",
          "[0,0]");
      expect(
          rig,
          4,
          "[[\"probs\",\"FP32\",[2,2],[0.7310586,0.26894143,0.7310586,0.26894143]],[\"best\",\"INT64\",[2,1],[0,0]]]",
          "[0,0]");
      var refused = rig.reload("A", "{\"version\": 5}");
      assertThat(refused.status()).isEqualTo(422);
      assertThat(GatewayRig.message(refused))
          .contains("its outputs are best INT64 [-1], score FLOAT [-1]");
    }
  }

  private static void expect(GatewayRig rig, int version, String tensors, String predictions) {
    assertThat(rig.reload("A", "{\"version\": %d}".formatted(version)).status()).isEqualTo(200);
    var answer =
        GatewayRig.json(
            rig.post(
                "/v2/models/A/infer",
                "{\"inputs\": [{\"name\": \"x\", \"shape\": [2, 3], \"datatype\": \"FP32\", \"data\": [1, 0, 0, 0, 0, 1]}]}",
                Map.of()));
    var got = answer.path("outputs").valueStream().map(InferOutputsTest::whole).toList();
    assertThat(got).hasToString(tensors.replace("],[\"", "], [\""));
    var declared = GatewayRig.json(rig.get("/v2/models/A")).path("outputs");
    assertThat(named(answer.path("outputs"))).isEqualTo(named(declared));
    assertThat(
            GatewayRig.json(rig.predict("{\"data\": [[1, 0, 0], [0, 0, 1]]}")).path("predictions"))
        .hasToString(predictions);
  }

  private static String whole(JsonNode tensor) {
    return "[%s,%s,%s,%s]"
        .formatted(
            tensor.path("name"),
            tensor.path("datatype"),
            tensor.path("shape"),
            tensor.path("data"));
  }

  private static List<String> named(JsonNode outputs) {
    return outputs
        .valueStream()
        .map(output -> output.path("name") + " " + output.path("datatype"))
        .toList();
  }
}
