package dev.gori.delivery.record;

import dev.gori.delivery.rollout.Evidence;
import java.time.Instant;
import java.util.List;

/// One round of readings of a rollout.
///
/// @param verdict `good`, `hold` or `bad`
public record ObservationRound(Instant at, String verdict, List<Evidence> evidence) {
  public ObservationRound {
    evidence = List.copyOf(evidence);
  }
}
