package dev.gori.logs.logql;

/// One stage of a pipeline. `toString` returns its LogQL.
interface Stage {

  /// @return false to drop the line
  boolean apply(LogLine line);
}
