package dev.gori.git;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One commit, without its files.
///
/// @param at when it was committed
/// @param trailers the `Key: value` lines of the last paragraph; of several with one key the last
public record Commit(
    CommitId id,
    List<CommitId> parents,
    Person author,
    Instant at,
    String message,
    Map<String, String> trailers) {

  public Commit {
    parents = List.copyOf(parents);
    trailers = Map.copyOf(new LinkedHashMap<>(trailers));
  }

  /// The first line of the message.
  public String subject() {
    return message.lines().findFirst().orElse("");
  }
}
