package dev.gori.delivery;

import dev.gori.base.observe.SelfMetrics;
import dev.gori.delivery.record.RolloutRecord;
import dev.gori.delivery.rollout.RolloutState;
import dev.gori.delivery.sync.SyncOutcome;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import java.time.Duration;
import java.time.Instant;

/// Delivery's own metrics, such as `gori_rollouts_total`.
final class DeliveryMetrics {

  private final Counter rollouts;
  private final Counter syncs;
  private final Counter healed;
  private final Gauge lastSync;
  private final Gauge state;

  /// @param pause the interval between polls of the repository
  DeliveryMetrics(SelfMetrics metrics, Instant started, Duration pause) {
    var registry = metrics.registry();
    this.rollouts =
        Counter.builder()
            .name("gori_rollouts")
            .help("Rollouts that ended, by how.")
            .labelNames("outcome")
            .register(registry);
    this.syncs =
        Counter.builder()
            .name("gori_delivery_sync")
            .help("Commits applied, refused or failed, and looks at Git that failed.")
            .labelNames("outcome")
            .register(registry);
    this.healed =
        Counter.builder()
            .name("gori_delivery_healed")
            .help("What differed from Git and was put back.")
            .register(registry);
    this.lastSync =
        Gauge.builder()
            .name("gori_delivery_last_sync_timestamp_seconds")
            .help("The last full look at the repository, or the start before the first.")
            .register(registry);
    looked(started);
    Gauge.builder()
        .name("gori_delivery_look_interval_seconds")
        .help("The pause between two looks at the repository.")
        .register(registry)
        .set(pause.toMillis() / 1000.0);
    this.state =
        Gauge.builder()
            .name("gori_rollout_state")
            .help("1 for the state that a variant's rollout is in.")
            .labelNames("variant", "state")
            .register(registry);
    for (var phase : RolloutState.Phase.values()) {
      if (phase.isFinal()) {
        rollouts.initLabelValues(phase.text());
      }
    }
    for (var outcome : SyncOutcome.values()) {
      if (outcome != SyncOutcome.HEALED) {
        syncs.initLabelValues(outcome.text());
      }
    }
  }

  void synced(SyncOutcome outcome) {
    if (outcome == SyncOutcome.HEALED) {
      healed.inc();
    } else {
      syncs.labelValues(outcome.text()).inc();
    }
  }

  void looked(Instant at) {
    lastSync.set(at.toEpochMilli() / 1000.0);
  }

  void moved(RolloutRecord rollout, RolloutState before) {
    var now = rollout.state();
    var variant = rollout.request().variant();
    state.remove(variant, before.phase().text());
    if (now.isFinal()) {
      rollouts.labelValues(now.phase().text()).inc();
    } else {
      state.labelValues(variant, now.phase().text()).set(1);
    }
  }
}
