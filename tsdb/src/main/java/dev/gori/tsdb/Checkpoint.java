package dev.gori.tsdb;

import dev.gori.base.journal.Journal;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;

/// Writes the content of the head to the journal, so that older segments can be deleted. It writes
/// a few series per step under the append lock; appends may run between the steps.
final class Checkpoint {

  /*
   * Why appends may run between the steps
   * -------------------------------------
   * A checkpoint begins a new segment and writes each series as it is at that step. Samples that
   * were journaled in the new segment before that step are in the checkpoint too; later ones
   * follow it. Replay of the new segment therefore restores the head: it ignores samples of
   * series without a series record yet, since the checkpoint brings both. A series that is
   * created after the cut has all its samples in the new segment. A crash before the end leaves
   * the older segments as well; replay then ignores the samples of the checkpoint as duplicates.
   *
   * Exemplars are written after all series, so that none is ignored. Each has its sequence
   * number; exemplars that are appended after the cut count on from the number that the
   * checkpoint writes first.
   */

  private final Journal journal;
  private final long segment;
  private final MemHead head;
  private final Iterator<MemSeries> series;
  private long nextExemplar; // sequence number of the next exemplar to write
  private long exemplarEnd = -1; // end of the exemplars, set when all series are written

  /// Begins a new segment for the checkpoint and all later appends.
  Checkpoint(Journal journal, MemHead head) throws IOException {
    this.journal = journal;
    this.head = head;
    this.segment = journal.cut();
    this.series = List.copyOf(head.series()).iterator();
    var first = new JournalRecords.Writer();
    first.nextExemplar(head.exemplars().next());
    log(first);
  }

  /// Whether the checkpoint is written to this journal.
  @SuppressWarnings("ReferenceEquality") // a reopened journal is another object
  boolean isWrittenTo(Journal current) {
    return journal == current;
  }

  /// Writes some series, or some exemplars once all series are written.
  ///
  /// @param most number of series or exemplars
  /// @return whether something is left to write
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

  @SuppressWarnings("ReferenceEquality") // the reference may belong to another series by now
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

  /// Syncs the checkpoint and deletes the older segments. Called without the append lock.
  void finish() throws IOException {
    journal.sync();
    journal.dropBefore(segment);
  }
}
