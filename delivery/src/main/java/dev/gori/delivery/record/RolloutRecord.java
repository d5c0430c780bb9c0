package dev.gori.delivery.record;

import dev.gori.delivery.rollout.RolloutState;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/// A rollout as the database stores it.
///
/// @param previous the last good version, to which a rollback returns
public record RolloutRecord(
    String id,
    RolloutRequest request,
    OptionalInt previous,
    RolloutState state,
    List<Stage> stages,
    Map<RolloutFact, String> facts,
    Instant created) {

  public RolloutRecord {
    stages = List.copyOf(stages);
    facts = new TreeMap<>(facts);
  }

  public static RolloutRecord planned(
      String id, RolloutRequest request, OptionalInt previous, Instant created) {
    return new RolloutRecord(
        id,
        request,
        previous,
        new RolloutState.Planned(),
        Arrays.stream(RolloutStage.values()).map(stage -> Stage.pending(stage.text())).toList(),
        Map.of(),
        created);
  }

  public Optional<String> fact(RolloutFact fact) {
    return Optional.ofNullable(facts.get(fact));
  }

  public RolloutRecord withFact(RolloutFact fact, String value) {
    var more = new TreeMap<>(facts);
    more.put(fact, value);
    return new RolloutRecord(id, request, previous, state, stages, more, created);
  }

  public RolloutRecord withState(RolloutState next) {
    return new RolloutRecord(id, request, previous, next, stages, facts, created);
  }

  public RolloutRecord withPrevious(OptionalInt to) {
    return new RolloutRecord(id, request, to, state, stages, facts, created);
  }

  public Stage stage(RolloutStage stage) {
    return stages.stream()
        .filter(one -> one.name().equals(stage.text()))
        .findFirst()
        .orElse(Stage.pending(stage.text()));
  }

  public RolloutRecord with(Stage stage) {
    return new RolloutRecord(
        id, request, previous, state, Stage.put(stages, stage), facts, created);
  }
}
