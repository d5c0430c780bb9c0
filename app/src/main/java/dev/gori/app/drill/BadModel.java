package dev.gori.app.drill;

import dev.gori.app.running.Poller;
import dev.gori.app.running.RunningEnvironment;
import dev.gori.base.json.Json;
import dev.gori.clients.DeliveryClient.Rollout;
import dev.gori.git.CommitId;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// Commits a model that passes the smoke test and fails or is slow under load: delivery must roll
/// it back and send an alert.
///
/// @param onnx creates the model for the columns of the serving model
record BadModel(String name, String subject, int perSecond, Function<List<String>, byte[]> onnx)
    implements Drill {

  private static final Duration ROLLOUT = Duration.ofMinutes(6);
  private static final Duration TOLD = Duration.ofSeconds(90);
  private static final double BACK_WITHIN_SECONDS = 1.0;

  @Override
  public void run(DrillContext context) {
    var timeline = context.timeline();
    var environment = context.environment();
    var good = context.serving();
    timeline.record(
        environment.now(),
        "%s serves %s version %d".formatted(environment.name(), good.model(), good.version()));
    var bad = DrillModel.register(context, name, good.columns(), onnx.apply(good.columns()));
    timeline.record(
        environment.now(), "version %d is registered: %s".formatted(bad.version(), subject));
    var seen = new HashMap<String, Long>();
    context.running().environments().forEach(each -> seen.put(each.name(), newestMessage(each)));
    var neighbours =
        context.others().stream()
            .map(other -> LoadGenerator.on(other, 10, DrillContext.serving(other).columns().size()))
            .toList();
    try (var load = LoadGenerator.on(environment, perSecond, good.columns().size())) {
      var commit =
          Pin.commit(
              context,
              bad.version(),
              "Serve version %d of %s (drill: %s)".formatted(bad.version(), good.model(), name));
      timeline.record(
          environment.now(),
          "commit %s, under %d requests a second".formatted(commit.brief(), perSecond));
      var rollout =
          new RolloutFollower(context, bad.version())
              .until("rolled back", ROLLOUT, Rollout::isOver);
      prove(context, rollout, good.version(), commit, seen);
      timeline.record(
          environment.now(),
          "own load: %d answered, %d failed".formatted(load.answered(), load.failed()));
    } finally {
      neighbours.forEach(LoadGenerator::close);
    }
    for (int i = 0; i < neighbours.size(); i++) {
      var load = neighbours.get(i);
      timeline.require(
          load.failed() == 0 && load.answered() > 0,
          "requests to %s are untouched".formatted(context.others().get(i).name()),
          "%d answered, %d failed".formatted(load.answered(), load.failed()));
    }
  }

  private static void prove(
      DrillContext context, Rollout rollout, int good, CommitId commit, Map<String, Long> seen) {
    var timeline = context.timeline();
    var environment = context.environment();
    timeline.require(
        rollout.state().equals("rolled_back"),
        "the version is rolled back",
        "%s: %s".formatted(rollout.state(), rollout.cause()));
    double seconds = secondsToTraffic(rollout);
    timeline.require(
        seconds >= 0 && seconds < BACK_WITHIN_SECONDS,
        "traffic is back within 1 s of the verdict",
        seconds < 0 ? "the rollout does not say" : "%.3f s".formatted(seconds));
    int now = DrillContext.serving(environment).version();
    timeline.require(now == good, "the last good version serves", "version %d".formatted(now));
    revert(context, commit);
    var mark = "version " + rollout.version();
    boolean told =
        Poller.untilTrue(
            TOLD, () -> messages(environment, seen, "[FIRING]").contains("RolloutRolledBack"));
    timeline.require(
        told,
        "the alert is in the inbox of " + environment.name(),
        told ? "RolloutRolledBack, " + mark : "nothing after %d s".formatted(TOLD.toSeconds()));
    boolean resolved =
        Poller.untilTrue(
            TOLD, () -> messages(environment, seen, "[RESOLVED]").contains("RolloutRolledBack"));
    timeline.require(
        resolved,
        "its resolved message follows",
        resolved ? "" : "nothing after %d s".formatted(TOLD.toSeconds()));
    for (var other : context.others()) {
      timeline.require(
          !messages(other, seen, "").contains("RolloutRolledBack"),
          "none is in the inbox of " + other.name(),
          "");
    }
  }

  private static void revert(DrillContext context, CommitId commit) {
    var head = context.workspace().head().orElseThrow();
    var revert =
        context.workspace().log(head, 10).stream()
            .filter(one -> one.message().contains(commit.value()))
            .findFirst();
    var text = revert.map(one -> one.message()).orElse("");
    context
        .timeline()
        .require(
            text.contains("Cause:") && text.contains("Evidence"),
            "the revert commit is in the workspace, with cause and evidence",
            revert
                .map(one -> one.id().brief() + " " + one.subject())
                .orElse("no commit names " + commit.brief()));
    text.lines()
        .filter(line -> line.startsWith("Cause:") || line.startsWith("  "))
        .forEach(line -> context.timeline().quote(line.replaceAll(" from .*", "")));
  }

  private static double secondsToTraffic(Rollout rollout) {
    var millis = rollout.raw().path("facts").path("traffic_back_ms").asString("");
    return millis.isEmpty() ? -1 : Double.parseDouble(millis) / 1000;
  }

  private static long newestMessage(RunningEnvironment environment) {
    return environment.json("/api/v1/inbox?limit=1").path("messages").path(0).path("id").asLong(0);
  }

  /// The inbox messages with the title since the drill began.
  private static String messages(
      RunningEnvironment environment, Map<String, Long> seen, String title) {
    var matching = new StringBuilder();
    var since = seen.getOrDefault(environment.name(), 0L);
    for (var message : environment.json("/api/v1/inbox?limit=50&since=" + since).path("messages")) {
      var text = Json.text(message);
      if (text.contains(title)) {
        matching.append(text);
      }
    }
    return matching.toString();
  }
}
