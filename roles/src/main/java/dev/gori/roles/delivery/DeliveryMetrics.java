package dev.gori.roles.delivery;

import dev.gori.engines.rollout.State;
import dev.gori.kernel.time.Time;
import dev.gori.machinery.observe.SelfMetrics;
import dev.gori.roles.delivery.record.RolloutRecord;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;

/// What delivery says about itself.
final class DeliveryMetrics {

    private final Counter rollouts;
    private final Counter syncs;
    private final Counter healed;
    private final Gauge lastSync;
    private final Gauge state;
    private final Time time;

    DeliveryMetrics(SelfMetrics metrics, Time time) {
        var registry = metrics.registry();
        this.time = time;
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
                        .help("The last look at the repository.")
                        .register(registry);
        this.state =
                Gauge.builder()
                        .name("gori_rollout_state")
                        .help("1 for the state that a variant's rollout is in.")
                        .labelNames("variant", "state")
                        .register(registry);
        for (var outcome : new String[] {"succeeded", "failed", "rolled_back", "held"}) {
            rollouts.initLabelValues(outcome);
        }
        for (var outcome : new String[] {"applied", "refused", "failed", "unreachable"}) {
            syncs.initLabelValues(outcome);
        }
    }

    void synced(String outcome) {
        if (outcome.equals("healed")) {
            healed.inc();
        } else {
            syncs.labelValues(outcome).inc();
        }
    }

    void looked() {
        lastSync.set(time.millis() / 1000.0);
    }

    void moved(RolloutRecord rollout, State before) {
        var now = rollout.state();
        var variant = rollout.wanted().variant();
        state.remove(variant, before.label());
        if (now.isFinal()) {
            rollouts.labelValues(now.label()).inc();
        } else {
            state.labelValues(variant, now.label()).set(1);
        }
    }
}
