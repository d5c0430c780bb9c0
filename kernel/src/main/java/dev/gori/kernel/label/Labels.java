package dev.gori.kernel.label;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// An immutable set of name-value pairs, sorted by name. As in Prometheus, a label with an empty
/// value is absent.
///
/// Names and values are compared by UTF-16 code unit. Names are not validated: since Prometheus 3
/// any UTF-8 name is legal; parsers of stricter formats check them.
public final class Labels implements Comparable<Labels> {

  /// The label that holds a metric's name.
  public static final String NAME = "__name__";

  public static final Labels EMPTY = new Labels(new String[0]);

  private final String[] pairs; // name, value, name, value … sorted by name
  private int hash;

  private Labels(String[] pairs) {
    this.pairs = pairs;
  }

  /// @param namesAndValues name, value, name, value …, in any order, each name once
  public static Labels of(String... namesAndValues) {
    if (namesAndValues.length % 2 != 0) {
      throw new IllegalArgumentException(
          "labels: %d strings (expected: an even number, name and value in turn)"
              .formatted(namesAndValues.length));
    }
    var sorted = new TreeMap<String, String>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      if (sorted.put(namesAndValues[i], namesAndValues[i + 1]) != null) {
        throw new IllegalArgumentException(
            "labels: '%s' twice (expected: each name once)".formatted(namesAndValues[i]));
      }
    }
    return ofSorted(sorted);
  }

  public static Labels of(Map<String, String> labels) {
    return ofSorted(new TreeMap<>(labels));
  }

  private static Labels ofSorted(TreeMap<String, String> sorted) {
    var pairs = new ArrayList<String>(sorted.size() * 2);
    sorted.forEach(
        (name, value) -> {
          if (!value.isEmpty()) {
            pairs.add(name);
            pairs.add(value);
          }
        });
    return pairs.isEmpty() ? EMPTY : new Labels(pairs.toArray(String[]::new));
  }

  /// The value, or the empty string when the label is absent.
  public String get(String name) {
    int at = find(name);
    return at < 0 ? "" : pairs[at + 1];
  }

  public boolean has(String name) {
    return find(name) >= 0;
  }

  /// The metric's name, or the empty string.
  public String metric() {
    return get(NAME);
  }

  public int size() {
    return pairs.length / 2;
  }

  public boolean isEmpty() {
    return pairs.length == 0;
  }

  /// The name at an index in the order of names, from 0 to {@link #size} - 1.
  public String nameAt(int index) {
    return pairs[index * 2];
  }

  public String valueAt(int index) {
    return pairs[index * 2 + 1];
  }

  public void forEach(BiConsumer<String, String> each) {
    for (int i = 0; i < pairs.length; i += 2) {
      each.accept(pairs[i], pairs[i + 1]);
    }
  }

  /// A copy in which one label has another value; the empty value removes it.
  public Labels with(String name, String value) {
    int at = find(name);
    if (at >= 0) {
      if (value.isEmpty()) {
        return keeping(n -> !n.equals(name));
      }
      var copy = pairs.clone();
      copy[at + 1] = value;
      return new Labels(copy);
    }
    if (value.isEmpty()) {
      return this;
    }
    int insert = -at - 1;
    var copy = new String[pairs.length + 2];
    System.arraycopy(pairs, 0, copy, 0, insert);
    copy[insert] = name;
    copy[insert + 1] = value;
    System.arraycopy(pairs, insert, copy, insert + 2, pairs.length - insert);
    return new Labels(copy);
  }

  public Labels without(String name) {
    return has(name) ? keeping(n -> !n.equals(name)) : this;
  }

  public Labels without(Collection<String> names) {
    return keeping(n -> !names.contains(n));
  }

  public Labels only(Collection<String> names) {
    return keeping(names::contains);
  }

  private Labels keeping(Predicate<String> keep) {
    var kept = new String[pairs.length];
    int n = 0;
    for (int i = 0; i < pairs.length; i += 2) {
      if (keep.test(pairs[i])) {
        kept[n++] = pairs[i];
        kept[n++] = pairs[i + 1];
      }
    }
    return n == pairs.length ? this : n == 0 ? EMPTY : new Labels(Arrays.copyOf(kept, n));
  }

  /// This set with all labels of the other set; the other's values win.
  public Labels overlaid(Labels over) {
    if (over.isEmpty()) {
      return this;
    }
    var all = toMap();
    over.forEach(all::put);
    return ofSorted(all);
  }

  /// A sorted, writable copy.
  public TreeMap<String, String> toMap() {
    var map = new TreeMap<String, String>();
    forEach(map::put);
    return map;
  }

  public List<String> names() {
    var names = new ArrayList<String>(size());
    forEach((name, value) -> names.add(name));
    return names;
  }

  private int find(String name) {
    int low = 0;
    int high = pairs.length / 2 - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = pairs[middle * 2].compareTo(name);
      if (order < 0) {
        low = middle + 1;
      } else if (order > 0) {
        high = middle - 1;
      } else {
        return middle * 2;
      }
    }
    return -(low * 2) - 1;
  }

  /// Pair by pair, name before value; a set that is a prefix of another comes first.
  @Override
  public int compareTo(Labels other) {
    int shared = Math.min(pairs.length, other.pairs.length);
    for (int i = 0; i < shared; i++) {
      int order = pairs[i].compareTo(other.pairs[i]);
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(pairs.length, other.pairs.length);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other
        || (other instanceof Labels that
            && hashCode() == that.hashCode()
            && Arrays.equals(pairs, that.pairs));
  }

  @Override
  public int hashCode() {
    if (hash == 0) {
      hash = Arrays.hashCode(pairs);
    }
    return hash;
  }

  /// `{a="1", b="2"}`, with quotes, backslashes and line ends escaped.
  @Override
  public String toString() {
    var text = new StringBuilder("{");
    forEach(
        (name, value) -> {
          if (text.length() > 1) {
            text.append(", ");
          }
          text.append(name).append("=\"").append(escaped(value)).append('"');
        });
    return text.append('}').toString();
  }

  private static String escaped(String value) {
    return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }
}
