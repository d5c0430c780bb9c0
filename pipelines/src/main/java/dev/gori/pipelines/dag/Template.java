package dev.gori.pipelines.dag;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Text with `{{ expression }}` placeholders. A text that is a single placeholder keeps the type of
/// its value; otherwise null renders as empty text.
public final class Template {

  private sealed interface Piece {
    record Text(String text) implements Piece {}

    record Place(Expression expression) implements Piece {}
  }

  private final List<Piece> pieces;

  private Template(List<Piece> pieces) {
    this.pieces = List.copyOf(pieces);
  }

  /// @throws IllegalArgumentException for a placeholder that is not closed or does not hold an
  ///   expression
  static Template parse(String text) {
    var pieces = new ArrayList<Piece>();
    int at = 0;
    for (int open = text.indexOf("{{"); open >= 0; open = text.indexOf("{{", at)) {
      int close = text.indexOf("}}", open);
      if (close < 0) {
        throw new IllegalArgumentException("'%s' (expected: '}}' after '{{')".formatted(text));
      }
      if (open > at) {
        pieces.add(new Piece.Text(text.substring(at, open)));
      }
      var inside = text.substring(open + 2, close);
      try {
        pieces.add(new Piece.Place(Expression.parse(inside)));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("'{{%s}}': %s".formatted(inside, e.getMessage()), e);
      }
      at = close + 2;
    }
    if (at < text.length()) {
      pieces.add(new Piece.Text(text.substring(at)));
    }
    return new Template(pieces);
  }

  private @Nullable Object render(Scope scope) {
    if (pieces.size() == 1 && pieces.getFirst() instanceof Piece.Place(var expression)) {
      return expression.value(scope);
    }
    var text = new StringBuilder();
    for (var piece : pieces) {
      switch (piece) {
        case Piece.Text(var plain) -> text.append(plain);
        case Piece.Place(var expression) -> {
          var value = expression.value(scope);
          text.append(value == null ? "" : value);
        }
      }
    }
    return text.toString();
  }

  /// Renders every text in a value, including those inside lists and maps.
  ///
  /// @throws IllegalArgumentException for an unknown name; the message lists the known names
  public static @Nullable Object render(@Nullable Object value, Scope scope) {
    return switch (value) {
      case null -> null;
      case String text -> text.contains("{{") ? parse(text).render(scope) : text;
      case Map<?, ?> map -> {
        var rendered = new LinkedHashMap<String, @Nullable Object>();
        map.forEach((key, inner) -> rendered.put(String.valueOf(key), render(inner, scope)));
        yield rendered;
      }
      case List<?> list -> {
        var rendered = new ArrayList<@Nullable Object>();
        list.forEach(inner -> rendered.add(render(inner, scope)));
        yield rendered;
      }
      default -> value;
    };
  }

  /// Finds every expression in a value, including those inside lists and maps.
  ///
  /// @param each called with each expression
  /// @param wrong called with the error message of each text that is not a template
  static void expressions(
      @Nullable Object value, Consumer<Expression> each, Consumer<String> wrong) {
    switch (value) {
      case String text when text.contains("{{") -> {
        try {
          for (var piece : parse(text).pieces) {
            if (piece instanceof Piece.Place(var expression)) {
              each.accept(expression);
            }
          }
        } catch (IllegalArgumentException e) {
          wrong.accept(String.valueOf(e.getMessage()));
        }
      }
      case Map<?, ?> map -> map.values().forEach(inner -> expressions(inner, each, wrong));
      case List<?> list -> list.forEach(inner -> expressions(inner, each, wrong));
      case null, default -> {}
    }
  }
}
