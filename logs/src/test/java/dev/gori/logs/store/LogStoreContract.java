package dev.gori.logs.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.label.Matcher;
import dev.gori.testkit.ManualClock;
import dev.gori.testkit.NoLeaks;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What every log store promises. Each implementation has a small subclass; the list store is the
/// model.
@ExtendWith(NoLeaks.class)
abstract class LogStoreContract {

  static final Labels API = Labels.of("app", "api", "level", "info");
  static final Labels WEB = Labels.of("app", "web", "level", "error");

  final ManualClock time = new ManualClock();
  final long start = EntryValidator.nanos(time.now()) - 3_600_000_000_000L;

  abstract LogStore open() throws IOException;

  @Test
  void anEmptyStoreAnswersEverything() throws IOException {
    try (var store = open()) {
      assertThat(read(store, LogStore.Direction.FORWARD, 100)).isEmpty();
      assertThat(store.streams(everything())).isEmpty();
      assertThat(store.volume(everything()).entries()).isZero();
    }
  }

  @Test
  void givesEntriesInOrderOfTimeWhateverTheOrderOfArrival() throws IOException {
    try (var store = open()) {
      push(store, API, 3, "c");
      push(store, API, 1, "a");
      push(store, WEB, 2, "b");
      assertThat(read(store, LogStore.Direction.FORWARD, 100))
          .containsExactly("1 api a", "2 web b", "3 api c");
      assertThat(read(store, LogStore.Direction.BACKWARD, 100))
          .containsExactly("3 api c", "2 web b", "1 api a");
      assertThat(read(store, LogStore.Direction.BACKWARD, 2)).containsExactly("3 api c", "2 web b");
    }
  }

  @Test
  void equalMomentsKeepTheOrderOfArrival() throws IOException {
    try (var store = open()) {
      push(store, API, 1, "z");
      push(store, API, 1, "a");
      store.flush();
      push(store, API, 1, "m");
      assertThat(read(store, LogStore.Direction.FORWARD, 100))
          .containsExactly("1 api z", "1 api a", "1 api m");
      assertThat(read(store, LogStore.Direction.BACKWARD, 100))
          .containsExactly("1 api m", "1 api a", "1 api z");
    }
  }

  @Test
  void theSameEntryAgainIsStoredOnce() throws IOException {
    try (var store = open()) {
      assertThat(push(store, API, 1, "a")).isEqualTo(new PushResult(1, 0, List.of()));
      assertThat(push(store, API, 1, "a")).isEqualTo(new PushResult(0, 1, List.of()));
      store.flush();
      push(store, API, 1, "a");
      push(store, API, 1, "b");
      push(store, WEB, 1, "a");
      assertThat(read(store, LogStore.Direction.FORWARD, 100))
          .containsExactly("1 api a", "1 api b", "1 web a");
      assertThat(read(store, LogStore.Direction.BACKWARD, 100))
          .containsExactly("1 web a", "1 api b", "1 api a");
    }
  }

  @Test
  void theRangeTakesItsStartAndNotItsEnd() throws IOException {
    try (var store = open()) {
      for (int i = 1; i <= 4; i++) {
        push(store, API, i, "line");
        store.flush();
      }
      var found = new ArrayList<Long>();
      store.read(
          new LogSelector(List.of(), start + 2, start + 4),
          LogStore.Direction.FORWARD,
          (stream, entry) -> found.add(entry.nanos() - start));
      assertThat(found).containsExactly(2L, 3L);
    }
  }

  @Test
  void matchersChooseStreams() throws IOException {
    try (var store = open()) {
      push(store, API, 1, "a");
      store.flush();
      push(store, WEB, 2, "b");
      assertThat(
              store.streams(
                  new LogSelector(
                      List.of(new Matcher("level", Matcher.Op.MATCHES, "err.*")),
                      start,
                      start + 10)))
          .containsExactly(WEB);
      assertThat(
              store.streams(
                  new LogSelector(
                      List.of(new Matcher("nope", Matcher.Op.NOT_EQUAL, "x")), start, start + 10)))
          .containsExactly(API, WEB);
    }
  }

  @Test
  void keepsStructuredMetadata() throws IOException {
    try (var store = open()) {
      store.push(
          List.of(
              new StreamBatch(API, List.of(new LogEntry(start, "a", Labels.of("trace", "t1"))))));
      store.flush();
      var found = new ArrayList<LogEntry>();
      store.read(everything(), LogStore.Direction.FORWARD, (stream, entry) -> found.add(entry));
      assertThat(found).containsExactly(new LogEntry(start, "a", Labels.of("trace", "t1")));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void doesWhatTheListDoes(long seed) throws IOException {
    var random = new Random(seed);
    try (var store = open();
        var model = new ListLogStore()) {
      for (int round = 0; round < 60; round++) {
        var batches = batches(random);
        store.push(batches);
        model.push(batches);
        if (random.nextInt(10) == 0) {
          store.flush();
        }
        var selection = selection(random);
        var direction =
            random.nextBoolean() ? LogStore.Direction.FORWARD : LogStore.Direction.BACKWARD;
        int limit = 1 + random.nextInt(200);
        assertThat(read(store, selection, direction, limit))
            .as("seed %d round %d", seed, round)
            .isEqualTo(read(model, selection, direction, limit));
      }
    }
  }

  /// Batches in which a line that comes twice is alone at its moment, so that the order of doubles
  /// is no question.
  private List<StreamBatch> batches(Random random) {
    var batches = new ArrayList<StreamBatch>();
    for (int b = 0; b < 1 + random.nextInt(3); b++) {
      var stream =
          Labels.of(
              "app", "app" + random.nextInt(4), "level", random.nextBoolean() ? "info" : "error");
      var entries = new ArrayList<LogEntry>();
      for (int e = 0; e < random.nextInt(40); e++) {
        long nanos = start + random.nextInt(500);
        entries.add(new LogEntry(nanos, "line at " + nanos + " " + "x".repeat((int) (nanos % 50))));
      }
      batches.add(new StreamBatch(stream, entries));
    }
    return batches;
  }

  private LogSelector selection(Random random) {
    long from = start + random.nextInt(400);
    var matcher =
        switch (random.nextInt(3)) {
          case 0 -> Matcher.equal("app", "app1");
          case 1 -> new Matcher("app", Matcher.Op.MATCHES, "app[0-2]");
          default -> new Matcher("level", Matcher.Op.NOT_EQUAL, "info");
        };
    return new LogSelector(List.of(matcher), from, from + random.nextInt(300));
  }

  PushResult push(LogStore store, Labels stream, long at, String line) throws IOException {
    return store.push(List.of(new StreamBatch(stream, List.of(new LogEntry(start + at, line)))));
  }

  LogSelector everything() {
    return new LogSelector(List.of(), 0, Long.MAX_VALUE);
  }

  List<String> read(LogStore store, LogStore.Direction direction, int limit) throws IOException {
    return read(store, everything(), direction, limit);
  }

  List<String> read(LogStore store, LogSelector selection, LogStore.Direction direction, int limit)
      throws IOException {
    var found = new ArrayList<String>();
    store.read(
        selection,
        direction,
        (stream, entry) -> {
          found.add((entry.nanos() - start) + " " + stream.get("app") + " " + entry.line());
          return found.size() < limit;
        });
    return found;
  }
}
