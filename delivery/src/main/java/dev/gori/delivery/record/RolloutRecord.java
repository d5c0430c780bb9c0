package dev.gori.delivery.record;

import dev.gori.delivery.rollout.RolloutState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/// One rollout as it is kept.
///
/// @param previous the last good version, to which it goes back
/// @param facts what was found or done on the way, by name: `alias_before`, `pin_commit`,
///   `revert_commit`, `traffic_back_ms`, …
public record RolloutRecord(
    String id,
    RolloutRequest request,
    OptionalInt previous,
    RolloutState state,
    List<Stage> stages,
    Map<String, String> facts,
    Instant created) {

  public static final List<String> STAGES =
      List.of("deploy", "smoke", "commit", "reload", "observe", "rollback");

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
        STAGES.stream().map(Stage::pending).toList(),
        Map.of(),
        created);
  }

  public Optional<String> fact(String name) {
    return Optional.ofNullable(facts.get(name));
  }

  public RolloutRecord fact(String name, String value) {
    var more = new TreeMap<>(facts);
    more.put(name, value);
    return new RolloutRecord(id, request, previous, state, stages, more, created);
  }

  public RolloutRecord withState(RolloutState next) {
    return new RolloutRecord(id, request, previous, next, stages, facts, created);
  }

  public RolloutRecord withPrevious(OptionalInt to) {
    return new RolloutRecord(id, request, to, state, stages, facts, created);
  }

  public Stage stage(String name) {
    return stages.stream()
        .filter(stage -> stage.name().equals(name))
        .findFirst()
        .orElse(Stage.pending(name));
  }

  public RolloutRecord with(Stage stage) {
    return new RolloutRecord(
        id, request, previous, state, Stage.put(stages, stage), facts, created);
  }
}
