package dev.gori.metrics.remote.sender;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.base.conf.Conf;
import dev.gori.base.conf.Problems;
import dev.gori.base.journal.SyncPolicy;
import dev.gori.base.observe.SelfMetrics;
import dev.gori.http.Response;
import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.label.Labels;
import dev.gori.testkit.ManualClock;
import dev.gori.testkit.NoLeaks;
import dev.gori.tsdb.AppendBatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/// A receiver may have stored a request whose response was lost, and would reject it if it came
/// again with new samples: a retried request is unchanged.
@ExtendWith(NoLeaks.class)
final class RetriedRequestTest {

  enum Between {
    A_PAUSE,
    A_KILL
  }

  @TempDir Path folder;

  private final ManualClock time = new ManualClock();

  private WriteStorage open(Path at, String url) throws IOException {
    var problems = new Problems();
    var section =
        Conf.parse(
            "environment.yaml",
            "remote_write_to: [{url: '%s', name: other, queue_config: {min_backoff: 10s, max_backoff: 10s}}]"
                .formatted(url),
            problems);
    var settings = RemoteWriteSettings.read(section, problems);
    problems.throwIfAny();
    return WriteStorage.open(
        settings,
        Disk.local(),
        at,
        folder,
        Labels.EMPTY,
        time,
        LoggerFactory.getLogger("metrics"),
        new SelfMetrics());
  }

  private void take(WriteStorage forwarding, int from, int to) {
    for (int i = from; i < to; i++) {
      forwarding.append(
          new AppendBatch().add(Labels.of(Labels.NAME, "m"), time.millis() + 60_000 + i, i),
          SyncPolicy.NOW);
    }
  }

  /// A copy of the files, as `kill -9` would leave them.
  private static void copy(Path from, Path to) {
    try (var files = Files.walk(from)) {
      for (var file : (Iterable<Path>) files::iterator) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatMayHaveArrivedIsSentAgainWithNothingAdded(Between between) throws IOException {
    var before = folder.resolve("forward");
    var left = folder.resolve("left");
    try (var receiving = new FakeReceiver(folder.resolve("there"), time)) {
      var bodies = new ArrayList<byte[]>();
      receiving.answers.add(
          request -> {
            bodies.add(request.body());
            copy(before, left);
            return Response.text(503, "its answer is lost");
          });
      receiving.answers.add(
          request -> {
            bodies.add(request.body());
            return Response.text(400, "out of order sample");
          });
      var sending = open(before, receiving.url());
      sending.start();
      take(sending, 0, 3);
      time.forward(Duration.ofSeconds(5));
      if (between == Between.A_KILL) {
        sending.close();
        sending = open(left, receiving.url());
      }
      take(sending, 3, 5);
      if (between == Between.A_KILL) {
        sending.start();
      }
      time.forward(Duration.ofSeconds(20));
      sending.close();
      assertThat(bodies).hasSize(2);
      assertThat(bodies.get(1)).isEqualTo(bodies.get(0));
      assertThat(receiving.content()).as("what came later").hasSize(2);
    }
  }
}
