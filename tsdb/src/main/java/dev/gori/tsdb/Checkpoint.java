package dev.gori.tsdb;

import dev.gori.base.journal.Journal;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;

/// What the head holds, as journal records that make everything before them unnecessary. It is
/// written some series at a time, so that appends may come in between. Each step is taken under the
/// append lock.
final class Checkpoint {

  /*
   * Why appends may come in between
   * -------------------------------
   * A series is written as it stands at its turn. What the journal has of it after the cut and
   * before that turn is in the picture too, what comes later follows in order. So a replay of
   * all that comes after the cut gives the head as it is: items of a series that nothing has
   * named yet are passed over, the picture names it and brings all. A series that is new after
   * the cut has all its items there. A crash before the end leaves the older segments too; then
   * what a picture says again is passed over as a sample that is there already.
   *
   * Exemplars come when all series are named, so that none is passed over. Each says which place
   * it has among those that arrived; those that arrive after the cut are counted from what the
   * picture says first.
   */

  private final Journal journal;
  private final long segment;
  private final MemHead head;
  private final Iterator<MemSeries> series;
  private long nextExemplar; // the place of the next one that is written
  private long exemplarEnd = -1; // the place behind the last one, when all series are named

  /// Begins a new segment for the picture and all that comes.
  Checkpoint(Journal journal, MemHead head) throws IOException {
    this.journal = journal;
    this.head = head;
    this.segment = journal.cut();
    this.series = List.copyOf(head.series()).iterator();
    var first = new JournalRecords.Writer();
    first.nextExemplar(head.exemplars().next());
    log(first);
  }

  /// Whether it is written to this journal.
  @SuppressWarnings("ReferenceEquality") // a journal that was opened anew is another one
  boolean isWrittenTo(Journal current) {
    return journal == current;
  }

  /// Writes some series, or some exemplars when all series are written.
  ///
  /// @return whether something is left
  boolean write(int most) throws IOException {
    var records = new JournalRecords.Writer();
    boolean more = true;
    if (series.hasNext()) {
      for (int left = most; left > 0 && series.hasNext(); left--) {
        write(series.next(), records);
      }
    } else {
      more = writeExemplars(most, records);
    }
    log(records);
    return more;
  }

  private void log(JournalRecords.Writer records) throws IOException {
    for (var record : records.records()) {
      journal.append(record);
    }
  }

  private boolean writeExemplars(int most, JournalRecords.Writer records) {
    if (exemplarEnd < 0) {
      exemplarEnd = head.exemplars().next();
    }
    var some = head.exemplars().between(nextExemplar, exemplarEnd, most);
    some.forEach(records::exemplar);
    nextExemplar = some.isEmpty() ? exemplarEnd : some.getLast().sequence() + 1;
    return nextExemplar < exemplarEnd;
  }

  @SuppressWarnings("ReferenceEquality") // whether it is still that series, and not gone
  private void write(MemSeries one, JournalRecords.Writer records) {
    if (head.find(one.ref) != one) {
      return;
    }
    records.series(one.ref, one.labels);
    for (var chunk : one.finished(Long.MIN_VALUE, Long.MAX_VALUE)) {
      records.chunk(one.ref, chunk, false);
    }
    for (var chunk : one.outOfOrder(Long.MIN_VALUE, Long.MAX_VALUE)) {
      records.chunk(one.ref, chunk, true);
    }
  }

  /// Makes it durable and deletes what it replaces. Not under the lock.
  void finish() throws IOException {
    journal.sync();
    journal.dropBefore(segment);
  }
}
