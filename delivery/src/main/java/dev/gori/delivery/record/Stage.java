package dev.gori.delivery.record;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One stage of a rollout or of a change.
///
/// @param name the text of a {@link RolloutStage}, or a stage of a change, such as `check`
/// @param detail for people; may be empty
public record Stage(
    String name,
    StageState state,
    Optional<Instant> started,
    Optional<Instant> ended,
    String detail) {

  public static Stage pending(String name) {
    return new Stage(name, StageState.PENDING, Optional.empty(), Optional.empty(), "");
  }

  public Stage running(Instant at) {
    return new Stage(
        name,
        StageState.RUNNING,
        started.isPresent() ? started : Optional.of(at),
        Optional.empty(),
        detail);
  }

  public Stage ended(StageState how, Instant at, String what) {
    return new Stage(
        name, how, started.isPresent() ? started : Optional.of(at), Optional.of(at), what);
  }

  public Stage withDetail(String what) {
    return new Stage(name, state, started, ended, what);
  }

  /// The list with the stage of this name replaced, or with the stage added at the end.
  public static List<Stage> put(List<Stage> stages, Stage stage) {
    var changed = new ArrayList<>(stages);
    changed.replaceAll(old -> old.name().equals(stage.name()) ? stage : old);
    if (changed.stream().noneMatch(old -> old.name().equals(stage.name()))) {
      changed.add(stage);
    }
    return changed;
  }
}
