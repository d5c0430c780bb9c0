package dev.gori.base.conf;

import dev.gori.base.conf.Conf.Value;
import java.util.ArrayList;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Present;
import org.snakeyaml.engine.v2.api.lowlevel.Serialize;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.CoreScalarResolver;

/// Writes values as YAML that reads back as the same values.
final class YamlWriter {

  private static final DumpSettings SETTINGS =
      DumpSettings.builder()
          .setDefaultFlowStyle(FlowStyle.BLOCK)
          .setSplitLines(false)
          .setUseUnicodeEncoding(true)
          .setDereferenceAliases(true)
          .build();

  /// Words that older YAML takes for flags, and Prometheus's reader with it.
  private static final String FLAG_ELSEWHERE = "(?i)y|n|yes|no|on|off|~|null|true|false";

  private static final CoreScalarResolver RESOLVER = new CoreScalarResolver(true);

  private YamlWriter() {}

  static String write(Value value) {
    return new Present(SETTINGS)
        .emitToString(new Serialize(SETTINGS).serializeOne(node(value)).iterator());
  }

  private static Node node(Value value) {
    return switch (value) {
      case Value.Absent _ -> new ScalarNode(Tag.NULL, "null", ScalarStyle.PLAIN);
      case Value.Scalar scalar -> scalar(scalar);
      case Value.Items(int _, var items) -> {
        var nodes = new ArrayList<Node>();
        items.forEach(item -> nodes.add(node(item)));
        yield new SequenceNode(Tag.SEQ, nodes, style(items.isEmpty()));
      }
      case Value.Keys(int _, var keys, var _) -> {
        var tuples = new ArrayList<NodeTuple>();
        keys.forEach(
            (name, inner) ->
                tuples.add(new NodeTuple(scalar(new Value.Scalar(1, name, true)), node(inner))));
        yield new MappingNode(Tag.MAP, tuples, style(keys.isEmpty()));
      }
    };
  }

  private static FlowStyle style(boolean isEmpty) {
    return isEmpty ? FlowStyle.FLOW : FlowStyle.BLOCK;
  }

  private static Node scalar(Value.Scalar scalar) {
    var text = scalar.text();
    if (!scalar.isText()) {
      return new ScalarNode(RESOLVER.resolve(text, true), text, ScalarStyle.PLAIN);
    }
    boolean plain = RESOLVER.resolve(text, true).equals(Tag.STR) && !text.matches(FLAG_ELSEWHERE);
    return new ScalarNode(Tag.STR, text, plain ? ScalarStyle.PLAIN : ScalarStyle.DOUBLE_QUOTED);
  }
}
