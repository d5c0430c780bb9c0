package dev.gori.alerts;

import dev.gori.kernel.label.Labels;
import dev.gori.templates.CallException;
import dev.gori.templates.Function;
import dev.gori.templates.Struct;
import java.util.AbstractList;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Labels or annotations as templates see them: a map with `SortedPairs`, `Names`, `Values` and
/// `Remove`.
final class Kv extends AbstractMap<String, String> implements Struct {
  private static final String ALERT_NAME = "alertname";

  private final Map<String, String> entries;

  Kv(Map<String, String> entries) {
    this.entries = entries;
  }

  static Kv of(Labels labels) {
    return new Kv(labels.toMap());
  }

  @Override
  public Set<Entry<String, String>> entrySet() {
    return entries.entrySet();
  }

  @Override
  public String typeName() {
    return "template.KV";
  }

  @Override
  public Object zero() {
    return "";
  }

  @Override
  public Optional<Object> member(String name) {
    return Optional.ofNullable(
        switch (name) {
          case "SortedPairs" -> (Function) _ -> sortedPairs();
          case "Names" -> (Function) _ -> sortedPairs().names();
          case "Values" -> (Function) _ -> sortedPairs().values();
          case "Remove" -> (Function) this::remove;
          default -> null;
        });
  }

  /// Sorted by name, `alertname` first.
  Pairs sortedPairs() {
    var pairs = new ArrayList<Pair>();
    entries.forEach(
        (name, value) ->
            pairs.add(name.equals(ALERT_NAME) ? 0 : pairs.size(), new Pair(name, value)));
    return new Pairs(pairs);
  }

  private Kv remove(List<Object> arguments) {
    if (arguments.size() != 1 || !(arguments.getFirst() instanceof List<?> names)) {
      throw new CallException("wrong arguments for Remove (expected: one list of names)");
    }
    return new Kv(
        entries.entrySet().stream()
            .filter(entry -> !names.contains(entry.getKey()))
            .collect(
                Collectors.toMap(
                    Entry::getKey, Entry::getValue, (a, _) -> a, java.util.TreeMap::new)));
  }

  /// A name with its value; `.Name` and `.Value` in templates.
  record Pair(String name, String value) {}

  /// A list of pairs with `Names` and `Values`.
  static final class Pairs extends AbstractList<Pair> implements Struct {
    private final List<Pair> pairs;

    Pairs(List<Pair> pairs) {
      this.pairs = pairs;
    }

    @Override
    public Pair get(int index) {
      return pairs.get(index);
    }

    @Override
    public int size() {
      return pairs.size();
    }

    List<String> names() {
      return pairs.stream().map(Pair::name).toList();
    }

    List<String> values() {
      return pairs.stream().map(Pair::value).toList();
    }

    @Override
    public String typeName() {
      return "template.Pairs";
    }

    @Override
    public Optional<Object> member(String name) {
      return Optional.ofNullable(
          switch (name) {
            case "Names" -> (Function) _ -> names();
            case "Values" -> (Function) _ -> values();
            default -> null;
          });
    }
  }
}
