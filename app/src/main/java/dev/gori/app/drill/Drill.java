package dev.gori.app.drill;

import java.io.IOException;

/// A deliberate failure that the drill follows to recovery.
interface Drill {
  void run(DrillContext context) throws IOException;
}
