package dev.gori.delivery.controller;

import dev.gori.delivery.record.RolloutRecord;
import dev.gori.delivery.rollout.Judge;
import dev.gori.delivery.rollout.RolloutState;
import dev.gori.delivery.rollout.Verdict;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.time.Time;
import java.time.Duration;
import java.util.Optional;

/// One observation round: a few probe requests, then the measurements, then the verdict.
final class Observation {

  /// The maximum time of the probe requests in a round: a slow version must not delay its own
  /// verdict.
  private static final Duration PROBING = Duration.ofSeconds(2);

  private final ServingGateway gateway;
  private final PromQlSource metrics;
  private final RolloutConfig rules;
  private final Time time;

  Observation(ServingGateway gateway, PromQlSource metrics, RolloutConfig rules, Time time) {
    this.gateway = gateway;
    this.metrics = metrics;
    this.rules = rules;
    this.time = time;
  }

  Verdict measure(RolloutRecord rollout, RolloutState.Observing watching) {
    var doubt = probe(rollout);
    var now = time.now();
    var verdict =
        Judge.judge(
            rules.at(rollout.request(), watching.since(), now), query -> metrics.ask(query, now));
    return verdict instanceof Verdict.Good good && doubt.isPresent()
        ? new Verdict.Missing(doubt.get(), good.evidence())
        : verdict;
  }

  /// @return why a good verdict must not count
  private Optional<String> probe(RolloutRecord rollout) {
    var request = rollout.request();
    int failed = 0;
    var last = "";
    try {
      var loaded = gateway.serving().variants().get(request.variant());
      if (loaded == null || !loaded.is(request.model(), request.version())) {
        gateway.reload(request.variant(), request.model(), request.version(), request.commit());
        return Optional.of(
            "variant %s served %s and was put back on version %d"
                .formatted(
                    request.variant(),
                    loaded == null ? "nothing" : loaded.model() + " version " + loaded.version(),
                    request.version()));
      }
      var row = new double[][] {ProbeRows.of(loaded.columns())[2]};
      var enough = time.now().plus(PROBING);
      for (int i = 0; i < rules.probes() && time.now().isBefore(enough); i++) {
        try {
          gateway.probe(request.variant(), row);
        } catch (FaultException e) {
          failed++;
          last = e.reason();
        }
      }
    } catch (FaultException e) {
      return Optional.of("gateway: " + e.reason());
    }
    return failed == 0
        ? Optional.empty()
        : Optional.of(
            "%d of %d probe requests failed, last: %s".formatted(failed, rules.probes(), last));
  }
}
