package dev.gori.promql.syntax;

import com.google.re2j.PatternSyntaxException;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.label.Matcher;
import dev.gori.kernel.label.Regex;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads a selector: a name, matchers in braces, or both.
final class SelectorParser {

  private static final String CONTEXT = "label matching";

  private final TokenStream tokens;

  SelectorParser(TokenStream tokens) {
    this.tokens = tokens;
  }

  Expr.VectorSelector named() {
    var name = tokens.take();
    var matchers = new ArrayList<Matcher>();
    if (tokens.peek().is("{")) {
      braces(matchers, name);
    }
    matchers.add(Matcher.equal(Labels.NAME, name.text()));
    return selector(name.span().to(tokens.last().span()), name.text(), matchers);
  }

  Expr.VectorSelector unnamed() {
    var start = tokens.peek().span();
    var matchers = new ArrayList<Matcher>();
    braces(matchers, null);
    return selector(start.to(tokens.last().span()), "", matchers);
  }

  private Expr.VectorSelector selector(Span span, String name, List<Matcher> matchers) {
    return new Expr.VectorSelector(span, name, matchers, Expr.Shift.NONE, Expr.RangeModifier.PLAIN);
  }

  private void braces(List<Matcher> into, @Nullable Token nameBefore) {
    tokens.expect("{", CONTEXT);
    while (!tokens.peek().is("}")) {
      var first = tokens.take();
      if (first.kind() == Token.Kind.STRING && (tokens.peek().is(",") || tokens.peek().is("}"))) {
        metricName(first, nameBefore, into);
      } else {
        into.add(matcher(first, nameBefore));
      }
      if (!tokens.takeIf(",") && !tokens.peek().is("}")) {
        var next = tokens.peek();
        throw tokens.problem(
            next.span(),
            "unexpected "
                + next.descriptionInBraces()
                + " in "
                + CONTEXT
                + ", expected \",\" or \"}\"");
      }
    }
    tokens.take();
  }

  private void metricName(Token name, @Nullable Token before, List<Matcher> into) {
    if (before != null) {
      throw tokens.problem(
          before.span(),
          "metric name must not be set twice: \"%s\" or \"%s\""
              .formatted(before.text(), name.text()));
    }
    into.add(Matcher.equal(Labels.NAME, name.text()));
  }

  private Matcher matcher(Token label, @Nullable Token nameBefore) {
    if (label.kind() != Token.Kind.IDENTIFIER && label.kind() != Token.Kind.STRING) {
      throw tokens.problem(
          label.span(),
          "unexpected "
              + label.descriptionInBraces()
              + " in "
              + CONTEXT
              + ", expected identifier or \"}\"");
    }
    var op = tokens.take();
    var value = matcherOp(label, op);
    var text = tokens.take();
    if (text.kind() != Token.Kind.STRING) {
      throw tokens.problem(
          text.span(),
          "unexpected " + text.descriptionInBraces() + " in " + CONTEXT + ", expected string");
    }
    if (label.text().equals(Labels.NAME) && nameBefore != null) {
      throw tokens.problem(
          nameBefore.span(),
          "metric name must not be set twice: \"%s\" or \"%s\""
              .formatted(nameBefore.text(), text.text()));
    }
    try {
      return new Matcher(label.text(), value, text.text());
    } catch (IllegalArgumentException e) {
      throw tokens.problem(label.span(), reason(text.text(), e));
    }
  }

  /// RE2's reason for a regular expression by itself, without the anchors added to it.
  private static String reason(String regex, IllegalArgumentException otherwise) {
    try {
      Regex.unanchored(regex);
    } catch (PatternSyntaxException e) {
      return String.valueOf(e.getMessage());
    }
    return String.valueOf(otherwise.getMessage());
  }

  private Matcher.Op matcherOp(Token label, Token token) {
    for (var op : Matcher.Op.values()) {
      if (token.is(op.text())) {
        return op;
      }
    }
    throw tokens.problem(
        token.span(),
        "unexpected "
            + token.descriptionInBraces()
            + " in "
            + CONTEXT
            + (label.kind() == Token.Kind.STRING
                ? ", expected \",\" or \"}\""
                : ", expected label matching operator"));
  }
}
