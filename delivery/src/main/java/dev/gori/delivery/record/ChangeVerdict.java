package dev.gori.delivery.record;

import java.util.Locale;

/// What became of a commit in this environment.
public enum ChangeVerdict {
  /// Not considered yet.
  PENDING,
  /// The desired state has problems, and nothing was applied.
  REFUSED,
  APPLIED,
  /// An applier did not take its part.
  FAILED,
  /// The rollout that the commit caused went back.
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
