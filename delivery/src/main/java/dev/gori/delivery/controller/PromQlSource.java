package dev.gori.delivery.controller;

import dev.gori.delivery.rollout.Measurement;
import java.time.Instant;

/// Answers a PromQL query at a timestamp; never throws for a failure of the server or the network.
@FunctionalInterface
public interface PromQlSource {
  Measurement ask(String query, Instant at);
}
