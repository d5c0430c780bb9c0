package dev.gori.rulefiles;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/// A mapping of a YAML document whose keys are taken one by one; what was not taken at the end is
/// unknown.
final class YamlMap {

  /// Where problems go.
  interface Report {
    void problem(int line, String text);
  }

  private final Report report;
  private final String what;
  private final int line;
  private final Map<String, Node> values = new LinkedHashMap<>();
  private final Map<String, Integer> keyLines = new LinkedHashMap<>();
  private final List<String> known = new ArrayList<>();

  private YamlMap(Report report, String what, int line) {
    this.report = report;
    this.what = what;
    this.line = line;
  }

  static Optional<YamlMap> of(Node node, String what, Report report) {
    if (!(node instanceof MappingNode mapping)) {
      report.problem(line(node), "%s is %s (expected: a mapping)".formatted(what, kind(node)));
      return Optional.empty();
    }
    var map = new YamlMap(report, what, line(node));
    for (var tuple : mapping.getValue()) {
      if (tuple.getKeyNode() instanceof ScalarNode key) {
        if (map.values.put(key.getValue(), tuple.getValueNode()) != null) {
          report.problem(
              line(key), "%s: key '%s' twice (expected: once)".formatted(what, key.getValue()));
        }
        map.keyLines.put(key.getValue(), line(key));
      }
    }
    return Optional.of(map);
  }

  int line() {
    return line;
  }

  int lineOf(String key) {
    return keyLines.getOrDefault(key, line);
  }

  /// Takes a key without reading it.
  void know(String key) {
    known.add(key);
  }

  boolean has(String key) {
    return values.containsKey(key);
  }

  /// The text of a key, or empty when it is absent, empty or no text (which is reported).
  String text(String key) {
    return node(key).map(node -> scalar(node, key)).orElse("");
  }

  List<Node> list(String key) {
    var node = node(key);
    if (node.isEmpty()) {
      return List.of();
    }
    if (node.get() instanceof SequenceNode sequence) {
      return sequence.getValue();
    }
    if (!isNull(node.get())) {
      report.problem(
          line(node.get()),
          "%s: %s is %s (expected: a list)".formatted(what, key, kind(node.get())));
    }
    return List.of();
  }

  /// A mapping of names to texts, such as `labels`.
  TreeMap<String, String> texts(String key) {
    var texts = new TreeMap<String, String>();
    var node = node(key);
    if (node.isPresent() && !isNull(node.get())) {
      of(node.get(), what + ": " + key, report)
          .ifPresent(
              map -> map.values.forEach((name, value) -> texts.put(name, map.scalar(value, name))));
    }
    return texts;
  }

  int lineIn(String key, String inner) {
    if (values.get(key) instanceof MappingNode mapping) {
      for (var tuple : mapping.getValue()) {
        if (tuple.getKeyNode() instanceof ScalarNode name && name.getValue().equals(inner)) {
          return line(name);
        }
      }
    }
    return lineOf(key);
  }

  void finish() {
    finish(what);
  }

  /// Reports every key that nobody asked for, under the name that the mapping has by now.
  void finish(String what) {
    for (var key : values.keySet()) {
      if (!known.contains(key)) {
        var near =
            near(key, known)
                .map(n -> ", did you mean '" + n + "'?")
                .orElse(" (known: " + String.join(", ", known) + ")");
        report.problem(lineOf(key), "%s: unknown key '%s'%s".formatted(what, key, near));
      }
    }
  }

  private Optional<Node> node(String key) {
    known.add(key);
    return Optional.ofNullable(values.get(key));
  }

  private String scalar(Node node, String key) {
    if (node instanceof ScalarNode scalar) {
      return isNull(node) ? "" : scalar.getValue();
    }
    report.problem(line(node), "%s: %s is %s (expected: a text)".formatted(what, key, kind(node)));
    return "";
  }

  private static boolean isNull(Node node) {
    return node.getTag().equals(Tag.NULL);
  }

  static int line(Node node) {
    return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
  }

  private static String kind(Node node) {
    return switch (node.getNodeType()) {
      case SCALAR -> "'" + ((ScalarNode) node).getValue() + "'";
      case SEQUENCE -> "a list";
      case MAPPING -> "a mapping";
      case ANCHOR -> "an anchor";
    };
  }

  /// The known key that one or two typing mistakes away would be this one.
  private static Optional<String> near(String key, Collection<String> known) {
    return known.stream().filter(k -> distance(k, key) <= 2).findFirst();
  }

  private static int distance(String a, String b) {
    var before = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      before[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      var row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = before[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(change, Math.min(before[j], row[j - 1]) + 1);
      }
      before = row;
    }
    return before[b.length()];
  }
}
