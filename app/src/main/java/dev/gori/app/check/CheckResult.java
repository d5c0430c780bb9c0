package dev.gori.app.check;

import dev.gori.app.running.Running;
import java.io.IOException;

/// One statement of the checklist.
interface CheckResult {

  /// The statement's text in the output.
  String statement();

  Proof prove(Running running) throws IOException;
}
