package dev.gori.delivery.rollout;

import java.util.List;
import java.util.Locale;

/// The verdict on the new version after a round of measurements.
public sealed interface Verdict {

  List<Evidence> evidence();

  /// Every gate has a value and no rule is crossed.
  record Good(List<Evidence> evidence) implements Verdict {
    public Good {
      evidence = List.copyOf(evidence);
    }
  }

  /// A measurement is missing, or there are too few requests, and nothing shows that the version is
  /// bad: hold.
  record Missing(String why, List<Evidence> evidence) implements Verdict {
    public Missing {
      evidence = List.copyOf(evidence);
    }
  }

  /// A rule is crossed: roll back.
  record Bad(String cause, List<Evidence> evidence) implements Verdict {
    public Bad {
      evidence = List.copyOf(evidence);
    }
  }

  /// A verdict without its evidence.
  enum Kind {
    GOOD,
    HOLD,
    BAD;

    /// The text in JSON and in the database, such as `hold`.
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }

    /// @throws IllegalArgumentException for any other text
    public static Kind of(String text) {
      return valueOf(text.toUpperCase(Locale.ROOT));
    }
  }

  default Kind kind() {
    return switch (this) {
      case Good _ -> Kind.GOOD;
      case Missing _ -> Kind.HOLD;
      case Bad _ -> Kind.BAD;
    };
  }
}
