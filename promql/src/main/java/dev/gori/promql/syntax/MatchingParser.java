package dev.gori.promql.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Parses the modifiers between a binary operator and its right side: `bool`, `on`, `ignoring`,
/// `group_left`, `fill`.
final class MatchingParser {

  /// @param span of the modifiers, for messages
  record Modifiers(boolean returnsBool, Expr.Matching matching, Span span) {}

  private final TokenStream tokens;

  MatchingParser(TokenStream tokens) {
    this.tokens = tokens;
  }

  Modifiers modifiers(BinaryOp op) {
    var start = tokens.peek().span();
    boolean returnsBool = tokens.takeWord("bool");
    boolean on = tokens.peek().isWord("on");
    boolean ignoring = tokens.peek().isWord("ignoring");
    List<String> labels = List.of();
    if (on || ignoring) {
      tokens.take();
      labels = labelList();
    }
    var cardinality = op.isSet() ? Expr.Cardinality.MANY_TO_MANY : Expr.Cardinality.ONE_TO_ONE;
    List<String> include = List.of();
    if ((on || ignoring)
        && (tokens.peek().isWord("group_left") || tokens.peek().isWord("group_right"))) {
      cardinality =
          tokens.take().isWord("group_left")
              ? Expr.Cardinality.MANY_TO_ONE
              : Expr.Cardinality.ONE_TO_MANY;
      include = tokens.peek().is("(") ? labelList() : List.of();
    }
    var fill = new Fill(Optional.empty(), Optional.empty());
    while (isFill(fill)) {
      fill = fill(fill);
    }
    var matching = new Expr.Matching(cardinality, on, labels, include, fill.left, fill.right);
    return new Modifiers(returnsBool, matching, start);
  }

  private record Fill(Optional<Double> left, Optional<Double> right) {}

  /// Whether a fill modifier follows, for a side that has no fill value yet.
  private boolean isFill(Fill before) {
    var token = tokens.peek();
    boolean left = token.isWord("fill_left") && before.left.isEmpty();
    boolean right = token.isWord("fill_right") && before.right.isEmpty();
    boolean both = token.isWord("fill") && before.left.isEmpty() && before.right.isEmpty();
    return (left || right || both) && tokens.peekAfter().is("(");
  }

  private Fill fill(Fill before) {
    var word = tokens.take();
    tokens.expect("(", "fill modifier");
    boolean negative = tokens.peek().is("-");
    if (negative || tokens.peek().is("+")) {
      tokens.take();
    }
    double value = number() * (negative ? -1 : 1);
    tokens.expect(")", "fill modifier");
    return switch (word.lower()) {
      case "fill" -> new Fill(Optional.of(value), Optional.of(value));
      case "fill_left" -> new Fill(Optional.of(value), before.right);
      default -> new Fill(before.left, Optional.of(value));
    };
  }

  private double number() {
    var token = tokens.take();
    if (token.isWord("inf")) {
      return Double.POSITIVE_INFINITY;
    }
    if (token.isWord("nan")) {
      return Double.NaN;
    }
    return switch (token.kind()) {
      case NUMBER -> NumberLiterals.number(token, tokens);
      case DURATION -> NumberLiterals.seconds(token, tokens);
      default -> throw tokens.problem(token.span(), "unexpected " + token.description());
    };
  }

  /// `(a, b, "c d")`, with or without a trailing comma.
  List<String> labelList() {
    var context = "grouping opts";
    tokens.expect("(", context);
    var labels = new ArrayList<String>();
    while (!tokens.peek().is(")")) {
      var label = tokens.take();
      boolean valid =
          label.kind() == Token.Kind.STRING
              || (label.kind() == Token.Kind.IDENTIFIER && !label.isNumberWord());
      if (!valid) {
        throw tokens.problem(
            label.span(),
            "unexpected " + label.description() + " in " + context + ", expected label");
      }
      labels.add(label.text());
      if (!tokens.takeIf(",") && !tokens.peek().is(")")) {
        throw tokens.unexpected(context, "\",\" or \")\"");
      }
    }
    tokens.take();
    return labels;
  }
}
