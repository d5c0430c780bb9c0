package dev.gori.delivery.rollout;

import java.util.List;

/// What a round of readings says about the new version.
public sealed interface Verdict {

  List<Evidence> evidence();

  /// Every gate has a value and no rule is crossed.
  record Good(List<Evidence> evidence) implements Verdict {
    public Good {
      evidence = List.copyOf(evidence);
    }
  }

  /// A reading is missing, or there is too little to tell, and what is there does not show that the
  /// version is bad: hold.
  record Missing(String why, List<Evidence> evidence) implements Verdict {
    public Missing {
      evidence = List.copyOf(evidence);
    }
  }

  /// A rule is crossed: go back.
  record Bad(String cause, List<Evidence> evidence) implements Verdict {
    public Bad {
      evidence = List.copyOf(evidence);
    }
  }

  default String label() {
    return switch (this) {
      case Good _ -> "good";
      case Missing _ -> "hold";
      case Bad _ -> "bad";
    };
  }
}
