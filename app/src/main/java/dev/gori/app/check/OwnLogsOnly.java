package dev.gori.app.check;

import dev.gori.app.running.RunningEnvironment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Statement 3: an environment's logs have its own lines only.
final class OwnLogsOnly extends EachEnvironment {

  private static final Duration WINDOW = Duration.ofHours(24);

  OwnLogsOnly() {
    super(
        "log range queries return lines of serving and pipelines, and none of another environment");
  }

  @Override
  Proof proveIn(RunningEnvironment environment, List<RunningEnvironment> others) {
    var seen = new ArrayList<String>();
    for (var app : List.of("serving", "pipelines")) {
      var namespace = app + "-" + environment.name();
      int lines =
          LogLines.lately(environment, "{namespace=\"%s\"}".formatted(namespace), WINDOW).size();
      if (lines == 0) {
        return Proof.failed("no line with namespace=\"%s\" in 24 h", namespace);
      }
      seen.add("%s %s lines".formatted(namespace, lines == 5_000 ? "5000 or more" : lines));
    }
    for (var other : others) {
      int foreign =
          LogLines.lately(environment, "{namespace=~\".+-%s\"}".formatted(other.name()), WINDOW)
              .size();
      if (foreign > 0) {
        return Proof.failed("%d lines of %s", foreign, other.name());
      }
    }
    return Proof.passed(
        "%s, none of %s",
        String.join(", ", seen),
        String.join(", ", others.stream().map(RunningEnvironment::name).toList()));
  }
}
