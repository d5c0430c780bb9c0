package dev.gori.delivery.record;

import java.util.Locale;

/// The outcome of a commit in this environment.
public enum ChangeVerdict {
  /// Not checked yet.
  PENDING,
  /// The desired state has problems; sync applied nothing.
  REFUSED,
  APPLIED,
  /// An applier reported problems.
  FAILED,
  /// A rollout that the commit caused, or that wrote the commit, was rolled back.
  ROLLED_BACK,
  /// The commit changes no file of this environment.
  ELSEWHERE;

  /// The text in JSON and in the database, such as `elsewhere`.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// @throws IllegalArgumentException for any other text
  public static ChangeVerdict of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
