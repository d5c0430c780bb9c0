package dev.gori.delivery.controller;

import dev.gori.delivery.rollout.Measurement;
import java.time.Instant;

/// Answers a PromQL query at a moment; never throws for what the server or the network did.
@FunctionalInterface
public interface PromQlSource {
  Measurement ask(String query, Instant at);
}
