package dev.gori.base.conf;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads YAML into values that know their file and line.
public final class Conf {

  /// A value in a file. Line numbers count from 1.
  public sealed interface Value {
    int line();

    /// @param text as written, without quotes; `isText` tells `"5"` from `5`
    record Scalar(int line, String text, boolean isText) implements Value {}

    record Absent(int line) implements Value {}

    record Items(int line, List<Value> items) implements Value {}

    record Keys(int line, Map<String, Value> keys, Map<String, Integer> lines) implements Value {}
  }

  private Conf() {}

  /// Reads a file whose top is a mapping. A file that cannot be read at all is one problem and an
  /// empty section.
  public static Section parse(String file, String text, Problems problems) {
    return section(file, value(file, text, problems).orElse(new Value.Absent(1)), problems);
  }

  /// What was read of a file whose top is a mapping.
  public static Section section(String file, Value top, Problems problems) {
    return new Section(file, "", mapping(file, top, problems), problems);
  }

  /// Reads any YAML document; empty when it is not YAML, with the problem noted.
  public static Optional<Value> value(String file, String text, Problems problems) {
    return YamlText.read(file, text, problems::add).map(new YamlValues(file, problems)::of);
  }

  private static Value.Keys mapping(String file, Value value, Problems problems) {
    return switch (value) {
      case Value.Keys keys -> keys;
      case Value.Absent(int line) -> new Value.Keys(line, Map.of(), Map.of());
      case Value.Scalar other -> notKeys(file, other, problems);
      case Value.Items other -> notKeys(file, other, problems);
    };
  }

  static Value.Keys notKeys(String where, Value value, Problems problems) {
    problems.add(
        "%s:%d: %s (expected: keys with values)".formatted(where, value.line(), describe(value)));
    return new Value.Keys(value.line(), Map.of(), Map.of());
  }

  static String describe(Value value) {
    return switch (value) {
      case Value.Scalar scalar -> "'" + scalar.text() + "'";
      case Value.Absent _ -> "nothing";
      case Value.Items _ -> "a list";
      case Value.Keys _ -> "keys with values";
    };
  }

  /// Writes a value as YAML that reads back as the same value. Comments, aliases and the form of
  /// what was read are not kept.
  public static String text(Value value) {
    return YamlWriter.write(value);
  }

  /// Plain Java values: maps, lists, strings, numbers, booleans and null, for what is passed on
  /// without being understood.
  public static @Nullable Object plain(Value value) {
    return switch (value) {
      case Value.Absent _ -> null;
      case Value.Scalar scalar -> scalar.isText() ? scalar.text() : number(scalar.text());
      case Value.Items(int _, var items) -> {
        var list = new ArrayList<@Nullable Object>();
        items.forEach(item -> list.add(plain(item)));
        yield list;
      }
      case Value.Keys(int _, var keys, var _) -> {
        var map = new LinkedHashMap<String, @Nullable Object>();
        keys.forEach((name, inner) -> map.put(name, plain(inner)));
        yield map;
      }
    };
  }

  private static Object number(String text) {
    if (text.equals("true") || text.equals("false")) {
      return Boolean.valueOf(text);
    }
    try {
      return Long.valueOf(text);
    } catch (NumberFormatException _) {
      try {
        return Double.valueOf(text);
      } catch (NumberFormatException _) {
        return text;
      }
    }
  }
}
