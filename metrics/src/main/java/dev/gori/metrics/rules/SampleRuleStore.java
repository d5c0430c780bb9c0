package dev.gori.metrics.rules;

import dev.gori.base.journal.SyncPolicy;
import dev.gori.kernel.label.Matcher;
import dev.gori.metrics.store.SampleStore;
import dev.gori.tsdb.AppendBatch;
import java.util.List;

/// The role's store as a {@link RuleStore}.
record SampleRuleStore(SampleStore store) implements RuleStore {

  @Override
  public List<? extends Series> select(List<Matcher> matchers, long fromMillis, long toMillis) {
    return store.select(matchers, fromMillis, toMillis);
  }

  @Override
  public void append(long millis, List<RecordedSample> samples) {
    var batch = new AppendBatch();
    for (var sample : samples) {
      sample
          .histogram()
          .ifPresentOrElse(
              histogram -> batch.add(sample.labels(), millis, histogram),
              () -> batch.add(sample.labels(), millis, sample.value()));
    }
    if (batch.size() > 0) {
      store.append(batch, SyncPolicy.SOON);
    }
  }
}
