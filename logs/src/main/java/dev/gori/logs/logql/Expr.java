package dev.gori.logs.logql;

import com.google.re2j.Pattern;
import dev.gori.kernel.label.Matcher;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The syntax tree of a query. `toString` of a node returns LogQL that parses to the same node.
sealed interface Expr {

  /// A log query: a stream selector and a pipeline.
  record Log(List<Matcher> matchers, List<Stage> stages) implements Expr {
    boolean unwraps() {
      return stages.stream().anyMatch(stage -> stage instanceof TransformStage.Unwrap);
    }

    @Override
    public String toString() {
      return "{"
          + matchers.stream().map(Matcher::toString).collect(Collectors.joining(", "))
          + "}"
          + stages.stream()
              .map(stage -> " " + (stage instanceof LabelFilter ? "| " : "") + stage)
              .collect(Collectors.joining());
    }
  }

  /// An expression whose result is numbers.
  sealed interface Metric extends Expr {}

  enum RangeOp {
    COUNT_OVER_TIME(false, false),
    RATE(false, false),
    BYTES_OVER_TIME(false, false),
    BYTES_RATE(false, false),
    ABSENT_OVER_TIME(false, false),
    RATE_COUNTER(true, false),
    SUM_OVER_TIME(true, false),
    AVG_OVER_TIME(true, true),
    MIN_OVER_TIME(true, true),
    MAX_OVER_TIME(true, true),
    STDVAR_OVER_TIME(true, true),
    STDDEV_OVER_TIME(true, true),
    QUANTILE_OVER_TIME(true, true),
    FIRST_OVER_TIME(true, true),
    LAST_OVER_TIME(true, true);

    final boolean needsUnwrap;
    final boolean takesGrouping;

    RangeOp(boolean needsUnwrap, boolean takesGrouping) {
      this.needsUnwrap = needsUnwrap;
      this.takesGrouping = takesGrouping;
    }

    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// A range aggregation such as `rate({app="api"}[5m])`.
  ///
  /// @param window in nanoseconds
  /// @param offset how far back in time the window is, in nanoseconds
  /// @param parameter of `quantile_over_time`
  record RangeAggregation(
      RangeOp op, Log log, long window, long offset, double parameter, @Nullable Grouping grouping)
      implements Metric {
    @Override
    public String toString() {
      return op.text()
          + "("
          + (op == RangeOp.QUANTILE_OVER_TIME ? Literals.number(parameter) + ", " : "")
          + log
          + " ["
          + Units.shown(window)
          + "]"
          + (offset == 0 ? "" : " offset " + Units.shown(offset))
          + ")"
          + (grouping == null ? "" : " " + grouping);
    }
  }

  /// `by (…)` or `without (…)`.
  record Grouping(boolean without, List<String> names) {
    @Override
    public String toString() {
      return (without ? "without" : "by") + " (" + String.join(", ", names) + ")";
    }
  }

  enum VectorOp {
    SUM,
    MIN,
    MAX,
    AVG,
    COUNT,
    STDDEV,
    STDVAR,
    TOPK,
    BOTTOMK,
    SORT,
    SORT_DESC;

    boolean takesNumber() {
      return this == TOPK || this == BOTTOMK;
    }

    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  record VectorAggregation(VectorOp op, int parameter, @Nullable Grouping grouping, Metric operand)
      implements Metric {
    @Override
    public String toString() {
      return op.text()
          + (grouping == null ? "" : " " + grouping + " ")
          + "("
          + (op.takesNumber() ? parameter + ", " : "")
          + operand
          + ")";
    }
  }

  /// Vector matching: how elements of two vectors are paired.
  ///
  /// @param on true for `on` (only these labels are compared), false for `ignoring`
  /// @param manySide the side that may have several elements for one element of the other side
  /// @param include labels that the result copies from the "one" side
  record Matching(boolean on, List<String> names, Side manySide, List<String> include) {
    enum Side {
      NEITHER,
      LEFT,
      RIGHT
    }

    static final Matching ALL = new Matching(false, List.of(), Side.NEITHER, List.of());

    @Override
    public String toString() {
      if (equals(ALL)) {
        return "";
      }
      var group =
          switch (manySide) {
            case NEITHER -> "";
            case LEFT -> " group_left (" + String.join(", ", include) + ")";
            case RIGHT -> " group_right (" + String.join(", ", include) + ")";
          };
      return " " + (on ? "on" : "ignoring") + " (" + String.join(", ", names) + ")" + group;
    }
  }

  record Binary(BinaryOp op, boolean bool, Matching matching, Metric left, Metric right)
      implements Metric {
    @Override
    public String toString() {
      return "(" + left + " " + op.text() + (bool ? " bool" : "") + matching + " " + right + ")";
    }
  }

  record Number(double value) implements Metric {
    @Override
    public String toString() {
      return Literals.number(value);
    }
  }

  /// `vector(n)`: one element without labels.
  record Constant(double value) implements Metric {
    @Override
    public String toString() {
      return "vector(" + Literals.number(value) + ")";
    }
  }

  record LabelReplace(
      Metric operand, String target, String replacement, String source, Pattern pattern)
      implements Metric {
    @Override
    public String toString() {
      return "label_replace("
          + operand
          + ", "
          + Literals.quoted(target)
          + ", "
          + Literals.quoted(replacement)
          + ", "
          + Literals.quoted(source)
          + ", "
          + Literals.quoted(pattern.pattern())
          + ")";
    }
  }
}
