package dev.gori.metrics.remote.sender;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.gori.base.conf.Conf;
import dev.gori.base.conf.ConfigException;
import dev.gori.base.conf.Problems;
import dev.gori.base.journal.SyncPolicy;
import dev.gori.base.observe.SelfMetrics;
import dev.gori.http.Response;
import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.id.Bytes;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.label.Matcher;
import dev.gori.kernel.sample.Buckets;
import dev.gori.kernel.sample.Exemplar;
import dev.gori.kernel.sample.FloatHistogram;
import dev.gori.kernel.sample.Sample;
import dev.gori.kernel.time.WallTime;
import dev.gori.metrics.store.SampleStore;
import dev.gori.testkit.FaultyDisk;
import dev.gori.testkit.ManualClock;
import dev.gori.testkit.NoLeaks;
import dev.gori.tsdb.AppendBatch;
import dev.gori.tsdb.TsdbSettings;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/// From our store to another Gori's receiver on a real port, with a manual clock.
@ExtendWith(NoLeaks.class)
final class WriteStorageTest {

  @TempDir Path folder;

  private final ManualClock time = new ManualClock();
  private SelfMetrics metrics = new SelfMetrics();
  private FakeReceiver receiving;
  private SampleStore store;
  private WriteStorage forwarding;

  @BeforeEach
  void open() throws IOException {
    receiving = new FakeReceiver(folder.resolve("there"), time);
  }

  @AfterEach
  void close() throws IOException {
    stop();
    receiving.close();
  }

  private void start(String more) throws IOException {
    metrics = new SelfMetrics();
    var log = LoggerFactory.getLogger("metrics");
    store =
        SampleStore.open(
            Disk.local(),
            folder.resolve("tsdb"),
            TsdbSettings.DEFAULTS,
            time,
            log,
            new SelfMetrics());
    forwarding =
        WriteStorage.open(
            settings(
                "remote_write_to: [{url: '%s', name: other%s}]".formatted(receiving.url(), more)),
            Disk.local(),
            folder.resolve("forward"),
            folder,
            Labels.of("env", "dev"),
            time,
            log,
            metrics);
    store.setListener(forwarding::append);
    forwarding.start();
    time.forward(Duration.ZERO);
  }

  private void stop() throws IOException {
    if (forwarding != null) {
      store.close();
      forwarding.close();
      forwarding = null;
    }
  }

  private static RemoteWriteSettings settings(String yaml) {
    var problems = new Problems();
    var section = Conf.parse("environment.yaml", yaml, problems);
    var read = RemoteWriteSettings.read(section, problems);
    section.finish();
    problems.throwIfAny();
    return read;
  }

  private static Labels series(String name, String... more) {
    var labels = Labels.of(more);
    return labels.with(Labels.NAME, name);
  }

  private void append(int from, int to) {
    for (int i = from; i < to; i++) {
      store.append(new AppendBatch().add(series("m", "i", "" + i), time.millis() + i, i + 0.5));
    }
  }

  private double metric(String name) {
    for (var snapshot : metrics.registry().scrape(name::equals)) {
      for (var point : snapshot.getDataPoints()) {
        return switch (point) {
          case CounterSnapshot.CounterDataPointSnapshot counter -> counter.getValue();
          case GaugeSnapshot.GaugeDataPointSnapshot gauge -> gauge.getValue();
          default -> throw new IllegalStateException(point.toString());
        };
      }
    }
    throw new AssertionError("no metric " + name);
  }

  private double counter(String kind) {
    return metric("prometheus_remote_storage_samples" + kind);
  }

  private static FloatHistogram exponential(double more) {
    return FloatHistogram.exponential(
        3,
        0.001,
        2,
        12 + more,
        34.5,
        Buckets.of(new int[] {-7, -6, 0, 1, 40}, new double[] {1, 2, 3, more, 1}),
        Buckets.of(new int[] {-1, 4}, new double[] {2, 1}));
  }

  @ParameterizedTest
  @ValueSource(strings = {"prometheus.WriteRequest", "io.prometheus.write.v2.Request"})
  void whatIsStoredArrivesInBothProtocolsWithItsHistogramsAndExemplars(String protocol)
      throws IOException {
    start(
        ", protobuf_message: %s, send_exemplars: true, send_native_histograms: true"
            .formatted(protocol));
    long now = time.millis();
    store.append(
        new AppendBatch()
            .add(series("floats", "a", "ü\n\""), now, 1.5)
            .add(series("floats", "env", "its own"), now, Double.NEGATIVE_INFINITY)
            .add(series("floats", "a", "nan"), now, Double.NaN)
            .add(series("gone"), now, Sample.STALE)
            .add(series("whole"), now, exponential(1))
            .add(series("parts"), now, exponential(0.25))
            .add(
                series("custom"),
                now,
                FloatHistogram.custom(6, 7, Buckets.from(0, 1, 2, 3), 0.5, 1))
            .exemplar(
                series("floats", "a", "nan"), new Exemplar(Labels.of("trace_id", "7"), 3, now)));
    store.append(
        new AppendBatch()
            .add(series("whole"), now + 5, exponential(8))
            .add(series("gone"), now + 5, 1));
    time.forward(Duration.ofSeconds(5));

    assertThat(receiving.content())
        .isEqualTo(FakeReceiver.content(store, Labels.of("env", "dev")))
        .hasSize(9);
    var exemplars =
        receiving.store.exemplars(List.of(Matcher.equal(Labels.NAME, "floats")), now - 1, now + 1);
    assertThat(exemplars)
        .singleElement()
        .satisfies(
            one ->
                assertThat(one.exemplars())
                    .containsExactly(new Exemplar(Labels.of("trace_id", "7"), 3, now)));
    assertThat(receiving.requests).hasSize(1);
    assertThat(counter("")).isEqualTo(5);
    assertThat(metric("prometheus_remote_storage_histograms")).isEqualTo(4);
    assertThat(metric("prometheus_remote_storage_exemplars")).isEqualTo(1);
    assertThat(counter("_pending")).isZero();
    assertThat(metric("prometheus_remote_storage_queue_highest_sent_timestamp_seconds"))
        .isEqualTo((now + 5) / 1000.0);
    assertThat(metric("prometheus_remote_storage_highest_timestamp_in_seconds"))
        .isEqualTo((now + 5) / 1000.0);
  }

  @Test
  void onlyWhatTheStoreTookIsSent() throws IOException {
    start("");
    long now = time.millis();
    store.append(new AppendBatch().add(series("a"), now, 1).add(series("b"), now, 1));
    var mixed =
        store.append(
            new AppendBatch()
                .add(series("a"), now, 2)
                .add(series("b"), now + 1, 2)
                .add(series("a"), now - 1, 3)
                .add(series("c"), now, 4)
                .exemplar(series("nobody"), new Exemplar(Labels.of("t", "1"), 1, now)));
    assertThat(mixed.rejected()).isEqualTo(2);
    time.forward(Duration.ofSeconds(5));
    assertThat(receiving.content())
        .hasSize(4)
        .allSatisfy(
            line ->
                assertThat(line).doesNotContain(Long.toHexString(Double.doubleToRawLongBits(3))));
    assertThat(counter("")).isEqualTo(4);
    assertThat(counter("_failed")).isZero();
    assertThat(metric("prometheus_remote_storage_exemplars_pending")).isZero();
  }

  @Test
  void aRequestGoesWhenItIsFullAndOtherwiseAfterTheDeadline() throws IOException {
    start(", queue_config: {max_samples_per_send: 3, batch_send_deadline: 10s}");
    append(0, 7);
    time.forward(Duration.ZERO);
    assertThat(counter("")).isEqualTo(6);
    assertThat(counter("_pending")).isEqualTo(1);
    time.forward(Duration.ofMillis(9_999));
    assertThat(receiving.requests).hasSize(2);
    time.forward(Duration.ofMillis(1));
    assertThat(receiving.requests).hasSize(3);
    assertThat(counter("_pending")).isZero();
  }

  @Test
  void aReceiverThatFailsGetsItAgainAfterAPauseThatGrows() throws IOException {
    start(", queue_config: {min_backoff: 1s, max_backoff: 4s}");
    receiving.answers(500, 4);
    append(0, 5);
    time.forward(Duration.ofSeconds(20));
    assertThat(receiving.times).hasSize(5);
    for (int i = 1; i < 5; i++) {
      long longest = Math.min(4000, 1000L << (i - 1));
      assertThat(Duration.between(receiving.times.get(i - 1), receiving.times.get(i)).toMillis())
          .as("pause %d", i)
          .isBetween(longest / 2, longest);
    }
    assertThat(receiving.content()).hasSize(5);
    assertThat(counter("_retried")).isEqualTo(20);
    assertThat(counter("")).isEqualTo(5);
    assertThat(counter("_failed")).isZero();
  }

  @Test
  void aReceiverSaysWhenItMayBeAskedAgain() throws IOException {
    start("");
    receiving.answers.add(_ -> Response.text(429, "slow down").header("Retry-After", "60"));
    receiving.answers.add(
        _ -> Response.text(503, "later").header("Retry-After", "Tue, 01 Jan 2030 00:03:05 GMT"));
    append(0, 1);
    time.forward(Duration.ofSeconds(64));
    var many = new AppendBatch();
    IntStream.range(1, 3000).forEach(i -> many.add(series("m", "i", "" + i), time.millis(), i));
    store.append(many);
    time.forward(Duration.ZERO);
    assertThat(receiving.requests).as("a full request does not come earlier").hasSize(1);
    time.forward(Duration.ofSeconds(1));
    assertThat(receiving.requests).hasSize(2);
    time.forward(Duration.ofSeconds(119));
    assertThat(receiving.requests).hasSize(2);
    time.forward(Duration.ofSeconds(2));
    assertThat(receiving.content()).hasSize(3000);
  }

  @Test
  void whatIsRefusedIsDroppedAndTheNextGoes() throws IOException {
    start(", queue_config: {max_samples_per_send: 2, retry_on_http_429: false}");
    receiving.answers(400, 1);
    receiving.answers(429, 1);
    append(0, 6);
    time.forward(Duration.ofSeconds(5));
    assertThat(receiving.content()).hasSize(2);
    assertThat(counter("_failed")).isEqualTo(4);
    assertThat(counter("")).isEqualTo(2);
    assertThat(counter("_pending")).isZero();
  }

  @Test
  void whatIsTooOldWhenItsTurnComesIsDropped() throws IOException {
    start(", queue_config: {sample_age_limit: 1m, min_backoff: 2m, max_backoff: 2m}");
    receiving.answers(500, 1);
    append(0, 3);
    time.forward(Duration.ofSeconds(5));
    time.forward(Duration.ofMinutes(2));
    append(3, 4);
    time.forward(Duration.ofSeconds(5));
    assertThat(receiving.content()).hasSize(1);
    assertThat(counter("_dropped")).isZero();
    assertThat(dropped("too_old")).isEqualTo(3);
  }

  private double dropped(String reason) {
    for (var snapshot :
        metrics.registry().scrape("prometheus_remote_storage_samples_dropped"::equals)) {
      for (var point : snapshot.getDataPoints()) {
        if (reason.equals(point.getLabels().get("reason"))) {
          return ((CounterSnapshot.CounterDataPointSnapshot) point).getValue();
        }
      }
    }
    throw new AssertionError("no such reason " + reason);
  }

  @Test
  void nothingIsLostWhileTheReceiverIsAwayAndOurSideIsStartedAnew() throws IOException {
    start("");
    receiving.answers(503, 1000);
    append(0, 10);
    time.forward(Duration.ofSeconds(20));
    stop();
    start("");
    append(10, 20);
    time.forward(Duration.ofSeconds(20));
    assertThat(receiving.content()).isEmpty();
    assertThat(counter("_pending")).isEqualTo(20);
    stop();
    receiving.answers.clear();
    start("");
    assertThat(receiving.content()).as("what is left from before goes at once").hasSize(20);
    stop();
    int requests = receiving.requests.size();
    start("");
    time.forward(Duration.ofSeconds(5));
    assertThat(receiving.requests).as("what was taken is not sent again").hasSize(requests);
  }

  @Test
  void theOldestGoesWhenTheQueueIsFullAndIsCounted() throws IOException {
    var queue =
        DiskQueue.open(
            Disk.local(),
            folder.resolve("forward"),
            new Bytes(40_000),
            time,
            LoggerFactory.getLogger("metrics"));
    var from = queue.end();
    for (int i = 0; i < 1000; i++) {
      queue.add(
          List.of(
              new QueueItem.FloatSample(
                  series("m", "i", "a label that takes some room " + i), i, i, 0)),
          SyncPolicy.NOW);
    }
    long size;
    try (var files = Files.list(folder.resolve("forward"))) {
      size = files.mapToLong(file -> file.toFile().length()).sum();
    }
    assertThat(size).isBetween(20_000L, 40_000L);
    var parcel = SendBatch.take(queue, from, 10_000);
    assertThat(parcel.lost().samples() + parcel.items().size()).isEqualTo(1000);
    assertThat(parcel.lost().samples()).isGreaterThan(300);
    assertThat(parcel.items().getLast().millis()).isEqualTo(999);
    queue.close();
  }

  @Test
  void aFullDiskHoldsUpNothingAndWhatItDidNotTakeIsCounted() throws IOException {
    var disk = new FaultyDisk(new Random(1));
    var there = folder.resolve("full");
    metrics = new SelfMetrics();
    var to = settings("remote_write_to: [{url: '%s'}]".formatted(receiving.url()));
    try (var sending =
        WriteStorage.open(
            to,
            disk,
            there,
            folder,
            Labels.EMPTY,
            time,
            LoggerFactory.getLogger("metrics"),
            metrics)) {
      sending.start();
      sending.append(new AppendBatch().add(series("m"), time.millis(), 0), SyncPolicy.NOW);
      disk.room(10);
      sending.append(new AppendBatch().add(series("m"), time.millis() + 1, 1), SyncPolicy.NOW);
      disk.room(Long.MAX_VALUE);
      sending.append(new AppendBatch().add(series("m"), time.millis() + 2, 2), SyncPolicy.NOW);
      time.forward(Duration.ofSeconds(11));
      sending.append(new AppendBatch().add(series("m"), time.millis(), 3), SyncPolicy.NOW);
      sending.append(
          new AppendBatch().add(series("m", "a", "x".repeat(5 << 20)), time.millis(), 4),
          SyncPolicy.NOW);
      sending.append(new AppendBatch().add(series("m"), time.millis() + 1, 5), SyncPolicy.NOW);
      time.forward(Duration.ofSeconds(5));
    }
    assertThat(receiving.content()).hasSize(3);
    assertThat(counter("")).isEqualTo(3);
    assertThat(dropped("lost_from_queue"))
        .as("two for which there was no room, one that is too large")
        .isEqualTo(3);
    assertThat(counter("_pending")).isZero();
  }

  @Test
  void aReceiverThatNeverAnswersHoldsUpNeitherAppendsNorTheEnd() throws Exception {
    try (var wall = new WallTime();
        var silent = new ServerSocket(0)) {
      var log = LoggerFactory.getLogger("metrics");
      var to =
          settings(
              "remote_write_to: [{url: 'http://127.0.0.1:%d/', queue_config: {batch_send_deadline: 1ms}}]"
                  .formatted(silent.getLocalPort()));
      var sending =
          WriteStorage.open(
              to,
              Disk.local(),
              folder.resolve("silent"),
              folder,
              Labels.EMPTY,
              wall,
              log,
              new SelfMetrics());
      sending.start();
      sending.append(new AppendBatch().add(series("m"), 1, 1), SyncPolicy.NOW);
      var accepted = silent.accept();
      long began = System.nanoTime();
      for (int i = 0; i < 100; i++) {
        sending.append(new AppendBatch().add(series("m"), 2 + i, 1), SyncPolicy.NOW);
      }
      sending.close();
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
      accepted.close();
    }
  }

  @Test
  void severalThreadsMayAppendWhileItIsSent() throws Exception {
    try (var wall = new WallTime()) {
      var log = LoggerFactory.getLogger("metrics");
      var to =
          settings(
              "remote_write_to: [{url: '%s', queue_config: {batch_send_deadline: 1ms, max_samples_per_send: 50}}]"
                  .formatted(receiving.url()));
      try (var sending =
          WriteStorage.open(
              to,
              Disk.local(),
              folder.resolve("many"),
              folder,
              Labels.EMPTY,
              wall,
              log,
              new SelfMetrics())) {
        sending.start();
        var done = new CountDownLatch(4);
        for (int t = 0; t < 4; t++) {
          int thread = t;
          Thread.ofVirtual()
              .start(
                  () -> {
                    for (int i = 0; i < 250; i++) {
                      sending.append(
                          new AppendBatch()
                              .add(series("m", "t", "" + thread), time.millis() + i, i),
                          SyncPolicy.NOW);
                    }
                    done.countDown();
                  });
        }
        assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
        await().atMost(Duration.ofSeconds(20)).until(() -> receiving.content().size() == 1000);
      }
    }
  }

  @Test
  void credentialsAreReadAnewForEachCall() throws IOException {
    Files.writeString(folder.resolve("token"), "first\n");
    start(", authorization: {credentials_file: token}, headers: {X-Scope-OrgID: team}");
    append(0, 1);
    time.forward(Duration.ofSeconds(5));
    Files.writeString(folder.resolve("token"), "second\n");
    append(1, 2);
    time.forward(Duration.ofSeconds(5));
    assertThat(
            receiving.requests.stream().map(request -> request.header("Authorization").orElse("")))
        .containsExactly("Bearer first", "Bearer second");
    assertThat(receiving.requests.getFirst().header("X-Scope-OrgID")).contains("team");
    assertThat(receiving.requests.getFirst().header("X-Prometheus-Remote-Write-Version"))
        .contains("0.1.0");
    stop();
    start(", basic_auth: {username: u, password: p}");
    append(2, 3);
    time.forward(Duration.ofSeconds(5));
    assertThat(receiving.requests.getLast().header("Authorization")).contains("Basic dTpw");
  }

  @Test
  void mistakesAreToldWithTheirPlace() {
    assertThatThrownBy(
            () ->
                settings(
                    """
                remote_write_queue_size: 1KiB
                remote_write_to:
                - url: ftp://host/x
                  name: a
                  remote_timeuot: 3s
                - url: http://u:p@host/x
                  name: a
                  protobuf_message: io.prometheus.write.v3.Request
                - remote_timeout: 0s
                  queue_config: {max_samples_per_send: 0, min_backoff: 5s, max_backoff: 1s, batch_send_dedline: 1s}
                - url: http://host/x
                  write_relabel_configs: [{action: dorp}]
                  sigv4: {region: x}
                  metadata_config: {send_interval: 0s}
                  basic_auth: {password: x, password_file: y}
                  headers: {Host: x}
                """))
        .isInstanceOf(ConfigException.class)
        .message()
        .contains(
            "environment.yaml:1 remote_write_queue_size",
            "64.0 MiB or more",
            "environment.yaml:3 remote_write_to[0].url: 'ftp://host/x'",
            "environment.yaml:5",
            "did you mean 'remote_timeout'",
            "environment.yaml:6 remote_write_to[1].url",
            "'a' twice",
            "io.prometheus.write.v3.Request",
            "key 'url' is missing",
            "remote_timeout",
            "max_samples_per_send",
            "at least min_backoff",
            "did you mean 'batch_send_deadline'",
            "write_relabel_configs[0].action: 'dorp'",
            "'sigv4' (expected: no such key: not supported)",
            "password and password_file",
            "send_interval: PT0S (expected: more than 0s)",
            "'Host'");
  }

  @Test
  void recordsAreReadAsTheyWereWritten() throws IOException {
    var items = new ArrayList<QueueItem>();
    IntStream.range(0, 3)
        .forEach(
            i -> items.add(new QueueItem.FloatSample(series("m", "i", "" + i), -i, Double.NaN, i)));
    items.add(new QueueItem.ExemplarSample(series("m"), new Exemplar(Labels.of("t", "x"), 2, 9)));
    var read =
        QueueRecord.read(QueueRecord.whole(new SampleCounts(1, 2, 3), QueueRecord.body(items)));
    assertThat(read).isEqualTo(new QueueRecord(new SampleCounts(1, 2, 3), items));
    var other = QueueRecord.whole(SampleCounts.NONE, QueueRecord.body(items));
    other.put(0, (byte) 9);
    assertThatThrownBy(() -> QueueRecord.read(other))
        .hasMessageContaining("version 9 (expected: 1)");
  }
}
