package dev.gori.metrics.ruletest;

import dev.gori.kernel.label.Matcher;
import dev.gori.metrics.rules.RuleStore;
import dev.gori.metrics.ruletest.TestFile.TestGroup;
import dev.gori.promql.script.ScriptStore;
import java.time.Instant;
import java.util.List;

/// The input series of one test up to its current time, and what the rules recorded.
final class MemoryStore implements RuleStore {

  private final ScriptStore samples = new ScriptStore();
  private final TestGroup test;
  private int next;

  MemoryStore(TestGroup test) {
    this.test = test;
  }

  /// Adds the input samples up to a time.
  void advanceTo(Instant end) {
    for (var at = at(next); !at.isAfter(end) && isLeft(); at = at(++next)) {
      for (var input : test.inputs()) {
        if (next < input.values().size()) {
          var value = input.values().get(next);
          long millis = at.toEpochMilli();
          value.number().ifPresent(number -> samples.add(input.labels(), millis, number));
          value.histogram().ifPresent(histogram -> samples.add(input.labels(), millis, histogram));
        }
      }
    }
  }

  private Instant at(int index) {
    return test.start().plus(test.interval().multipliedBy(index));
  }

  private boolean isLeft() {
    return test.inputs().stream().anyMatch(input -> next < input.values().size());
  }

  @Override
  public List<? extends Series> select(List<Matcher> matchers, long fromMillis, long toMillis) {
    return samples.select(matchers, fromMillis, toMillis);
  }

  @Override
  public void append(long millis, List<RecordedSample> recorded) {
    for (var one : recorded) {
      if (one.histogram().isPresent()) {
        samples.add(one.labels(), millis, one.histogram().get());
      } else {
        samples.add(one.labels(), millis, one.value());
      }
    }
  }
}
