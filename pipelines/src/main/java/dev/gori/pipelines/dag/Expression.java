package dev.gori.pipelines.dag;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A boolean or value expression over a run's names: `tasks.train.outputs.accuracy >= 0.6 and not
/// params.dry_run`.
///
/// Literals are numbers, quoted text, `true`, `false`, `null` and lists. Operators, in increasing
/// precedence, are `or`, `and`, `not`, and the comparisons `== != < <= > >=`, `in` and `not in`.
/// `or` and `and` return the operand that decided, as in Python, so `params.day or ds` is a
/// default. `null`, `false`, zero, and empty text, lists and maps are falsy.
public final class Expression {

  sealed interface Node {
    record Literal(@Nullable Object value) implements Node {}

    record Name(Scope.Path path) implements Node {}

    record ListOf(List<Node> items) implements Node {}

    record Not(Node operand) implements Node {}

    record Both(Node left, Node right) implements Node {}

    record Either(Node left, Node right) implements Node {}

    record Compare(String operator, Node left, Node right) implements Node {}
  }

  private final String text;
  private final Node root;

  private Expression(String text, Node root) {
    this.text = text;
    this.root = root;
  }

  /// @throws IllegalArgumentException when the text is not an expression; the message names the
  ///   column
  public static Expression parse(String text) {
    return new Expression(text, new ExpressionParser(text).parse());
  }

  /// @throws IllegalArgumentException for an unknown name, or for a comparison of values that have
  ///   no order
  public @Nullable Object value(Scope scope) {
    try {
      return value(root, scope);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("'%s': %s".formatted(text.strip(), e.getMessage()), e);
    }
  }

  public boolean holds(Scope scope) {
    return truth(value(scope));
  }

  /// Passes each name in the expression to `each`.
  void names(Consumer<Scope.Path> each) {
    names(root, each);
  }

  @Override
  public String toString() {
    return text;
  }

  private static void names(Node node, Consumer<Scope.Path> each) {
    switch (node) {
      case Node.Literal _ -> {}
      case Node.Name(var path) -> each.accept(path);
      case Node.ListOf(var items) -> items.forEach(item -> names(item, each));
      case Node.Not(var operand) -> names(operand, each);
      case Node.Both(var left, var right) -> {
        names(left, each);
        names(right, each);
      }
      case Node.Either(var left, var right) -> {
        names(left, each);
        names(right, each);
      }
      case Node.Compare(_, var left, var right) -> {
        names(left, each);
        names(right, each);
      }
    }
  }

  private static @Nullable Object value(Node node, Scope scope) {
    return switch (node) {
      case Node.Literal(var value) -> value;
      case Node.Name(var path) -> scope.find(path);
      case Node.ListOf(var items) -> {
        var values = new ArrayList<@Nullable Object>();
        items.forEach(item -> values.add(value(item, scope)));
        yield values;
      }
      case Node.Not(var operand) -> !truth(value(operand, scope));
      case Node.Both(var left, var right) -> {
        var first = value(left, scope);
        yield truth(first) ? value(right, scope) : first;
      }
      case Node.Either(var left, var right) -> {
        var first = value(left, scope);
        yield truth(first) ? first : value(right, scope);
      }
      case Node.Compare(var operator, var left, var right) ->
          compare(operator, value(left, scope), value(right, scope));
    };
  }

  static boolean truth(@Nullable Object value) {
    return switch (value) {
      case null -> false;
      case Boolean b -> b;
      case Number n -> n.doubleValue() != 0;
      case CharSequence s -> !s.isEmpty();
      case Collection<?> c -> !c.isEmpty();
      case Map<?, ?> m -> !m.isEmpty();
      default -> true;
    };
  }

  private static boolean compare(String operator, @Nullable Object left, @Nullable Object right) {
    return switch (operator) {
      case "==" -> same(left, right);
      case "!=" -> !same(left, right);
      case "in" -> contains(right, left);
      case "not in" -> !contains(right, left);
      case "<" -> order(left, right, operator) < 0;
      case "<=" -> order(left, right, operator) <= 0;
      case ">" -> order(left, right, operator) > 0;
      default -> order(left, right, operator) >= 0;
    };
  }

  private static boolean same(@Nullable Object left, @Nullable Object right) {
    return left instanceof Number a && right instanceof Number b
        ? decimal(a).compareTo(decimal(b)) == 0
        : Objects.equals(left, right);
  }

  private static boolean contains(@Nullable Object box, @Nullable Object item) {
    return switch (box) {
      case Collection<?> items -> items.stream().anyMatch(each -> same(each, item));
      case Map<?, ?> map -> item != null && map.containsKey(item);
      case String whole when item instanceof String part -> whole.contains(part);
      case null, default ->
          throw new IllegalArgumentException(
              "%s in %s (expected: a list, a map or text on the right)"
                  .formatted(shown(item), shown(box)));
    };
  }

  private static int order(@Nullable Object left, @Nullable Object right, String operator) {
    if (left instanceof Number a && right instanceof Number b) {
      return decimal(a).compareTo(decimal(b));
    }
    if (left instanceof String a && right instanceof String b) {
      return a.compareTo(b);
    }
    throw new IllegalArgumentException(
        "%s %s %s (expected: two numbers or two texts)"
            .formatted(shown(left), operator, shown(right)));
  }

  private static BigDecimal decimal(Number number) {
    if (number instanceof Double || number instanceof Float) {
      double value = number.doubleValue();
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException(
            "%s cannot be compared (expected: a finite number)".formatted(value));
      }
    }
    return new BigDecimal(number.toString());
  }

  static String shown(@Nullable Object value) {
    return switch (value) {
      case null -> "nothing";
      case String s -> "'" + s + "'";
      case Map<?, ?> _ -> "a map";
      default -> String.valueOf(value);
    };
  }
}
