package dev.gori.engines.tsdb;

import dev.gori.engines.tsdb.Appended.Reason;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.FloatHistogram;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Takes one batch into the head and makes its journal record. Under the append lock.
final class Intake {

    private final Head head;
    private final long valid;
    private final int maxSeries;
    private final JournalRecords.Writer record = new JournalRecords.Writer();
    private final Tally tally = new Tally();

    Intake(Head head, long valid, int maxSeries) {
        this.head = head;
        this.valid = valid;
        this.maxSeries = maxSeries;
    }

    void take(Batch batch) {
        for (int i = 0; i < batch.size(); i++) {
            take(batch.labels(i), batch.millis(i), batch.value(i), batch.histogram(i), batch.start(i));
        }
        batch.exemplars().forEach(this::take);
    }

    private void take(Labels labels, long millis, double value, @Nullable FloatHistogram histogram, long start) {
        boolean isHistogram = histogram != null;
        if (millis < valid) {
            tally.refused(isHistogram, Reason.TOO_OLD, labels, millis,
                    () -> "%s at %d ms: older than the head, which begins at %d ms".formatted(labels, millis, valid));
            return;
        }
        if (histogram != null && isInvalid(labels, millis, histogram)) {
            return;
        }
        var series = head.find(labels);
        if (series == null) {
            if (head.size() >= maxSeries) {
                tally.refused(isHistogram, Reason.OVER_LIMIT, labels, millis, () -> limit(labels));
                return;
            }
            series = head.create(head.takeNumber(), labels);
            record.series(series.number, series.labels);
        } else if (!isNext(series, millis, value, histogram)) {
            return;
        }
        if (histogram == null) {
            head.add(series, millis, value, start);
            record.sample(series.number, millis, value, start);
        } else {
            head.add(series, millis, histogram, start);
            record.sample(series.number, millis, histogram, start);
        }
        tally.stored(isHistogram);
    }

    private boolean isInvalid(Labels labels, long millis, FloatHistogram histogram) {
        var problem = histogram.problem(false);
        problem.ifPresent(what ->
                tally.refused(true, Reason.INVALID, labels, millis, () -> "%s at %d ms: %s".formatted(labels, millis, what)));
        return problem.isPresent();
    }

    private boolean isNext(HeadSeries series, long millis, double value, @Nullable FloatHistogram histogram) {
        if (millis > series.lastTime()) {
            return true;
        }
        if (millis < series.lastTime()) {
            tally.refused(histogram != null, Reason.OUT_OF_ORDER, series.labels, millis, () ->
                    "%s at %d ms: out of order, the newest sample is at %d ms".formatted(series.labels, millis, series.lastTime()));
        } else if (series.isLast(value, histogram)) {
            tally.stored(histogram != null);
        } else {
            tally.refused(histogram != null, Reason.DUPLICATE, series.labels, millis, () -> "%s at %d ms: %s (expected: %s, which is there already)"
                    .formatted(series.labels, millis, histogram == null ? value : histogram, series.last()));
        }
        return false;
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
                case OUT_OF_ORDER -> refuse(one, Reason.EXEMPLAR_OUT_OF_ORDER, "out of order, a newer one is there");
            }
        }
    }

    private void refuse(Batch.Stands one, Reason reason, String why) {
        tally.refused(false, reason, one.series(), one.exemplar().millis(),
                () -> "exemplar %s of %s at %d ms: %s".formatted(one.exemplar().labels(), one.series(), one.exemplar().millis(), why));
    }

    private String limit(Labels labels) {
        return "series limit of %d reached, %s is refused; the metric with most series is %s, the label with most values is %s"
                .formatted(maxSeries, labels, describe(head.index().topMetrics(1)), describe(head.index().topLabels(1)));
    }

    private static String describe(List<TsdbStats.Top> top) {
        return top.isEmpty() ? "none" : "'%s' (%d)".formatted(top.getFirst().name(), top.getFirst().count());
    }

    List<ByteBuffer> records() {
        return record.records();
    }

    Appended result() {
        return tally.result();
    }
}
