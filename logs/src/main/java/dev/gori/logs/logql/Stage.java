package dev.gori.logs.logql;

/// One step of a pipeline. Its text is how a query writes it.
interface Stage {

  /// @return false when the line is dropped
  boolean apply(LogLine line);
}
