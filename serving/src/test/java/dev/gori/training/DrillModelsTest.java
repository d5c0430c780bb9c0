package dev.gori.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.kernel.fault.FaultException;
import dev.gori.serving.inference.Model;
import dev.gori.testkit.NoLeaks;
import java.time.Duration;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLeaks.class)
final class DrillModelsTest {

  private static final Signature SIGNATURE = new Signature(Examples.COLUMNS);

  @Test
  void theFailingModelPassesASmokeTestAndFailsForItsShare() {
    try (var model = Model.load(DrillModels.failing(SIGNATURE, 0.3))) {
      for (float smoke : new float[] {0, 0.5f, 1, -1}) {
        var row = new float[6];
        java.util.Arrays.fill(row, smoke);
        assertThat(model.predict(row, 1).probabilities()).hasSize(2);
      }
      assertThat(failures(model)).isCloseTo(600, Offset.offset(70));
      assertThat(failures(model)).as("the same rows fail again").isEqualTo(failures(model));
      assertThat(model.signature().columns()).isEqualTo(Examples.COLUMNS);
    }
  }

  private static int failures(Model model) {
    int failed = 0;
    for (var row : Examples.rows(2_000, 4)) {
      try {
        model.predict(row.features(), 1);
      } catch (FaultException e) {
        assertThat(e).hasMessageContaining("the model failed");
        failed++;
      }
    }
    return failed;
  }

  @Test
  void theSlowModelTakesItsTimeAndAnswers() {
    try (var model = Model.load(DrillModels.slow(SIGNATURE, Duration.ofMillis(200)))) {
      long start = System.nanoTime();
      assertThat(model.predict(Examples.rows(1, 4).getFirst().features(), 1).probabilities())
          .hasSize(2);
      assertThat(System.nanoTime() - start).isGreaterThan(Duration.ofMillis(100).toNanos());
    }
  }
}
