package dev.gori.delivery.controller;

import dev.gori.delivery.record.ObservationRound;
import dev.gori.delivery.record.RolloutFact;
import dev.gori.delivery.record.RolloutRecord;
import dev.gori.delivery.rollout.RolloutState;
import dev.gori.delivery.rollout.Verdict;
import dev.gori.git.CommitId;
import dev.gori.git.GitRepository;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// Formats the message of a revert commit: cause, evidence and reverted commits.
final class RevertMessage {

  private RevertMessage() {}

  static String message(
      RolloutRecord rollout,
      List<ObservationRound> rounds,
      List<CommitId> undone,
      List<String> left,
      GitRepository git) {
    var request = rollout.request();
    var text =
        new StringBuilder(
            "Roll back %s version %d to %s\n\n"
                .formatted(request.model(), request.version(), name(rollout.previous())));
    text.append("Cause: ").append(rollout.state().cause()).append('\n');
    rollout
        .fact(RolloutFact.TRAFFIC_BACK_MS)
        .ifPresent(
            ms ->
                text.append(
                    "Traffic was back on %s %s ms after the verdict.\n"
                        .formatted(name(rollout.previous()), ms)));
    if (rollout.state() instanceof RolloutState.Failing) {
      text.append(
          "It never served: nothing was shifted, %s served all the time.\n"
              .formatted(name(rollout.previous())));
    }
    evidence(rounds)
        .ifPresent(
            round -> {
              text.append("\nEvidence at ").append(round.at()).append(":\n");
              round.evidence().forEach(one -> text.append("  ").append(one).append('\n'));
            });
    for (var commit : undone) {
      text.append("\nThis reverts commit ")
          .append(commit)
          .append(" (")
          .append(git.commit(commit).subject())
          .append(").\n");
    }
    left.forEach(line -> text.append("\nLeft as it is: ").append(line).append(".\n"));
    return text.toString();
  }

  private static Optional<ObservationRound> evidence(List<ObservationRound> rounds) {
    return rounds.stream()
        .filter(round -> round.verdict() == Verdict.Kind.BAD)
        .findFirst()
        .or(() -> rounds.stream().findFirst());
  }

  static String name(OptionalInt version) {
    return version.isPresent() ? "version " + version.getAsInt() : "nothing";
  }
}
