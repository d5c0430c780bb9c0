package dev.gori.tsdb;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.FloatHistogram;
import dev.gori.tsdb.AppendResult.Reason;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Takes one batch into the head and makes its journal record. Under the append lock.
final class Appender {

  private final Head head;
  private final long valid;
  private final SeriesLimit limit;
  private final long window;
  private final JournalRecords.Writer record = new JournalRecords.Writer();
  private final AppendCounts tally = new AppendCounts();

  /// @param valid samples before it belong to blocks
  Appender(Head head, long valid, TsdbSettings settings, SeriesLimit limit) {
    this.head = head;
    this.valid = valid;
    this.limit = limit;
    this.window = settings.outOfOrder().toMillis();
  }

  void take(Batch batch) {
    for (int i = 0; i < batch.size(); i++) {
      int before = tally.refusals();
      take(
          batch.labels(i),
          batch.written(i),
          batch.millis(i),
          batch.value(i),
          batch.histogram(i),
          batch.start(i));
      if (tally.refusals() > before) {
        batch.refuse(i);
      }
    }
    for (int i = 0; i < batch.exemplars().size(); i++) {
      int before = tally.refusals();
      take(batch.exemplars().get(i));
      if (tally.refusals() > before) {
        batch.refuseExemplar(i);
      }
    }
  }

  private void take(
      Labels labels,
      @Nullable SeriesRef written,
      long millis,
      double value,
      @Nullable FloatHistogram histogram,
      long start) {
    if (histogram != null && isInvalid(labels, millis, histogram)) {
      return;
    }
    var series = written == null ? head.find(labels) : head.find(written);
    if (millis >= valid && (series == null || millis > series.lastTime())) {
      series = series == null ? create(labels, millis, histogram) : series;
      if (series != null) {
        add(series, millis, value, histogram, start);
      }
    } else if (series != null && millis == series.lastTime()) {
      again(series, millis, value, histogram);
    } else if (window > 0 && millis >= newest() - window) {
      addLate(
          series == null ? create(labels, millis, histogram) : series,
          millis,
          value,
          histogram,
          start);
    } else {
      refuseOld(labels, series, millis, histogram != null);
    }
  }

  private void add(
      HeadSeries series,
      long millis,
      double value,
      @Nullable FloatHistogram histogram,
      long start) {
    if (histogram == null) {
      head.add(series, millis, value, start);
      record.sample(series.number, millis, value, start, false);
    } else {
      head.add(series, millis, histogram, start);
      record.sample(series.number, millis, histogram, start, false);
    }
    tally.stored(histogram != null);
  }

  private void addLate(
      @Nullable HeadSeries series,
      long millis,
      double value,
      @Nullable FloatHistogram histogram,
      long start) {
    if (series == null) {
      return; // over the limit, and counted
    }
    var there = series.at(millis);
    if (there.size() > 0) {
      var before = there.histogram(0);
      boolean same =
          histogram == null
              ? before == null
                  && Double.doubleToRawLongBits(there.value(0)) == Double.doubleToRawLongBits(value)
              : before != null && before.sameAs(histogram);
      count(
          series,
          millis,
          value,
          histogram,
          same,
          () -> before == null ? String.valueOf(there.value(0)) : before.toString());
      return;
    }
    head.addLate(series, millis, value, histogram, start);
    if (histogram == null) {
      record.sample(series.number, millis, value, start, true);
    } else {
      record.sample(series.number, millis, histogram, start, true);
    }
    tally.stored(histogram != null);
  }

  private long newest() {
    return Math.max(head.maxTime(), valid == Long.MIN_VALUE ? valid : valid - 1);
  }

  private @Nullable HeadSeries create(
      Labels labels, long millis, @Nullable FloatHistogram histogram) {
    if (limit.isReached(head)) {
      tally.refused(
          histogram != null, Reason.OVER_LIMIT, labels, millis, () -> limit.refusal(labels));
      return null;
    }
    var series = head.create(head.takeNumber(), labels);
    record.series(series.number, series.labels);
    return series;
  }

  private void refuseOld(
      Labels labels, @Nullable HeadSeries series, long millis, boolean isHistogram) {
    if (window > 0) {
      tally.refused(
          isHistogram,
          Reason.TOO_OLD,
          labels,
          millis,
          () ->
              "%s at %d ms: too old, the out-of-order window begins at %d ms"
                  .formatted(labels, millis, newest() - window));
    } else if (series == null || millis < valid) {
      tally.refused(
          isHistogram,
          Reason.TOO_OLD,
          labels,
          millis,
          () ->
              "%s at %d ms: older than the head, which begins at %d ms"
                  .formatted(labels, millis, valid));
    } else {
      tally.refused(
          isHistogram,
          Reason.OUT_OF_ORDER,
          labels,
          millis,
          () ->
              "%s at %d ms: out of order, the newest sample is at %d ms"
                  .formatted(labels, millis, series.lastTime()));
    }
  }

  private boolean isInvalid(Labels labels, long millis, FloatHistogram histogram) {
    var problem = histogram.problem(false);
    problem.ifPresent(
        what ->
            tally.refused(
                true,
                Reason.INVALID,
                labels,
                millis,
                () -> "%s at %d ms: %s".formatted(labels, millis, what)));
    return problem.isPresent();
  }

  private void again(
      HeadSeries series, long millis, double value, @Nullable FloatHistogram histogram) {
    count(series, millis, value, histogram, series.isLast(value, histogram), series::last);
  }

  private void count(
      HeadSeries series,
      long millis,
      double value,
      @Nullable FloatHistogram histogram,
      boolean same,
      Supplier<String> there) {
    if (same) {
      tally.stored(histogram != null);
    } else {
      tally.refused(
          histogram != null,
          Reason.DUPLICATE,
          series.labels,
          millis,
          () ->
              "%s at %d ms: %s (expected: %s, which is there already)"
                  .formatted(
                      series.labels, millis, histogram == null ? value : histogram, there.get()));
    }
  }

  private void take(Batch.Stands one) {
    var series = head.find(one.series());
    var exemplar = one.exemplar();
    if (series == null) {
      refuse(one, Reason.EXEMPLAR_UNKNOWN_SERIES, "there is no such series");
    } else if (exemplar.isTooLong()) {
      refuse(one, Reason.EXEMPLAR_TOO_LONG, "its labels are longer than 128 characters");
    } else {
      switch (head.exemplars().add(series.labels, exemplar)) {
        case STORED -> {
          record.exemplar(series.number, exemplar);
          tally.storedExemplar();
        }
        case SAME -> tally.storedExemplar();
        case OUT_OF_ORDER ->
            refuse(one, Reason.EXEMPLAR_OUT_OF_ORDER, "out of order, a newer one is there");
      }
    }
  }

  private void refuse(Batch.Stands one, Reason reason, String why) {
    tally.refused(
        false,
        reason,
        one.series(),
        one.exemplar().millis(),
        () ->
            "exemplar %s of %s at %d ms: %s"
                .formatted(one.exemplar().labels(), one.series(), one.exemplar().millis(), why));
  }

  List<ByteBuffer> records() {
    return record.records();
  }

  AppendResult result() {
    return tally.result();
  }
}
