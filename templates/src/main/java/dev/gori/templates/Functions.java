package dev.gori.templates;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/// The functions that a product adds to the built-in ones, by name. Immutable: each `with` gives a
/// copy.
public final class Functions {

  public static final Functions NONE = new Functions(Map.of());

  private final Map<String, Function> byName;

  private Functions(Map<String, Function> byName) {
    this.byName = Collections.unmodifiableMap(byName);
  }

  /// Adds a function that takes any number of arguments.
  public Functions with(String name, Function function) {
    var copy = new LinkedHashMap<>(byName);
    copy.put(name, function);
    return new Functions(copy);
  }

  /// Adds a function that takes exactly `count` arguments.
  public Functions with(String name, int count, Function function) {
    return with(
        name,
        arguments -> {
          if (arguments.size() != count) {
            throw new CallException(
                "wrong number of args for %s: want %d got %d"
                    .formatted(name, count, arguments.size()));
          }
          return function.call(arguments);
        });
  }

  /// Adds a function of one string.
  public Functions withText(String name, UnaryOperator<String> function) {
    return with(name, 1, arguments -> function.apply(text(arguments, 0)));
  }

  /// Adds a function of two strings.
  public Functions withTexts(String name, BinaryOperator<String> function) {
    return with(name, 2, arguments -> function.apply(text(arguments, 0), text(arguments, 1)));
  }

  /// An argument that must be a string.
  public static String text(List<Object> arguments, int index) {
    var value = arguments.get(index);
    if (value instanceof CharSequence text) {
      return text.toString();
    }
    throw new CallException(
        value == Nil.NIL
            ? "invalid value; expected string"
            : "wrong type for value; expected string; got " + Values.typeName(value));
  }

  /// An argument as a number: a number, or a string that parses as one.
  public static double number(List<Object> arguments, int index) {
    var value = arguments.get(index);
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    if (value instanceof CharSequence text) {
      return Numbers.parseFloat(text.toString());
    }
    throw new CallException("can't convert %s to float".formatted(Values.typeName(value)));
  }

  Map<String, Function> byName() {
    return byName;
  }
}
