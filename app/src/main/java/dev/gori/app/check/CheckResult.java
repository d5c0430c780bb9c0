package dev.gori.app.check;

import dev.gori.app.running.Running;
import java.io.IOException;

/// One statement of the checklist.
interface CheckResult {

  /// The statement, as it is shown.
  String statement();

  Proof prove(Running running) throws IOException;
}
