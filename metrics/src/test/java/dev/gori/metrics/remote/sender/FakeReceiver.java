package dev.gori.metrics.remote.sender;

import dev.gori.base.observe.SelfMetrics;
import dev.gori.http.ContentCoding;
import dev.gori.http.ErrorFormat;
import dev.gori.http.HttpServer;
import dev.gori.http.Mount;
import dev.gori.http.Request;
import dev.gori.http.Response;
import dev.gori.http.Routes;
import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.id.Bytes;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.label.Matcher;
import dev.gori.kernel.sample.SampleBuffer;
import dev.gori.kernel.time.Time;
import dev.gori.metrics.remote.receiver.WriteHandler;
import dev.gori.metrics.store.SampleStore;
import dev.gori.tsdb.TsdbSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/// The receiver of another Gori on a real port with its own store. It can return errors for a
/// while.
final class FakeReceiver implements AutoCloseable {

  interface Answering {
    Response to(Request request);
  }

  final List<Request> requests = new CopyOnWriteArrayList<>();
  final List<Instant> times = new CopyOnWriteArrayList<>();
  final Deque<Answering> answers = new ArrayDeque<>();
  final SampleStore store;
  private final HttpServer server;

  FakeReceiver(Path folder, Time time) throws IOException {
    store =
        SampleStore.open(
            Disk.local(),
            folder,
            TsdbSettings.DEFAULTS,
            time,
            LoggerFactory.getLogger("receiver"),
            new SelfMetrics());
    var write = new WriteHandler(store, time);
    server = HttpServer.open("127.0.0.1", 0, HttpServer.Limits.OPEN);
    server.mount(
        List.of(
            new Mount(
                "",
                new Routes(ErrorFormat.PLAIN)
                    .post(
                        "/write",
                        request -> {
                          requests.add(request);
                          times.add(time.now());
                          var next = answers.poll();
                          return next == null ? write.receive(request) : next.to(request);
                        })
                    .takes(Bytes.mebi(64))
                    .accepts(ContentCoding.SNAPPY))));
  }

  String url() {
    return server.uri() + "/write";
  }

  void answers(int status, int times) {
    for (int i = 0; i < times; i++) {
      answers.add(_ -> Response.text(status, "told to say " + status));
    }
  }

  /// All samples of a store, one line each.
  ///
  /// @param external labels to add to series without them
  static List<String> content(SampleStore store, Labels external) {
    var lines = new ArrayList<String>();
    for (var series :
        store.select(
            List.of(new Matcher(Labels.NAME, Matcher.Op.NOT_EQUAL, "")),
            Long.MIN_VALUE / 2,
            Long.MAX_VALUE / 2)) {
      var points = new SampleBuffer();
      series.read(points);
      for (int i = 0; i < points.size(); i++) {
        var histogram = points.histogramAt(i);
        lines.add(
            "%s %d %s began %d"
                .formatted(
                    external.overlaid(series.labels()),
                    points.millisAt(i),
                    histogram == null
                        ? Long.toHexString(Double.doubleToRawLongBits(points.valueAt(i)))
                        : histogram.schema() + " " + histogram,
                    points.startAt(i)));
      }
    }
    lines.sort(null);
    return lines;
  }

  List<String> content() {
    return content(store, Labels.EMPTY);
  }

  @Override
  public void close() throws IOException {
    server.close();
    store.close();
  }
}
