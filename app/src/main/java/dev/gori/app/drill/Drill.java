package dev.gori.app.drill;

import java.io.IOException;

/// A failure that is made on purpose and followed to recovery.
interface Drill {
  void run(DrillContext context) throws IOException;
}
