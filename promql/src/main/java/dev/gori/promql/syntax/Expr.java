package dev.gori.promql.syntax;

import dev.gori.kernel.label.Matcher;
import java.util.List;
import java.util.Optional;

/// The syntax tree of a PromQL expression, with the position of each node in the text.
public sealed interface Expr {

  Span span();

  ValueType type();

  /// The child nodes, in the order of the text.
  default List<Expr> children() {
    return List.of();
  }

  /// A number; a duration such as `5m` is one too, in seconds.
  record NumberLiteral(Span span, double value, boolean isDuration) implements Expr {
    @Override
    public ValueType type() {
      return ValueType.SCALAR;
    }
  }

  record StringLiteral(Span span, String value) implements Expr {
    @Override
    public ValueType type() {
      return ValueType.STRING;
    }
  }

  /// The range modifiers `anchored` and `smoothed` (experimental).
  enum RangeModifier {
    PLAIN,
    ANCHORED,
    SMOOTHED
  }

  /// The timestamp after `@`.
  sealed interface At {
    record Millis(long millis) implements At {}

    record Start() implements At {}

    record End() implements At {}
  }

  /// `offset` and `@` of a selector or subquery.
  record Shift(Optional<DurationExpr> offset, Optional<At> at) {
    public static final Shift NONE = new Shift(Optional.empty(), Optional.empty());
  }

  /// @param name the metric's name written before the braces, or empty; the matchers hold it as
  ///   well
  record VectorSelector(
      Span span, String name, List<Matcher> matchers, Shift shift, RangeModifier extent)
      implements Expr {
    public VectorSelector {
      matchers = List.copyOf(matchers);
    }

    @Override
    public ValueType type() {
      return ValueType.VECTOR;
    }
  }

  /// A range vector; offset and `@` are the inner selector's.
  record MatrixSelector(Span span, VectorSelector vector, DurationExpr range) implements Expr {
    @Override
    public ValueType type() {
      return ValueType.MATRIX;
    }

    @Override
    public List<Expr> children() {
      return List.of(vector);
    }
  }

  /// @param step empty for the default subquery step
  record Subquery(
      Span span, Expr inner, DurationExpr range, Optional<DurationExpr> step, Shift shift)
      implements Expr {
    @Override
    public ValueType type() {
      return ValueType.MATRIX;
    }

    @Override
    public List<Expr> children() {
      return List.of(inner);
    }
  }

  record Unary(Span span, boolean negative, Expr inner) implements Expr {
    @Override
    public ValueType type() {
      return inner.type();
    }

    @Override
    public List<Expr> children() {
      return List.of(inner);
    }
  }

  record Paren(Span span, Expr inner) implements Expr {
    @Override
    public ValueType type() {
      return inner.type();
    }

    @Override
    public List<Expr> children() {
      return List.of(inner);
    }
  }

  record Binary(
      Span span,
      BinaryOp op,
      Expr left,
      Expr right,
      boolean returnsBool,
      Optional<Matching> matching)
      implements Expr {
    @Override
    public ValueType type() {
      return left.type() == ValueType.SCALAR && right.type() == ValueType.SCALAR
          ? ValueType.SCALAR
          : ValueType.VECTOR;
    }

    @Override
    public List<Expr> children() {
      return List.of(left, right);
    }
  }

  /// The cardinality of vector matching.
  enum Cardinality {
    ONE_TO_ONE("one-to-one"),
    MANY_TO_ONE("many-to-one"),
    ONE_TO_MANY("one-to-many"),
    MANY_TO_MANY("many-to-many");

    private final String text;

    Cardinality(String text) {
      this.text = text;
    }

    public String text() {
      return text;
    }
  }

  /// How the series of two vectors are matched.
  ///
  /// @param on whether the labels are those of `on`, otherwise those of `ignoring`
  /// @param include labels taken over from the "one" side
  /// @param fillLeft the value of a series that the left side lacks (experimental)
  record Matching(
      Cardinality cardinality,
      boolean on,
      List<String> labels,
      List<String> include,
      Optional<Double> fillLeft,
      Optional<Double> fillRight) {
    public static final Matching PLAIN =
        new Matching(
            Cardinality.ONE_TO_ONE,
            false,
            List.of(),
            List.of(),
            Optional.empty(),
            Optional.empty());
  }

  record Aggregate(
      Span span,
      AggregateOp op,
      Optional<Expr> parameter,
      Expr inner,
      List<String> grouping,
      boolean without)
      implements Expr {
    @Override
    public ValueType type() {
      return ValueType.VECTOR;
    }

    @Override
    public List<Expr> children() {
      return parameter.map(p -> List.of(p, inner)).orElseGet(() -> List.of(inner));
    }
  }

  record Call(Span span, Signature function, List<Expr> args) implements Expr {
    public Call {
      args = List.copyOf(args);
    }

    @Override
    public ValueType type() {
      return function.returns();
    }

    @Override
    public List<Expr> children() {
      return args;
    }
  }
}
