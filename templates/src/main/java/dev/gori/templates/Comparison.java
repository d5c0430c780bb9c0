package dev.gori.templates;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/// `eq`, `lt` and their relatives: only basic types, and only with their own kind.
final class Comparison {

  private Comparison() {}

  /// Whether the first equals any of the others.
  static Object equal(List<Object> arguments) {
    if (arguments.size() < 2) {
      throw new CallException("missing argument for comparison");
    }
    for (var other : arguments.subList(1, arguments.size())) {
      if (isEqual(arguments.getFirst(), other)) {
        return true;
      }
    }
    return false;
  }

  static boolean isEqual(Object a, Object b) {
    if (a instanceof Nil || b instanceof Nil) {
      return a.equals(b);
    }
    if (isComposite(a) || isComposite(b)) {
      throw new CallException(
          "non-comparable type %s: %s".formatted(Printf.plain(a), Values.typeName(a)));
    }
    if (!kind(a).equals(kind(b))) {
      throw new CallException("incompatible types for comparison");
    }
    return a instanceof Double x && b instanceof Double y
        ? x.doubleValue() == y.doubleValue()
        : a.equals(b);
  }

  private static boolean isComposite(Object value) {
    return value instanceof List<?> || value instanceof Map<?, ?> || value instanceof Function;
  }

  private static String kind(Object value) {
    return value instanceof CharSequence ? "string" : Values.typeName(value);
  }

  static boolean order(Object a, Object b, IntPredicate wanted) {
    if (a instanceof Double x && b instanceof Double y) {
      return x.isNaN() || y.isNaN() ? false : wanted.test(Double.compare(x, y));
    }
    if (a instanceof Long x && b instanceof Long y) {
      return wanted.test(Long.compare(x, y));
    }
    if (a instanceof CharSequence x && b instanceof CharSequence y) {
      return wanted.test(
          Arrays.compareUnsigned(
              x.toString().getBytes(StandardCharsets.UTF_8),
              y.toString().getBytes(StandardCharsets.UTF_8)));
    }
    boolean basic =
        (a instanceof Number || a instanceof CharSequence)
            && (b instanceof Number || b instanceof CharSequence);
    throw new CallException(
        basic ? "incompatible types for comparison" : "invalid type for comparison");
  }
}
