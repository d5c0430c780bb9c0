package dev.gori.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.app.running.Poller;
import dev.gori.app.running.RunningEnvironment;
import dev.gori.base.json.Json;
import dev.gori.http.HttpCalls;
import dev.gori.kernel.fault.FaultException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.BitSet;
import java.util.concurrent.locks.LockSupport;

/// Samples that a client pushes one request after the other, whether anybody listens or not: sample
/// number `n` has the value `n` and its own millisecond, so that what is somewhere else says which
/// ones it is. A request without an answer is not pushed again.
final class Numbered implements AutoCloseable {

  /// Samples a request.
  static final int EACH = 10;

  private static final Duration PAUSE = Duration.ofMillis(4);

  private final String name;
  private final URI to;
  private final String token;
  private final long start;
  private final HttpCalls calls = HttpCalls.within(Duration.ofSeconds(5));
  private final BitSet acknowledged = new BitSet();
  private final Thread thread;
  private volatile boolean stopped;
  private int next;

  private Numbered(String name, RunningEnvironment environment) {
    this.name = name;
    this.to = environment.at("/prometheus/api/v1/write");
    this.token = environment.token();
    this.start = environment.now().toEpochMilli() - Duration.ofMinutes(10).toMillis();
    this.thread = Thread.ofVirtual().name("numbered").unstarted(this::push);
  }

  static Numbered pushedTo(RunningEnvironment environment, String name) {
    var numbered = new Numbered(name, environment);
    numbered.thread.start();
    return numbered;
  }

  private void push() {
    while (!stopped) {
      int first = next;
      next += EACH;
      if (isTaken(first)) {
        synchronized (acknowledged) {
          acknowledged.set(first, first + EACH);
        }
      }
      pause();
    }
  }

  private static void pause() {
    LockSupport.parkNanos(PAUSE.toNanos());
  }

  private boolean isTaken(int first) {
    try {
      var body = RemoteWrite.body(name, start + first, first, EACH);
      var answer = calls.post(to, "application/x-protobuf", body, HttpCalls.bearer(token));
      return answer.status() / 100 == 2;
    } catch (FaultException _) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// How many samples were acknowledged up to now.
  int acknowledged() {
    synchronized (acknowledged) {
      return acknowledged.cardinality();
    }
  }

  /// Returns when as many more are acknowledged.
  void awaitMore(int samples) {
    int enough = acknowledged() + samples;
    assertThat(Poller.untilTrue(PlatformRig.SOON, () -> acknowledged() >= enough))
        .as("%d samples are acknowledged (now %d)", enough, acknowledged())
        .isTrue();
  }

  /// The numbers of the samples at a Prometheus; each is there once, at its time.
  BitSet at(URI prometheus) {
    var there = new BitSet();
    var query = URLEncoder.encode(name + "[30m]", StandardCharsets.UTF_8);
    var answer = calls.get(URI.create(prometheus + "/api/v1/query?query=" + query));
    for (var series : Json.parse(answer.text()).path("data").path("result")) {
      for (var sample : series.path("values")) {
        int number = (int) Double.parseDouble(sample.get(1).asString());
        long millis = Math.round(sample.get(0).asDouble() * 1000);
        assertThat(millis).as("the time of sample %d", number).isEqualTo(start + number);
        assertThat(there.get(number)).as("sample %d is there twice", number).isFalse();
        there.set(number);
      }
    }
    return there;
  }

  /// How many acknowledged samples are not among these.
  int missing(BitSet there) {
    return missingOnes(there).cardinality();
  }

  private BitSet missingOnes(BitSet there) {
    BitSet missing;
    synchronized (acknowledged) {
      missing = (BitSet) acknowledged.clone();
    }
    missing.andNot(there);
    return missing;
  }

  /// All that is acknowledged is there, and nothing that was never pushed.
  void areAllIn(BitSet there) {
    assertThat(missingOnes(there)).as("acknowledged and not there").isEqualTo(new BitSet());
    assertThat(there.length()).as("none above those pushed").isLessThanOrEqualTo(next);
  }

  /// Ends the pushing; what is acknowledged stays as it is then.
  void stop() {
    stopped = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    stop();
    calls.close();
  }
}
