package dev.gori.app.drill;

import dev.gori.app.Terminal;
import dev.gori.app.running.Running;
import dev.gori.git.GitRepository;
import dev.gori.training.DrillModels;
import dev.gori.training.Signature;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/// The drills.
public enum Drills {
  BAD_MODEL(
      "bad-model",
      "commits a model that fails with 5xx for a share of the requests",
      new BadModel(
          "bad-model",
          "fails for 30 % of the requests",
          40,
          columns -> DrillModels.failing(signature(columns), 0.3))),
  SLOW_MODEL(
      "slow-model",
      "commits a model that takes longer than a second",
      new BadModel(
          "slow-model",
          "takes about 1.2 s for each request",
          8,
          columns -> DrillModels.slow(signature(columns), Duration.ofMillis(1_200)))),
  DRIFT("drift", "adds a raw day whose numbers have drifted", new DataDrift()),
  METRICS_DOWN(
      "metrics-down",
      "makes the metrics role fail while delivery observes a version",
      new MetricsDown());

  private final String label;
  private final String what;
  private final Drill drill;

  Drills(String label, String what, Drill drill) {
    this.label = label;
    this.what = what;
    this.drill = drill;
  }

  public String label() {
    return label;
  }

  /// A short description of the failure.
  public String what() {
    return what;
  }

  /// @throws IllegalArgumentException for an unknown name
  public static Drills named(String name) {
    for (var drill : values()) {
      if (drill.label.equals(name)) {
        return drill;
      }
    }
    throw new IllegalArgumentException(
        "drill '%s' (expected: one of %s)"
            .formatted(
                name, String.join(", ", List.of(values()).stream().map(Drills::label).toList())));
  }

  /// Causes the failure in one environment and follows it to recovery.
  ///
  /// @return whether all expectations were met
  public boolean run(
      Running running, String environment, GitRepository workspace, Terminal terminal)
      throws IOException {
    var where = running.environment(environment);
    var timeline = new Timeline(terminal, where.now());
    drill.run(new DrillContext(running, where, workspace, timeline));
    return timeline.allMet();
  }

  private static Signature signature(List<String> columns) {
    return new Signature(columns);
  }
}
