package dev.gori.promql.script;

import java.util.ArrayList;
import java.util.List;

/// Splits a script into commands with their lines.
final class ScriptBlocks {

  /// @param line the command's line in the file, from 1
  /// @param body the lines below the command, without comments
  record Block(int line, String command, List<String> body) {
    boolean isEvaluation() {
      return command.startsWith("eval");
    }
  }

  private ScriptBlocks() {}

  static List<Block> read(String text) {
    var blocks = new ArrayList<Block>();
    Block open = null;
    int number = 0;
    for (var raw : text.split("\n", -1)) {
      number++;
      var line = raw.strip();
      if (line.startsWith("#")) {
        continue;
      }
      if (line.isEmpty()) {
        open = null;
      } else if (open == null || isCommand(raw)) {
        open = new Block(number, line, new ArrayList<>());
        blocks.add(open);
      } else {
        open.body().add(line);
      }
    }
    return blocks;
  }

  private static boolean isCommand(String raw) {
    return !Character.isWhitespace(raw.charAt(0))
        && (raw.startsWith("load") || raw.startsWith("eval") || raw.startsWith("clear"));
  }
}
