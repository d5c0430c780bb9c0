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

/// A model that passes the smoke test and is bad under load is committed: it has to go back by
/// itself, and be told of.
///
/// @param onnx makes the model for the columns of the one that serves
record BadModel(String name, String subject, int perSecond, Function<List<String>, byte[]> onnx)
    implements Drill {

  private static final Duration ROLLOUT = Duration.ofMinutes(6);
  private static final Duration TOLD = Duration.ofSeconds(90);
  private static final double BACK_WITHIN_SECONDS = 1.0;

  @Override
  public void run(Scene scene) {
    var timeline = scene.timeline();
    var environment = scene.environment();
    var good = scene.serving();
    timeline.happened(
        environment.now(),
        "%s serves %s version %d".formatted(environment.name(), good.model(), good.version()));
    var bad = DrillModel.register(scene, name, good.columns(), onnx.apply(good.columns()));
    timeline.happened(
        environment.now(), "version %d is registered: %s".formatted(bad.version(), subject));
    var seen = new HashMap<String, Long>();
    scene.running().environments().forEach(each -> seen.put(each.name(), newestMessage(each)));
    var neighbours =
        scene.others().stream()
            .map(other -> Load.on(other, 10, Scene.serving(other).columns().size()))
            .toList();
    try (var load = Load.on(environment, perSecond, good.columns().size())) {
      var commit =
          Pin.commit(
              scene,
              bad.version(),
              "Serve version %d of %s (drill: %s)".formatted(bad.version(), good.model(), name));
      timeline.happened(
          environment.now(),
          "commit %s, under %d requests a second".formatted(commit.brief(), perSecond));
      var rollout =
          new Following(scene, bad.version()).until("rolled back", ROLLOUT, Rollout::isOver);
      prove(scene, rollout, good.version(), commit, seen);
      timeline.happened(
          environment.now(),
          "own load: %d answered, %d failed".formatted(load.answered(), load.failed()));
    } finally {
      neighbours.forEach(Load::close);
    }
    for (int i = 0; i < neighbours.size(); i++) {
      var load = neighbours.get(i);
      timeline.demand(
          load.failed() == 0 && load.answered() > 0,
          "requests to %s are untouched".formatted(scene.others().get(i).name()),
          "%d answered, %d failed".formatted(load.answered(), load.failed()));
    }
  }

  private static void prove(
      Scene scene, Rollout rollout, int good, CommitId commit, Map<String, Long> seen) {
    var timeline = scene.timeline();
    var environment = scene.environment();
    timeline.demand(
        rollout.state().equals("rolled_back"),
        "the version is rolled back",
        "%s: %s".formatted(rollout.state(), rollout.cause()));
    double seconds = secondsToTraffic(rollout);
    timeline.demand(
        seconds >= 0 && seconds < BACK_WITHIN_SECONDS,
        "traffic is back within 1 s of the verdict",
        seconds < 0 ? "the rollout does not say" : "%.3f s".formatted(seconds));
    int now = Scene.serving(environment).version();
    timeline.demand(now == good, "the last good version serves", "version %d".formatted(now));
    revert(scene, commit);
    var mark = "version " + rollout.version();
    boolean told =
        Poller.untilTrue(
            TOLD, () -> messages(environment, seen, "[FIRING]").contains("RolloutRolledBack"));
    timeline.demand(
        told,
        "the alert is in the inbox of " + environment.name(),
        told ? "RolloutRolledBack, " + mark : "nothing after %d s".formatted(TOLD.toSeconds()));
    boolean resolved =
        Poller.untilTrue(
            TOLD, () -> messages(environment, seen, "[RESOLVED]").contains("RolloutRolledBack"));
    timeline.demand(
        resolved,
        "its resolved message follows",
        resolved ? "" : "nothing after %d s".formatted(TOLD.toSeconds()));
    for (var other : scene.others()) {
      timeline.demand(
          !messages(other, seen, "").contains("RolloutRolledBack"),
          "none is in the inbox of " + other.name(),
          "");
    }
  }

  private static void revert(Scene scene, CommitId commit) {
    var head = scene.workspace().head().orElseThrow();
    var revert =
        scene.workspace().log(head, 10).stream()
            .filter(one -> one.message().contains(commit.value()))
            .findFirst();
    var text = revert.map(one -> one.message()).orElse("");
    scene
        .timeline()
        .demand(
            text.contains("Cause:") && text.contains("Evidence"),
            "the revert commit is in the workspace, with cause and evidence",
            revert
                .map(one -> one.id().brief() + " " + one.subject())
                .orElse("no commit names " + commit.brief()));
    text.lines()
        .filter(line -> line.startsWith("Cause:") || line.startsWith("  "))
        .forEach(line -> scene.timeline().quote(line.replaceAll(" from .*", "")));
  }

  private static double secondsToTraffic(Rollout rollout) {
    var millis = rollout.raw().path("facts").path("traffic_back_ms").asString("");
    return millis.isEmpty() ? -1 : Double.parseDouble(millis) / 1000;
  }

  private static long newestMessage(RunningEnvironment environment) {
    return environment.json("/api/v1/inbox?limit=1").path("messages").path(0).path("id").asLong(0);
  }

  /// What came into the inbox since the drill began.
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
