package dev.gori.logs.logql;

import com.google.re2j.Pattern;
import dev.gori.kernel.label.Matcher;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A query as a tree. The text of a node is the query that would be read as this node.
sealed interface Expr {

  /// Lines: a selector and what is done to each line.
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

  /// Anything that gives numbers.
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

  /// Numbers out of the lines of a window.
  ///
  /// @param offset nanoseconds back
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

  /// `by` or `without` labels.
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

  /// How two vectors are joined.
  ///
  /// @param on whether only these labels count, else all but these
  /// @param manySide which side may have several elements for one of the other: `left`, `right` or
  ///   neither
  /// @param include labels taken over from the side of one
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
