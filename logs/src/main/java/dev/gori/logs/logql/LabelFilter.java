package dev.gori.logs.logql;

import dev.gori.kernel.label.Matcher;
import java.util.Locale;
import java.util.OptionalDouble;

/// A condition on labels; a pipeline may have it anywhere.
sealed interface LabelFilter extends Stage {

  /// Returns whether the line passes. When a value cannot be compared, sets `__error__` and keeps
  /// the line.
  boolean test(LogLine line);

  @Override
  default boolean apply(LogLine line) {
    return test(line);
  }

  /// A comparison of a label with a string.
  record Text(Matcher matcher) implements LabelFilter {
    @Override
    public boolean test(LogLine line) {
      return matcher.matches(line.get(matcher.name()));
    }

    @Override
    public String toString() {
      return matcher.name() + matcher.op().text() + Literals.quoted(matcher.value());
    }
  }

  /// The type of a compared value.
  enum Unit {
    NUMBER,
    DURATION,
    BYTES;

    OptionalDouble read(String text) {
      return switch (this) {
        case NUMBER -> Units.number(text);
        case DURATION -> {
          var nanos = Units.duration(text);
          yield nanos.isPresent() ? OptionalDouble.of(nanos.getAsLong()) : OptionalDouble.empty();
        }
        case BYTES -> Units.bytes(text);
      };
    }
  }

  /// A comparison of a label with a number, a duration or a size.
  ///
  /// @param op a comparison
  /// @param written the operator and the value as the query has them
  record Quantity(String name, BinaryOp op, Unit unit, double wanted, String written)
      implements LabelFilter {
    @Override
    public boolean test(LogLine line) {
      if (line.has(LogLine.ERROR)) {
        return true;
      }
      var text = line.get(name);
      if (text.isEmpty()) {
        return false;
      }
      var value = unit.read(text);
      if (value.isEmpty()) {
        line.error(
            PipelineError.LABEL_FILTER,
            "label %s: '%s' (expected: a %s)"
                .formatted(name, text, unit.name().toLowerCase(Locale.ROOT)));
        return true;
      }
      return op.apply(value.getAsDouble(), wanted) != 0;
    }

    @Override
    public String toString() {
      return name + written;
    }
  }

  record And(LabelFilter left, LabelFilter right) implements LabelFilter {
    @Override
    public boolean test(LogLine line) {
      return left.test(line) && right.test(line);
    }

    @Override
    public String toString() {
      return "( " + left + " and " + right + " )";
    }
  }

  record Or(LabelFilter left, LabelFilter right) implements LabelFilter {
    @Override
    public boolean test(LogLine line) {
      return left.test(line) || right.test(line);
    }

    @Override
    public String toString() {
      return "( " + left + " or " + right + " )";
    }
  }
}
