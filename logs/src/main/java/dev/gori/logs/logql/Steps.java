package dev.gori.logs.logql;

/// The moments of an evaluation, both ends included.
record Steps(long from, long to, long step) {

  Steps {
    if (step <= 0) {
      throw new LogQlException("step of %d ns (expected: more than 0)".formatted(step));
    }
    if (to < from) {
      throw new LogQlException("end timestamp must not be before start time");
    }
  }

  static Steps at(long nanos) {
    return new Steps(nanos, nanos, 1);
  }

  long count() {
    return (to - from) / step + 1;
  }

  long nanos(long index) {
    return from + index * step;
  }
}
