package dev.gori.base.conf;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/// YAML as nodes that are safe to walk: nowhere deep, nothing inside itself, and not much larger
/// than the text when every alias is followed.
public final class YamlText {

  private static final int LONGEST = 4 << 20;
  private static final int DEEPEST = 100;
  private static final int MOST_BY_ALIASES = 100_000;
  private static final int MOST_ALIASES = 50;

  /// What lies below a node, all aliases followed.
  private record Extent(long nodes, int depth) {}

  private static final Extent UNDER_WAY = new Extent(0, 0);

  private final String file;
  private final IdentityHashMap<Node, Extent> extents = new IdentityHashMap<>();

  private YamlText(String file) {
    this.file = file;
  }

  /// Reads one document; keys may be there twice. Where there is a problem it is noted as
  /// `file:line: …`, and nothing comes back; an empty document is a node for nothing.
  public static Optional<Node> read(String file, String text, Consumer<String> problems) {
    try {
      return Optional.of(new YamlText(file).root(text));
    } catch (MarkedYamlEngineException e) {
      int line = e.getProblemMark().map(Mark::getLine).orElse(0) + 1;
      problems.accept("%s:%d: not YAML: %s".formatted(file, line, e.getProblem()));
    } catch (YamlEngineException e) {
      problems.accept("%s:1: not YAML: %s".formatted(file, e.getMessage()));
    } catch (Unsafe e) {
      problems.accept(e.getMessage());
    }
    return Optional.empty();
  }

  /// YAML, but not to be walked.
  private static final class Unsafe extends Exception {
    private static final long serialVersionUID = 1;

    Unsafe(String file, Optional<Mark> mark, String what) {
      super("%s:%d: %s".formatted(file, mark.map(Mark::getLine).orElse(0) + 1, what));
    }
  }

  private Node root(String text) throws Unsafe {
    if (text.length() > LONGEST) {
      throw new Unsafe(
          file,
          Optional.empty(),
          "%d characters (expected: at most %d)".formatted(text.length(), LONGEST));
    }
    var settings =
        LoadSettings.builder()
            .setLabel(file)
            .setAllowDuplicateKeys(true)
            .setCodePointLimit(LONGEST)
            .setMaxAliasesForCollections(MOST_ALIASES)
            .build();
    notDeep(settings, text);
    var root = new Compose(settings).composeString(text);
    if (root.isEmpty()) {
      return new ScalarNode(Tag.NULL, "", ScalarStyle.PLAIN);
    }
    var extent = extent(root.get());
    if (extent.nodes() - extents.size() > MOST_BY_ALIASES) {
      throw new Unsafe(
          file,
          root.get().getStartMark(),
          "aliases that stand for %d values (expected: at most %d)"
              .formatted(extent.nodes() - extents.size(), MOST_BY_ALIASES));
    }
    return root.get();
  }

  /// Asked of the text, since putting nodes together goes as deep as the text does.
  private void notDeep(LoadSettings settings, String text) throws Unsafe {
    int depth = 0;
    for (var event : new Parse(settings).parseString(text)) {
      if (event instanceof CollectionStartEvent && ++depth > DEEPEST) {
        throw tooDeep(event.getStartMark());
      } else if (event instanceof CollectionEndEvent) {
        depth--;
      }
    }
  }

  private Unsafe tooDeep(Optional<Mark> mark) {
    return new Unsafe(
        file, mark, "nested over %d levels deep (expected: fewer)".formatted(DEEPEST));
  }

  private Extent extent(Node node) throws Unsafe {
    var known = extents.get(node);
    if (UNDER_WAY.equals(known)) {
      throw new Unsafe(
          file, node.getStartMark(), "an alias inside what it stands for (expected: not)");
    }
    if (known != null) {
      return known;
    }
    extents.put(node, UNDER_WAY);
    long nodes = 1;
    int depth = 0;
    for (var child : children(node)) {
      var extent = extent(child);
      nodes = Math.min(Integer.MAX_VALUE, nodes + extent.nodes());
      depth = Math.max(depth, extent.depth());
    }
    if (depth >= DEEPEST) {
      throw tooDeep(node.getStartMark());
    }
    var extent = new Extent(nodes, depth + 1);
    extents.put(node, extent);
    return extent;
  }

  private static List<Node> children(Node node) {
    return switch (node) {
      case SequenceNode sequence -> sequence.getValue();
      case MappingNode mapping -> {
        var all = new ArrayList<Node>(mapping.getValue().size() * 2);
        mapping
            .getValue()
            .forEach(
                tuple -> {
                  all.add(tuple.getKeyNode());
                  all.add(tuple.getValueNode());
                });
        yield all;
      }
      default -> List.of();
    };
  }
}
