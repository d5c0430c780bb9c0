package dev.gori.logs.logql;

/// The timestamps of an evaluation in nanoseconds, both ends included.
record StepGrid(long from, long to, long step) {

  StepGrid {
    if (step <= 0) {
      throw new LogQlException("step of %d ns (expected: more than 0)".formatted(step));
    }
    if (to < from) {
      throw new LogQlException("end timestamp must not be before start time");
    }
  }

  static StepGrid at(long nanos) {
    return new StepGrid(nanos, nanos, 1);
  }

  long count() {
    return (to - from) / step + 1;
  }

  long nanos(long index) {
    return from + index * step;
  }
}
