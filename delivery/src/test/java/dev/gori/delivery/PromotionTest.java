package dev.gori.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gori.delivery.controller.RolloutControllerRig;
import dev.gori.kernel.id.EnvironmentName;
import dev.gori.testkit.NoLeaks;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NoLeaks.class)
final class PromotionTest {

  private static final EnvironmentName PROD = new EnvironmentName("prod");

  @TempDir Path folder;

  @Test
  void onlyPipelineDefinitionsCrossAndOnlyAsACommit() throws Exception {
    try (var stand = new RolloutControllerRig(folder)) {
      stand.push(
          "dev",
          Map.of(
              "environments/dev/pipelines/train.yaml",
              "name: train\neta: 9\n",
              "environments/dev/serving.yaml",
              "model: m\nvariants:\n  A: {version: 4}\n",
              "environments/prod/pipelines/old.yaml",
              "name: old\n"));
      var promotion = new Promotion(PROD, stand.git);
      var outcome = promotion.from(RolloutControllerRig.DEV, RolloutControllerRig.ANN);
      assertThat(outcome.files())
          .containsExactly(
              "environments/prod/pipelines/old.yaml", "environments/prod/pipelines/train.yaml");
      var commit = stand.people.commit(outcome.commit().orElseThrow());
      assertThat(commit.author()).isEqualTo(RolloutControllerRig.ANN);
      assertThat(commit.trailers()).containsEntry("Gori-Promotes", "dev");
      assertThat(promotion.from(RolloutControllerRig.DEV, RolloutControllerRig.ANN).commit())
          .isEmpty();
      assertThatThrownBy(() -> promotion.from(PROD, RolloutControllerRig.ANN))
          .hasMessageContaining("to itself");
    }
  }

  @Test
  void aRunHandsOnTheDefinitionsThatItRanWithAndDoesSoOnce() throws Exception {
    try (var stand = new RolloutControllerRig(folder)) {
      var proven =
          stand.push(
              "dev", Map.of("environments/dev/pipelines/train.yaml", "name: train\neta: 9\n"));
      stand.push(
          "dev goes on", Map.of("environments/dev/pipelines/train.yaml", "name: train\neta: 10\n"));
      var promotion = new Promotion(RolloutControllerRig.DEV, stand.git);
      var outcome = promotion.to(PROD, Optional.of(proven), "run-1");
      assertThat(text(stand, "environments/prod/pipelines/train.yaml"))
          .isEqualTo("name: train\neta: 9\n");
      assertThat(text(stand, "environments/prod/serving.yaml"))
          .as("nothing else crosses")
          .contains("variants: {}");
      assertThat(stand.people.commit(outcome.commit().orElseThrow()).trailers())
          .containsEntry("Gori-Promotes", "dev")
          .containsEntry("Gori-Promoted-From", proven.value())
          .containsEntry("Gori-Pipeline-Run", "run-1");

      stand.push(
          "prod goes on",
          Map.of("environments/prod/pipelines/train.yaml", "name: train\neta: 11\n"));
      assertThat(promotion.to(PROD, Optional.of(proven), "run-1"))
          .as("after a kill or a retry")
          .isEqualTo(outcome);
      assertThat(text(stand, "environments/prod/pipelines/train.yaml")).contains("eta: 11");
      assertThat(promotion.to(PROD, Optional.empty(), "run-2").commit())
          .as("another run, from the head")
          .isPresent();
      assertThat(promotion.to(PROD, Optional.empty(), "run-3").commit())
          .as("the same already")
          .isEmpty();
      assertThatThrownBy(() -> promotion.to(RolloutControllerRig.DEV, Optional.empty(), "run-4"))
          .hasMessageContaining("to itself");
      assertThatThrownBy(
              () -> promotion.to(new EnvironmentName("stage"), Optional.empty(), "run-5"))
          .hasMessage("environments/stage: no such environment in the workspace");
    }
  }

  private static String text(RolloutControllerRig stand, String path) {
    return stand
        .people
        .tree(stand.people.head().orElseThrow())
        .file(path)
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
        .orElseThrow();
  }
}
