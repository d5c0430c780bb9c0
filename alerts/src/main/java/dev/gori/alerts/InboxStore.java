package dev.gori.alerts;

import dev.gori.alerts.JournalRecords.Change;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/// The messages of the environment's inbox. The oldest go when there are too many. Safe from any
/// thread: the journal's lock guards them.
final class InboxStore {

  /// Characters of all messages together.
  private static final long LARGEST = 8L << 20;

  private final AlertsJournal journal;
  private final int max;
  private final Deque<InboxMessage> messages = new ArrayDeque<>();
  private long lastId;

  /// @param max how many messages are held
  InboxStore(AlertsJournal journal, int max) {
    this.journal = journal;
    this.max = max;
  }

  InboxMessage receive(String body, Instant now) {
    synchronized (journal) {
      var message = new InboxMessage(lastId + 1, now, body);
      journal.write(List.of(new Change.Received(message)));
      return message;
    }
  }

  /// Newest first.
  List<InboxMessage> list() {
    synchronized (journal) {
      return List.copyOf(messages.reversed());
    }
  }

  void apply(Change.Received received) {
    var message = received.message();
    messages.removeIf(other -> other.id() == message.id());
    messages.addLast(message);
    lastId = Math.max(lastId, message.id());
    long size = messages.stream().mapToLong(one -> one.body().length()).sum();
    while (messages.size() > max || (size > LARGEST && messages.size() > 1)) {
      size -= messages.removeFirst().body().length();
    }
  }

  void snapshot(List<Change> changes) {
    messages.forEach(message -> changes.add(new Change.Received(message)));
  }
}
