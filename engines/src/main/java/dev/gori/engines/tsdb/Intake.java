package dev.gori.engines.tsdb;

import dev.gori.kernel.label.Labels;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Takes one batch into the head and makes its journal record. Under the append lock.
final class Intake {

    private final Head head;
    private final long valid;
    private final int maxSeries;
    private final JournalRecords.Writer record = new JournalRecords.Writer();
    private int stored;
    private int outOfOrder;
    private int duplicates;
    private int tooOld;
    private int overLimit;
    private @Nullable String problem;

    Intake(Head head, long valid, int maxSeries) {
        this.head = head;
        this.valid = valid;
        this.maxSeries = maxSeries;
    }

    void take(Batch batch) {
        for (int i = 0; i < batch.size(); i++) {
            take(batch.labels(i), batch.millis(i), batch.value(i));
        }
    }

    private void take(Labels labels, long millis, double value) {
        if (millis < valid) {
            tooOld++;
            say("%s at %d ms: older than the head, which begins at %d ms".formatted(labels, millis, valid));
            return;
        }
        var series = head.find(labels);
        if (series == null) {
            if (head.size() >= maxSeries) {
                overLimit++;
                sayLimit(labels);
                return;
            }
            series = head.create(head.takeNumber(), labels);
            record.series(series.number, series.labels);
        } else if (!isNext(series, millis, value)) {
            return;
        }
        head.add(series, millis, value);
        record.sample(series.number, millis, value);
        stored++;
    }

    private boolean isNext(HeadSeries series, long millis, double value) {
        if (millis > series.lastTime()) {
            return true;
        }
        if (millis < series.lastTime()) {
            outOfOrder++;
            say("%s at %d ms: out of order, the newest sample is at %d ms".formatted(series.labels, millis, series.lastTime()));
        } else if (Double.doubleToRawLongBits(value) == Double.doubleToRawLongBits(series.lastValue())) {
            stored++;
        } else {
            duplicates++;
            say("%s at %d ms: %s (expected: %s, which is there already)".formatted(series.labels, millis, value, series.lastValue()));
        }
        return false;
    }

    private void say(String what) {
        if (problem == null) {
            problem = what;
        }
    }

    private void sayLimit(Labels labels) {
        if (problem == null) {
            var metric = head.index().topMetrics(1);
            var label = head.index().topLabels(1);
            problem = "series limit of %d reached, %s is refused; the metric with most series is %s, the label with most values is %s"
                    .formatted(maxSeries, labels, describe(metric), describe(label));
        }
    }

    private static String describe(List<TsdbStats.Top> top) {
        return top.isEmpty() ? "none" : "'%s' (%d)".formatted(top.getFirst().name(), top.getFirst().count());
    }

    List<ByteBuffer> records() {
        return record.records();
    }

    Appended result() {
        return new Appended(stored, outOfOrder, duplicates, tooOld, overLimit, Optional.ofNullable(problem));
    }
}
