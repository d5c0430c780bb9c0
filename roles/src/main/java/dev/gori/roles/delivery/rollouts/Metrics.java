package dev.gori.roles.delivery.rollouts;

import dev.gori.engines.rollout.Reading;
import java.time.Instant;

/// Answers a PromQL query at a moment; never throws for what the server or the network did.
@FunctionalInterface
public interface Metrics {
    Reading ask(String query, Instant at);
}
