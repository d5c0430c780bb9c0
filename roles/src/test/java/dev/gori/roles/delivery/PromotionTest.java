package dev.gori.roles.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gori.kernel.id.EnvironmentName;
import dev.gori.roles.delivery.rollouts.Stand;
import dev.gori.testkit.NoLeaks;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NoLeaks.class)
final class PromotionTest {

    private static final EnvironmentName PROD = new EnvironmentName("prod");

    @TempDir
    Path folder;

    @Test
    void onlyPipelineDefinitionsCrossAndOnlyAsACommit() throws Exception {
        try (var stand = new Stand(folder)) {
            stand.push("dev", Map.of("environments/dev/pipelines/train.yaml", "name: train\neta: 9\n",
                    "environments/dev/serving.yaml", "model: m\nvariants:\n  A: {version: 4}\n", "environments/prod/pipelines/old.yaml", "name: old\n"));
            var promotion = new Promotion(PROD, stand.git);
            var outcome = promotion.from(Stand.DEV, Stand.ANN);
            assertThat(outcome.files()).containsExactly("environments/prod/pipelines/old.yaml", "environments/prod/pipelines/train.yaml");
            var commit = stand.people.commit(outcome.commit().orElseThrow());
            assertThat(commit.author()).isEqualTo(Stand.ANN);
            assertThat(commit.trailers()).containsEntry("Gori-Promotes", "dev");
            assertThat(promotion.from(Stand.DEV, Stand.ANN).commit()).isEmpty();
            assertThatThrownBy(() -> promotion.from(PROD, Stand.ANN)).hasMessageContaining("to itself");
        }
    }
}
