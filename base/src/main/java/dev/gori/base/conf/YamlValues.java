package dev.gori.base.conf;

import dev.gori.base.conf.Conf.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/// Makes values of one document's nodes. Aliases are repeated in full, and merge keys (`<<`) are
/// resolved: a mapping's own keys win over merged ones, earlier merged ones over later ones.
final class YamlValues {

  private static final String MERGE = "<<";

  private final String file;
  private final Problems problems;

  YamlValues(String file, Problems problems) {
    this.file = file;
    this.problems = problems;
  }

  Value of(Node node) {
    int line = line(node);
    return switch (node) {
      case ScalarNode scalar when scalar.getTag().equals(Tag.NULL) -> new Value.Absent(line);
      case ScalarNode scalar ->
          new Value.Scalar(line, scalar.getValue(), scalar.getTag().equals(Tag.STR));
      case SequenceNode sequence -> items(line, sequence);
      case MappingNode mapping -> keys(line, mapping);
      default -> new Value.Absent(line);
    };
  }

  private Value items(int line, SequenceNode sequence) {
    var items = new ArrayList<Value>();
    sequence.getValue().forEach(item -> items.add(of(item)));
    return new Value.Items(line, List.copyOf(items));
  }

  private Value.Keys keys(int line, MappingNode mapping) {
    var keys = new LinkedHashMap<String, Value>();
    var lines = new LinkedHashMap<String, Integer>();
    var merged = new ArrayList<NodeTuple>();
    for (var tuple : mapping.getValue()) {
      int at = line(tuple.getKeyNode());
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        problems.add("%s:%d: a key that is no text (expected: a name)".formatted(file, at));
        continue;
      }
      if (key.getValue().equals(MERGE) && key.getScalarStyle() == ScalarStyle.PLAIN) {
        merged.add(tuple);
        continue;
      }
      var earlier = lines.put(key.getValue(), at);
      if (earlier != null) {
        problems.add(
            "%s:%d: key '%s' is there twice, first in line %d (expected: once)"
                .formatted(file, at, key.getValue(), earlier));
      }
      keys.put(key.getValue(), of(tuple.getValueNode()));
    }
    merged.forEach(tuple -> merge(tuple, keys, lines));
    return new Value.Keys(line, keys, lines);
  }

  private void merge(NodeTuple tuple, Map<String, Value> keys, Map<String, Integer> lines) {
    var value = of(tuple.getValueNode());
    var from = value instanceof Value.Items(int _, var items) ? items : List.of(value);
    for (var one : from) {
      if (one instanceof Value.Keys other) {
        other.keys().forEach(keys::putIfAbsent);
        other.lines().forEach(lines::putIfAbsent);
      } else {
        problems.add(
            "%s:%d <<: %s (expected: keys with values, or a list of such)"
                .formatted(file, line(tuple.getKeyNode()), Conf.describe(one)));
      }
    }
  }

  private static int line(Node node) {
    return node.getStartMark().map(Mark::getLine).orElse(0) + 1;
  }
}
