package dev.gori.app.drill;

import dev.gori.clients.DeliveryClient.Rollout;
import java.time.Duration;
import java.util.Map;

/// Makes metrics fail while delivery observes a good version: the rollout must pause, and neither
/// advance nor roll back.
record MetricsDown() implements Drill {

  private static final Duration REACHED = Duration.ofMinutes(2);
  private static final Duration OVER = Duration.ofMinutes(6);
  private static final int BROKEN_SECONDS = 40;
  private static final int MISSED = 3;

  @Override
  public void run(DrillContext context) {
    var timeline = context.timeline();
    var environment = context.environment();
    var before = context.serving();
    var copy = DrillModel.again(environment, before.model(), before.version(), "metrics-down");
    timeline.record(
        environment.now(),
        "version %d is registered: the same artifact as version %d"
            .formatted(copy.version(), before.version()));
    try (var load = LoadGenerator.on(environment, 20, before.columns().size())) {
      var broken =
          environment.send("PUT", "/api/v1/breakage/metrics", Map.of("seconds", BROKEN_SECONDS));
      timeline.require(
          broken.isOk(),
          "metrics answer 503 for %d s".formatted(BROKEN_SECONDS),
          broken.isOk() ? "" : broken.text());
      var commit =
          Pin.commit(
              context,
              copy.version(),
              "Serve version %d of %s (drill: metrics-down)"
                  .formatted(copy.version(), copy.model()));
      timeline.record(environment.now(), "commit " + commit.brief());
      var following = new RolloutFollower(context, copy.version());
      var holding =
          following.until(
              "holding", REACHED, rollout -> missing(rollout) >= MISSED || rollout.isOver());
      timeline.require(
          missing(holding) >= MISSED && !holding.isOver(),
          "it holds while there is no data",
          "%s, %d readings in a row without data".formatted(holding.state(), missing(holding)));
      timeline.require(
          DrillContext.serving(environment).version() == copy.version(),
          "traffic is not moved",
          "version " + copy.version());
      environment.send("DELETE", "/api/v1/breakage/metrics", Map.of());
      timeline.record(environment.now(), "metrics answer again");
      var over = following.until("observed to its end", OVER, Rollout::isOver);
      timeline.require(
          over.state().equals("succeeded"),
          "with data again it comes to its end",
          over.state() + " " + over.cause());
      timeline.require(
          load.failed() == 0, "no request failed", "%d answered".formatted(load.answered()));
    } finally {
      environment.send("DELETE", "/api/v1/breakage/metrics", Map.of());
    }
  }

  private static int missing(Rollout rollout) {
    return rollout.raw().path("progress").path("missing").asInt(0);
  }
}
