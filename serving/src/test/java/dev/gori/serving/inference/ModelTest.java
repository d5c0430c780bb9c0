package dev.gori.serving.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.testkit.NoLeaks;
import dev.gori.training.DrillModels;
import dev.gori.training.Signature;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(NoLeaks.class)
final class ModelTest {

  private static final byte[] ONNX = DrillModels.failing(new Signature(List.of("a", "b", "c")), 0);

  private static final float[] ROWS = {2, 0, 0, 2, 0, 0};

  @Test
  void oneRowAndManyGiveTheSame() {
    try (var model = Model.load(ONNX)) {
      var rows = new float[][] {{1, 2, 3}, {40, 5, 6}, {7, 800, 9}};
      var together = model.predict(rows);
      for (int i = 0; i < rows.length; i++) {
        var alone = model.predict(rows[i], 1);
        assertThat(alone.probabilities())
            .containsExactly(Arrays.copyOfRange(together.probabilities(), 2 * i, 2 * i + 2));
        assertThat(((Predictions.Values.Labels) alone.values()).of())
            .containsExactly(((Predictions.Values.Labels) together.values()).of()[i]);
      }
      assertThat(model.signature().inputs())
          .containsExactly(new ModelSignature.Input("input", ModelSignature.Type.FP32, 3, false));
      assertThat(model.signature().columns()).containsExactly("a", "b", "c");
    }
  }

  @Test
  void isFreedAfterTheLastHolder() {
    var model = Model.load(ONNX);
    assertThat(model.acquire()).isTrue();
    model.close();
    model.close();

    assertThat(model.isFreed()).isFalse();
    assertThat(model.predict(new float[] {1, 2, 3}, 1).rows()).isEqualTo(1);
    model.release();

    assertThat(model.isFreed()).isTrue();
    assertThat(model.acquire()).isFalse();
    assertThatThrownBy(() -> model.predict(new float[] {1, 2, 3}, 1))
        .hasMessageContaining("the model is closed");
  }

  @Test
  void aRunThatDoesNotReturnIsEndedFromAnotherThreadAndTheModelGoesOn() {
    var endless = DrillModels.endless(new Signature(List.of("a", "b", "c")), 1);
    try (var model = Model.load(endless);
        var later = Executors.newSingleThreadScheduledExecutor();
        var one = new ModelRun();
        var many = new ModelRun()) {
      assertThat(model.predict(new float[] {1, 0, 0}, 1).rows()).isEqualTo(1);
      for (var run : List.of(one, many)) {
        later.schedule(run::end, 100, TimeUnit.MILLISECONDS);
        int rows = run.equals(one) ? 1 : 2;
        assertThatThrownBy(() -> model.predict(Arrays.copyOf(ROWS, 3 * rows), rows, run))
            .as("%d rows", rows)
            .isInstanceOfSatisfying(
                FaultException.class, e -> assertThat(e.fault()).isEqualTo(Fault.TIMED_OUT));
        assertThat(run.isEnded()).isTrue();
      }
      assertThat(model.predict(new float[] {1, 0, 0}, 1).rows()).isEqualTo(1);
    }
  }

  record Broken(String name, byte[] bytes) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Broken> refuses() {
    var flipped = ONNX.clone();
    Arrays.fill(flipped, 10, 60, (byte) 0xff);
    return Stream.of(
        new Broken("nothing", new byte[0]),
        new Broken("text", "no model".getBytes(StandardCharsets.UTF_8)),
        new Broken("cut in the middle", Arrays.copyOf(ONNX, ONNX.length / 2)),
        new Broken("overwritten", flipped));
  }

  @ParameterizedTest
  @MethodSource
  void refuses(Broken c) {
    assertThatThrownBy(() -> Model.load(c.bytes()).close())
        .isInstanceOfSatisfying(
            FaultException.class, e -> assertThat(e.fault()).isEqualTo(Fault.UNPROCESSABLE))
        .hasMessageContaining(
            "bytes that are no model that can be run (expected: a valid ONNX file)");
  }
}
