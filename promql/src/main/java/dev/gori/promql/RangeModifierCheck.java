package dev.gori.promql;

import dev.gori.promql.syntax.Expr.RangeModifier;
import java.util.List;
import java.util.Locale;

/// Which functions accept the range modifiers `anchored` and `smoothed`.
final class RangeModifierCheck {

  private static final List<String> ANCHORED =
      List.of("changes", "delta", "increase", "rate", "resets");
  private static final List<String> SMOOTHED = List.of("delta", "increase", "rate");

  private RangeModifierCheck() {}

  static void check(String function, RangeModifier extent) {
    var allowed =
        switch (extent) {
          case PLAIN -> List.of(function);
          case ANCHORED -> ANCHORED;
          case SMOOTHED -> SMOOTHED;
        };
    if (!allowed.contains(function)) {
      throw PromQlException.execution(
          "%s modifier can only be used with: %s - not with %s"
              .formatted(
                  extent.name().toLowerCase(Locale.ROOT), String.join(", ", allowed), function));
    }
  }
}
