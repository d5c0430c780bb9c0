package dev.gori.tsdb;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.FloatHistogram;
import dev.gori.tsdb.AppendResult.Reason;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Appends one batch to the head and encodes its journal record. Runs under the append lock.
final class HeadAppender {

  private final MemHead head;
  private final long minValidTime;
  private final SeriesLimit limit;
  private final long outOfOrderWindow;
  private final JournalRecords.Writer record = new JournalRecords.Writer();
  private final AppendCounts counts = new AppendCounts();

  /// @param minValidTime minimum timestamp of in-order samples: blocks cover the time before it
  HeadAppender(MemHead head, long minValidTime, TsdbSettings settings, SeriesLimit limit) {
    this.head = head;
    this.minValidTime = minValidTime;
    this.limit = limit;
    this.outOfOrderWindow = settings.outOfOrder().toMillis();
  }

  void append(AppendBatch batch) {
    for (int i = 0; i < batch.size(); i++) {
      int before = counts.rejections();
      append(
          batch.labels(i),
          batch.ref(i),
          batch.millis(i),
          batch.value(i),
          batch.histogram(i),
          batch.start(i));
      if (counts.rejections() > before) {
        batch.reject(i);
      }
    }
    for (int i = 0; i < batch.exemplars().size(); i++) {
      int before = counts.rejections();
      append(batch.exemplars().get(i));
      if (counts.rejections() > before) {
        batch.rejectExemplar(i);
      }
    }
  }

  private void append(
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
    if (millis >= minValidTime && (series == null || millis > series.lastTime())) {
      series = series == null ? create(labels, millis, histogram) : series;
      if (series != null) {
        appendInOrder(series, millis, value, histogram, start);
      }
    } else if (series != null && millis == series.lastTime()) {
      appendDuplicate(series, millis, value, histogram);
    } else if (outOfOrderWindow > 0 && millis >= newestTime() - outOfOrderWindow) {
      appendOutOfOrder(
          series == null ? create(labels, millis, histogram) : series,
          millis,
          value,
          histogram,
          start);
    } else {
      rejectOld(labels, series, millis, histogram != null);
    }
  }

  private void appendInOrder(
      MemSeries series, long millis, double value, @Nullable FloatHistogram histogram, long start) {
    if (histogram == null) {
      head.add(series, millis, value, start);
      record.sample(series.ref, millis, value, start, false);
    } else {
      head.add(series, millis, histogram, start);
      record.sample(series.ref, millis, histogram, start, false);
    }
    counts.stored(histogram != null);
  }

  private void appendOutOfOrder(
      @Nullable MemSeries series,
      long millis,
      double value,
      @Nullable FloatHistogram histogram,
      long start) {
    if (series == null) {
      return; // over the limit, already counted
    }
    var there = series.sampleAt(millis);
    if (there.size() > 0) {
      var before = there.histogramAt(0);
      boolean same =
          histogram == null
              ? before == null
                  && Double.doubleToRawLongBits(there.valueAt(0))
                      == Double.doubleToRawLongBits(value)
              : before != null && before.sameAs(histogram);
      countDuplicate(
          series,
          millis,
          value,
          histogram,
          same,
          () -> before == null ? String.valueOf(there.valueAt(0)) : before.toString());
      return;
    }
    head.addOutOfOrder(series, millis, value, histogram, start);
    if (histogram == null) {
      record.sample(series.ref, millis, value, start, true);
    } else {
      record.sample(series.ref, millis, histogram, start, true);
    }
    counts.stored(histogram != null);
  }

  private long newestTime() {
    return Math.max(
        head.maxTime(), minValidTime == Long.MIN_VALUE ? minValidTime : minValidTime - 1);
  }

  private @Nullable MemSeries create(
      Labels labels, long millis, @Nullable FloatHistogram histogram) {
    if (limit.isReached(head)) {
      counts.rejected(
          histogram != null, Reason.OVER_LIMIT, labels, millis, () -> limit.rejection(labels));
      return null;
    }
    var series = head.create(head.takeRef(), labels);
    record.series(series.ref, series.labels);
    return series;
  }

  private void rejectOld(
      Labels labels, @Nullable MemSeries series, long millis, boolean isHistogram) {
    if (outOfOrderWindow > 0) {
      counts.rejected(
          isHistogram,
          Reason.TOO_OLD,
          labels,
          millis,
          () ->
              "%s at %d ms: too old, the out-of-order window begins at %d ms"
                  .formatted(labels, millis, newestTime() - outOfOrderWindow));
    } else if (series == null || millis < minValidTime) {
      counts.rejected(
          isHistogram,
          Reason.TOO_OLD,
          labels,
          millis,
          () ->
              "%s at %d ms: older than the head, which begins at %d ms"
                  .formatted(labels, millis, minValidTime));
    } else {
      counts.rejected(
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
            counts.rejected(
                true,
                Reason.INVALID,
                labels,
                millis,
                () -> "%s at %d ms: %s".formatted(labels, millis, what)));
    return problem.isPresent();
  }

  private void appendDuplicate(
      MemSeries series, long millis, double value, @Nullable FloatHistogram histogram) {
    countDuplicate(
        series, millis, value, histogram, series.isLast(value, histogram), series::lastText);
  }

  private void countDuplicate(
      MemSeries series,
      long millis,
      double value,
      @Nullable FloatHistogram histogram,
      boolean same,
      Supplier<String> there) {
    if (same) {
      counts.stored(histogram != null);
    } else {
      counts.rejected(
          histogram != null,
          Reason.DUPLICATE,
          series.labels,
          millis,
          () ->
              "%s at %d ms: %s (expected: %s, which is stored already)"
                  .formatted(
                      series.labels, millis, histogram == null ? value : histogram, there.get()));
    }
  }

  private void append(AppendBatch.ExemplarEntry one) {
    var series = head.find(one.series());
    var exemplar = one.exemplar();
    if (series == null) {
      rejectExemplar(one, Reason.EXEMPLAR_UNKNOWN_SERIES, "no such series");
    } else if (exemplar.isTooLong()) {
      rejectExemplar(one, Reason.EXEMPLAR_TOO_LONG, "its labels are longer than 128 characters");
    } else {
      switch (head.exemplars().add(series.labels, exemplar)) {
        case STORED -> {
          record.exemplar(series.ref, exemplar);
          counts.storedExemplar();
        }
        case SAME -> counts.storedExemplar();
        case OUT_OF_ORDER ->
            rejectExemplar(
                one, Reason.EXEMPLAR_OUT_OF_ORDER, "out of order, a newer one is stored");
      }
    }
  }

  private void rejectExemplar(AppendBatch.ExemplarEntry one, Reason reason, String why) {
    counts.rejected(
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
    return counts.result();
  }
}
