package dev.gori.base.conf;

import dev.gori.base.conf.Conf.Value;
import dev.gori.kernel.gotext.PrometheusDuration;
import dev.gori.kernel.id.Bytes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The keys of one mapping in a file. Each read names a key and what it must be; what does not fit
/// is noted as a problem with its place and a harmless value is given, so that reading goes on to
/// the next problem. {@link #finish} then notes every key that nobody read.
public final class Section {

  private final String file;
  private final String path;
  private final Value.Keys values;
  private final Problems problems;
  private final Set<String> known = new LinkedHashSet<>();

  Section(String file, String path, Value.Keys values, Problems problems) {
    this.file = file;
    this.path = path;
    this.values = values;
    this.problems = problems;
  }

  /// A section without any key, for settings that a file leaves out.
  public static Section empty(String file, Problems problems) {
    return new Section(file, "", new Value.Keys(1, Map.of(), Map.of()), problems);
  }

  public String file() {
    return file;
  }

  public int line() {
    return values.line();
  }

  /// The line of a key, or of the section when it is absent.
  public int lineOf(String key) {
    return values.lines().getOrDefault(key, values.line());
  }

  public Problems problems() {
    return problems;
  }

  public boolean has(String key) {
    return present(key) != null;
  }

  public Set<String> keys() {
    return values.keys().keySet();
  }

  /// `file:line path.key`, the start of every message about a key.
  public String where(String key) {
    return "%s:%d %s%s".formatted(file, lineOf(key), path.isEmpty() ? "" : path + ".", key);
  }

  public Optional<String> text(String key) {
    return scalar(key, "a text", Function.identity());
  }

  public String textOr(String key, String otherwise) {
    return text(key).orElse(otherwise);
  }

  /// A text that must be there; its absence is a problem and gives the empty string.
  public String required(String key, String expected) {
    if (present(key) == null) {
      problems.add(
          "%s:%d %s: key '%s' is missing (expected: %s)"
              .formatted(file, values.line(), path.isEmpty() ? "top level" : path, key, expected));
      return "";
    }
    return text(key).orElse("");
  }

  public long integer(String key, long otherwise) {
    return scalar(key, "a whole number", Long::valueOf).orElse(otherwise);
  }

  public double number(String key, double otherwise) {
    return scalar(key, "a number", Double::valueOf).orElse(otherwise);
  }

  /// `true` or `false`, or one of the words that older YAML has for them.
  public boolean flag(String key, boolean otherwise) {
    return scalar(
            key,
            "true or false",
            text ->
                switch (text) {
                  case "true", "yes", "on", "y" -> true;
                  case "false", "no", "off", "n" -> false;
                  default -> throw new IllegalArgumentException(text);
                })
        .orElse(otherwise);
  }

  public Duration duration(String key, Duration otherwise) {
    return scalar(key, "a duration such as 30s, 5m or 1h30m", PrometheusDuration::parse)
        .orElse(otherwise);
  }

  public Bytes bytes(String key, Bytes otherwise) {
    return scalar(key, "a size such as 64MiB", Bytes::parse).orElse(otherwise);
  }

  /// A value of an own kind; the reader throws an IllegalArgumentException when the text is none.
  public <T> Optional<T> scalar(String key, String expected, Function<String, T> reader) {
    return switch (present(key)) {
      case null -> Optional.empty();
      case Value.Scalar scalar -> {
        try {
          yield Optional.of(reader.apply(scalar.text()));
        } catch (IllegalArgumentException e) {
          problems.add("%s: '%s' (expected: %s)".formatted(where(key), scalar.text(), expected));
          yield Optional.empty();
        }
      }
      case Value other -> {
        problems.add("%s: %s (expected: %s)".formatted(where(key), Conf.describe(other), expected));
        yield Optional.empty();
      }
    };
  }

  /// A list of texts, in which a single text is none.
  public List<String> listed(String key) {
    if (present(key) instanceof Value.Scalar scalar) {
      problems.add("%s: %s (expected: a list)".formatted(where(key), Conf.describe(scalar)));
      return List.of();
    }
    return texts(key);
  }

  /// A list of texts; a single text counts as a list of one.
  public List<String> texts(String key) {
    var texts = new ArrayList<String>();
    for (var item : items(key)) {
      if (item instanceof Value.Scalar scalar) {
        texts.add(scalar.text());
      } else {
        problems.add(
            "%s: %s in the list (expected: a text)".formatted(where(key), Conf.describe(item)));
      }
    }
    return List.copyOf(texts);
  }

  public Section section(String key) {
    return switch (present(key)) {
      case null ->
          new Section(
              file, inner(key), new Value.Keys(values.line(), Map.of(), Map.of()), problems);
      case Value.Keys keys -> new Section(file, inner(key), keys, problems);
      case Value other -> new Section(file, inner(key), notKeys(key, other), problems);
    };
  }

  public List<Section> sections(String key) {
    var sections = new ArrayList<Section>();
    var items = items(key);
    for (int i = 0; i < items.size(); i++) {
      var at = "%s[%d]".formatted(inner(key), i);
      sections.add(
          new Section(
              file,
              at,
              items.get(i) instanceof Value.Keys keys ? keys : notKeys(key, items.get(i)),
              problems));
    }
    return List.copyOf(sections);
  }

  /// A mapping of names to sections, such as `tasks:`.
  public Map<String, Section> named(String key) {
    var section = section(key);
    var named = new LinkedHashMap<String, Section>();
    for (var name : section.keys()) {
      named.put(name, section.section(name));
    }
    return named;
  }

  /// A mapping of names to texts, such as `labels:`; numbers and flags are given as they are
  /// written.
  public Map<String, String> map(String key) {
    var section = section(key);
    var map = new LinkedHashMap<String, String>();
    for (var name : section.keys()) {
      map.put(name, section.text(name).orElse(""));
    }
    return map;
  }

  /// The value as plain Java, for what is passed on without being understood; null when absent.
  public @Nullable Object plain(String key) {
    var value = present(key);
    return value == null ? null : Conf.plain(value);
  }

  /// Notes every key that nobody has asked for.
  public void finish() {
    unknownKeys(path.isEmpty() ? "" : " " + path);
  }

  /// The same for a section that has a name of its own.
  ///
  /// @param name what the problems call it in place of its path, such as `rule 'HighErrorRate'`
  public void finish(String name) {
    unknownKeys(": " + name);
  }

  private void unknownKeys(String after) {
    for (var key : values.keys().keySet()) {
      if (!known.contains(key)) {
        problems.unknownKey("%s:%d%s".formatted(file, lineOf(key), after), key, known);
      }
    }
  }

  private List<Value> items(String key) {
    return switch (present(key)) {
      case null -> List.of();
      case Value.Items(int _, var items) -> items;
      case Value.Scalar scalar -> List.of(scalar);
      case Value other -> {
        problems.add("%s: %s (expected: a list)".formatted(where(key), Conf.describe(other)));
        yield List.of();
      }
    };
  }

  private Value.Keys notKeys(String key, Value other) {
    problems.add("%s: %s (expected: keys with values)".formatted(where(key), Conf.describe(other)));
    return new Value.Keys(other.line(), Map.of(), Map.of());
  }

  private @Nullable Value present(String key) {
    known.add(key);
    var value = values.keys().get(key);
    return value instanceof Value.Absent ? null : value;
  }

  private String inner(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }
}
