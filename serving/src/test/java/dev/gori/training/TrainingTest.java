package dev.gori.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.life.Cancellation;
import dev.gori.serving.inference.Model;
import dev.gori.serving.inference.Predictions;
import dev.gori.testkit.NoLeaks;
import dev.gori.training.TrainingRequest.Algorithm;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(NoLeaks.class)
final class TrainingTest {

  /// What "equal to the trainer's own" means, for 10,000 rows: the largest difference of a
  /// probability.
  private static final double TOLERANCE = 1e-5;

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void servedPredictionsEqualTheTrainersOwn(Algorithm algorithm) {
    var dataset = Examples.dataset(4_000, 1);
    var fresh = Examples.rows(10_000, 2);
    var flat = Examples.flat(fresh);
    var request = TrainingRequest.of(algorithm, 42);
    var split = Split.of(dataset, request.testShare(), request.seed());
    try (var learner = Training.learn(request, dataset, split, new Parameters(Map.of()));
        var model = Model.load(learner.onnx(new Signature(dataset.columns())))) {
      var own = learner.probabilities(flat, fresh.size());
      var served = model.predict(flat, fresh.size());
      var labels = ((Predictions.Values.Labels) served.values()).of();

      double worst = 0;
      for (int i = 0; i < own.length; i++) {
        worst = Math.max(worst, Math.abs(own[i] - served.probabilities()[2 * i + 1]));
        worst = Math.max(worst, Math.abs(1 - own[i] - served.probabilities()[2 * i]));
        if (Math.abs(own[i] - 0.5) > TOLERANCE) {
          assertThat(labels[i])
              .as("label of row %d, probability %s", i, own[i])
              .isEqualTo(own[i] > 0.5 ? 1 : 0);
        }
      }
      assertThat(worst).as("largest difference over 10,000 rows").isLessThan(TOLERANCE);
    }
  }

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void learnsWhatCanBeLearnt(Algorithm algorithm) {
    var trained = Training.train(TrainingRequest.of(algorithm, 7), Examples.dataset(4_000, 3));

    assertThat(trained.scores().accuracy()).isGreaterThan(0.75);
    assertThat(trained.scores().auc()).isGreaterThan(0.85);
    assertThat(trained.scores().logloss()).isLessThan(0.5);
    assertThat(trained.scores().f1()).isGreaterThan(0.75);
    assertThat(trained.scores().rows()).isBetween(700, 900);
    assertThat(trained.parameters())
        .containsEntry("algorithm", algorithm.text())
        .containsEntry("seed", "7")
        .containsEntry("test_share", "0.2")
        .containsKeys("learning_rate", "train_rows");
    try (var model = Model.load(trained.onnx())) {
      assertThat(model.signature().columns()).isEqualTo(Examples.COLUMNS);
    }
  }

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void theSameSeedGivesTheSameBytes(Algorithm algorithm) {
    var one = Training.train(TrainingRequest.of(algorithm, 5), Examples.dataset(1_000, 3));
    var two = Training.train(TrainingRequest.of(algorithm, 5), Examples.dataset(1_000, 3));

    assertThat(two.onnx()).isEqualTo(one.onnx());
    assertThat(two.scores()).isEqualTo(one.scores());
  }

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void aTrainingThatIsNotWantedAnyMoreEndsAtTheNextStep(Algorithm algorithm) throws Exception {
    var cancellation = new Cancellation();
    var endless =
        new TrainingRequest(
            algorithm,
            algorithm == Algorithm.LOGISTIC_REGRESSION
                ? Map.of("epochs", "10000")
                : Map.of("rounds", "10000", "max_depth", "12"),
            1,
            0.2);
    var dataset = Examples.dataset(20_000, 3);
    var thrown = new CompletableFuture<Throwable>();
    var thread =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    cancellation.call(() -> Training.train(endless, dataset));
                    thrown.complete(new AssertionError("it ended by itself"));
                  } catch (Throwable e) {
                    thrown.complete(e);
                  }
                });
    assertThat(thread.join(Duration.ofSeconds(2))).as("it computes for longer").isFalse();
    cancellation.cancel(Cancellation.Cause.STOPPING);
    assertThat(thrown.get(1, TimeUnit.SECONDS)).isInstanceOf(Cancellation.CancelledException.class);
  }

  @Test
  void predictionsThatAreNoProbabilitiesAreNotScored() {
    for (double odd : new double[] {Double.NaN, -0.1, 1.1}) {
      assertThatThrownBy(() -> Scores.of(new double[] {0.1, odd}, new int[] {0, 0}))
          .isInstanceOf(FaultException.class)
          .hasMessageContaining("test row 2: the model predicts " + odd);
    }
  }

  @Test
  void theSplitDependsOnKeysAndSeedOnly() {
    var rows = Examples.rows(2_000, 1);
    var forward = Dataset.collect(Examples.COLUMNS, rows.iterator(), 2_000);
    var backward = Dataset.collect(Examples.COLUMNS, rows.reversed().iterator(), 2_000);

    var tests = keys(forward, Split.of(forward, 0.25, 9).test());
    assertThat(keys(backward, Split.of(backward, 0.25, 9).test()))
        .containsExactlyInAnyOrderElementsOf(tests);
    assertThat(keys(forward, Split.of(forward, 0.25, 10).test())).isNotEqualTo(tests);
    assertThat(tests.size() / 2_000.0).isCloseTo(0.25, within(0.04));
  }

  private static List<Long> keys(Dataset dataset, int[] rows) {
    return java.util.Arrays.stream(rows).mapToObj(dataset::key).toList();
  }

  record Refused(String name, Algorithm algorithm, Map<String, String> parameters, String message) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Refused> refuses() {
    return Stream.of(
        new Refused(
            "an unknown parameter",
            Algorithm.LOGISTIC_REGRESSION,
            Map.of("epoch", "3"),
            "unknown parameters [epoch] (expected: some of [batch_size, epochs, learning_rate])"),
        new Refused(
            "no number",
            Algorithm.GRADIENT_BOOSTED_TREES,
            Map.of("rounds", "many"),
            "rounds: 'many' (expected: a number from 1.0 to 10000.0)"),
        new Refused(
            "out of limits",
            Algorithm.GRADIENT_BOOSTED_TREES,
            Map.of("max_depth", "40"),
            "max_depth: '40' (expected: a number from 1.0 to 16.0)"),
        new Refused(
            "no whole number",
            Algorithm.LOGISTIC_REGRESSION,
            Map.of("epochs", "2.5"),
            "epochs: 2.5 (expected: a whole number)"));
  }

  @ParameterizedTest
  @MethodSource
  void refuses(Refused c) {
    var request = new TrainingRequest(c.algorithm(), c.parameters(), 1, 0.2);
    assertThatThrownBy(() -> Training.train(request, Examples.dataset(100, 1)))
        .isInstanceOf(FaultException.class)
        .hasMessage(c.message());
  }

  @Test
  void oneLabelOnlyCannotBeLearntFrom() {
    var rows =
        Examples.rows(500, 1).stream().map(row -> new Row(row.features(), 1, row.key())).iterator();
    var dataset = Dataset.collect(Examples.COLUMNS, rows, 500);
    assertThatThrownBy(
            () -> Training.train(TrainingRequest.of(Algorithm.LOGISTIC_REGRESSION, 1), dataset))
        .hasMessageContaining(
            "with label 1 (expected: both labels); bring more rows, or another label");
  }

  @Test
  void scoresOfAKnownCase() {
    var scores = Scores.of(new double[] {0.9, 0.8, 0.4, 0.4, 0.1}, new int[] {1, 0, 1, 0, 0});

    assertThat(scores.accuracy()).isEqualTo(0.6);
    assertThat(scores.auc()).isCloseTo((3 + 1.5) / 6, within(1e-12));
    assertThat(scores.f1()).isEqualTo(0.5);
    assertThat(scores.logloss()).isCloseTo(0.7000, within(2e-1));
  }
}
