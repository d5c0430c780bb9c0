package dev.gori.delivery.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.delivery.rollout.Measurement;
import dev.gori.testkit.NoLeaks;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// The process is killed around every call that a rollout makes, and started again: it always ends
/// where it would have ended.
@ExtendWith(NoLeaks.class)
final class RolloutKillTest {

  private static final int CALLS = 8;

  @TempDir Path folder;

  @RepeatedTest(2 * CALLS)
  void aKilledRolloutGoesOnOrGoesBack(RepetitionInfo repetition) throws Exception {
    long seed = Long.getLong("seed", repetition.getCurrentRepetition());
    var random = new Random(seed);
    boolean bad = seed % 2 == 0;
    try (var stand = new RolloutControllerRig(folder)) {
      stand.live(1);
      stand.readings.put("p95", Measurement.of(bad ? 9 : 0.1));
      stand.gateway.killAt = stand.gateway.calls.size() + 1 + (int) (seed - 1) / 2 % 4;
      stand.registry.killAt =
          seed > CALLS ? stand.registry.calls.size() + 1 + random.nextInt(2) : -1;
      var id = stand.rollouts.start(stand.request(2)).id();
      for (int i = 0; i < 40; i++) {
        try {
          stand.forward(3);
          if (random.nextInt(6) == 0) {
            stand.restart();
          }
        } catch (RolloutControllerRig.Killed _) {
          stand.restart();
        }
      }
      var rollout = stand.records.rollout(id).orElseThrow();
      int served = bad ? 1 : 2;
      assertThat(rollout.state().phase().text())
          .as("seed %d", seed)
          .isEqualTo(bad ? "rolled_back" : "succeeded");
      assertThat(stand.gateway.serves).as("seed %d", seed).containsEntry("A", served);
      assertThat(stand.registry.aliases).as("seed %d", seed).containsEntry("champion", served);
      assertThat(stand.file("serving.yaml"))
          .as("seed %d", seed)
          .contains("A: {version: " + served + "}");
      assertThat(stand.people.log(stand.people.head().orElseThrow(), 50))
          .as("seed %d: each commit is made once", seed)
          .hasSize(bad ? 4 : 3);
    }
  }
}
