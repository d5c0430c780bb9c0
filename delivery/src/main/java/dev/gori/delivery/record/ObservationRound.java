package dev.gori.delivery.record;

import dev.gori.delivery.rollout.Evidence;
import dev.gori.delivery.rollout.Verdict;
import java.time.Instant;
import java.util.List;

/// One round of a rollout's measurements.
public record ObservationRound(Instant at, Verdict.Kind verdict, List<Evidence> evidence) {
  public ObservationRound {
    evidence = List.copyOf(evidence);
  }
}
