package dev.gori.app.check;

import dev.gori.app.running.RunningEnvironment;
import java.time.Duration;
import java.util.List;

/// Statement 8: the data-pipeline dashboard has data.
final class DataPipelineLines extends EachEnvironment {

  private static final Duration WINDOW = Duration.ofHours(24);

  DataPipelineLines() {
    super("[DP] lines and the count of summarize_run are there for the data-pipeline dashboard");
  }

  @Override
  Proof proveIn(RunningEnvironment environment, List<RunningEnvironment> others) {
    var lines = "{namespace=\"pipelines-%s\"} |= \"[DP]\"".formatted(environment.name());
    int all = LogLines.lately(environment, lines, WINDOW).size();
    int summaries =
        LogLines.lately(environment, lines + " |= \"step=summarize_run\"", WINDOW).size();
    return new Proof(
        all > 0 && summaries > 0,
        "%d [DP] lines, %d of summarize_run in 24 h".formatted(all, summaries));
  }
}
