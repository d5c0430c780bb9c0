package dev.gori.logs.store;

import dev.gori.kernel.label.Labels;
import java.util.List;

/// Entries of one stream, in any order.
public record StreamBatch(Labels stream, List<LogEntry> entries) {

  public StreamBatch {
    entries = List.copyOf(entries);
  }
}
