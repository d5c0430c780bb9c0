package dev.gori.promql.script;

import dev.gori.kernel.time.WallTime;
import dev.gori.promql.SeriesSource;

/// The samples that a script's `load` commands give, for other tests to ask about.
public final class ScriptSamples {

  private ScriptSamples() {}

  public static SeriesSource read(String script) {
    var session = new ScriptRun(true, new WallTime());
    for (var block : ScriptBlocks.read(script)) {
      if (block.isEvaluation()) {
        throw new IllegalArgumentException(
            "line %d: '%s' (expected: load commands only)"
                .formatted(block.line(), block.command()));
      }
      session.run(block);
    }
    return session.store();
  }
}
