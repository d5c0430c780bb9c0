package dev.gori.metrics.remote.receiver;

import static dev.gori.metrics.remote.receiver.WriteRequests.message;
import static dev.gori.metrics.remote.receiver.WriteRequests.packed;
import static dev.gori.metrics.remote.receiver.WriteRequests.request;
import static dev.gori.metrics.remote.receiver.WriteRequests.series;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.base.observe.SelfMetrics;
import dev.gori.http.ClientResponse;
import dev.gori.http.ErrorFormat;
import dev.gori.http.HttpCalls;
import dev.gori.http.HttpServer;
import dev.gori.http.Mount;
import dev.gori.http.Routes;
import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.id.Bytes;
import dev.gori.kernel.label.Matcher;
import dev.gori.kernel.sample.Buckets;
import dev.gori.kernel.sample.FloatHistogram;
import dev.gori.kernel.sample.SampleBuffer;
import dev.gori.metrics.store.SampleStore;
import dev.gori.testkit.ManualClock;
import dev.gori.testkit.NoLeaks;
import dev.gori.tsdb.TsdbSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

@ExtendWith(NoLeaks.class)
final class RemoteWriteTest {

  private static final String FIRST = "application/x-protobuf";
  private static final String SECOND =
      "application/x-protobuf;proto=io.prometheus.write.v2.Request";

  @TempDir Path folder;

  private final ManualClock time = new ManualClock();
  private final HttpCalls calls = HttpCalls.within(Duration.ofSeconds(10));
  private SampleStore store;
  private HttpServer server;

  @BeforeEach
  void open() throws IOException {
    store =
        SampleStore.open(
            Disk.local(),
            folder,
            TsdbSettings.DEFAULTS,
            time,
            LoggerFactory.getLogger("metrics"),
            new SelfMetrics());
    server = HttpServer.open("127.0.0.1", 0, HttpServer.Limits.guardedBy("token"));
    server.mount(
        List.of(
            new Mount(
                "",
                new Routes(ErrorFormat.PLAIN)
                    .guarded("POST", "/write", new WriteHandler(store, time)::receive)
                    .takes(Bytes.mebi(64)))));
  }

  @AfterEach
  void close() throws IOException {
    server.close();
    store.close();
    calls.close();
  }

  private String post(byte[] body) {
    return line(send(FIRST, body));
  }

  private ClientResponse send(String type, byte[] body) {
    return calls.post(URI.create(server.uri() + "/write"), type, body, HttpCalls.bearer("token"));
  }

  private static String line(ClientResponse answer) {
    return answer.status() + " " + answer.text().strip();
  }

  private static List<String> written(ClientResponse answer) {
    return Stream.of("Samples", "Histograms", "Exemplars")
        .map(kind -> answer.header("X-Prometheus-Remote-Write-" + kind + "-Written").orElse("none"))
        .toList();
  }

  private List<String> stored(String metric, long from, long to) {
    var found = new ArrayList<String>();
    for (var series : store.select(List.of(Matcher.equal("__name__", metric)), from, to)) {
      var points = new SampleBuffer();
      series.read(points);
      for (int i = 0; i < points.size(); i++) {
        var histogram = points.histogramAt(i);
        found.add(
            series.labels()
                + " "
                + (histogram == null ? points.valueAt(i) : histogram)
                + "@"
                + points.millisAt(i));
      }
    }
    return found;
  }

  @Test
  void whatIsPushedIsStored() {
    long now = time.millis();
    assertThat(
            post(
                request(
                    series(now, 1.5, "__name__", "m", "a", "1"),
                    series(now, 2.5, "__name__", "m", "a", "2"))))
        .isEqualTo("204 ");
    assertThat(store.series(List.of(Matcher.equal("__name__", "m")), now, now)).hasSize(2);
  }

  @Test
  void whatCannotBeStoredIsRefusedWithTheReason() {
    long now = time.millis();
    post(request(series(now, 1, "__name__", "m")));
    assertThat(post(request(series(now - 1, 1, "__name__", "m"))))
        .startsWith("400 1 of 1 samples are not stored")
        .contains("out of order");
    assertThat(post(request(series(now, 1, "a", "b"))))
        .contains("1 of 1 samples are not stored: series {a=\"b\"} with 1 labels");
    assertThat(post(request(series(now, 1, "__name__", "m", "a", "1", "a", "2"))))
        .endsWith("not stored: duplicate label 'a' in one series");
    assertThat(post(request(series(now + 3_600_000, 1, "__name__", "m"))))
        .contains("not stored: a sample of {__name__=\"m\"} at");
    assertThat(post(request(series(now, 1, "__name__", "m", "a", "x".repeat(20_000)))))
        .contains("label 'a' with a value of 20000 characters");
    var whole = request(series(now, 1, "__name__", "m"));
    assertThat(post(Arrays.copyOf(whole, whole.length - 3)))
        .startsWith("400 body: malformed snappy");
    assertThat(post(packed(new byte[] {10, 50, 1})))
        .startsWith("400 the body is not a valid prometheus.WriteRequest");
    var without =
        calls.post(URI.create(server.uri() + "/write"), "application/x-protobuf", whole, Map.of());
    assertThat(without.status()).isEqualTo(401);
  }

  @Test
  void aSeriesThatIsRefusedDoesNotKeepOthersOut() {
    long now = time.millis();
    var answer = send(FIRST, request(series(now, 1, "a", "b"), series(now, 2, "__name__", "m")));
    assertThat(line(answer)).startsWith("400 1 of 2 samples are not stored: series {a=\"b\"}");
    assertThat(written(answer)).containsOnly("none");
    assertThat(stored("m", now, now)).containsExactly("{__name__=\"m\"} 2.0@" + now);
  }

  @Test
  void histogramsAndExemplarsOfTheFirstVersionAreStored() {
    long now = time.millis();
    var answer =
        send(
            FIRST,
            request(
                message(
                    out -> {
                      WriteRequests.labels(out, "__name__", "h");
                      out.writeByteArray(4, WriteRequests.histogram(now));
                      out.writeByteArray(
                          3,
                          message(
                              exemplar -> {
                                WriteRequests.labels(exemplar, "trace_id", "t1");
                                exemplar.writeDouble(2, 0.5);
                                exemplar.writeInt64(3, now);
                              }));
                    })));
    assertThat(line(answer)).isEqualTo("204 ");
    assertThat(written(answer)).containsOnly("none");
    var series = store.select(List.of(Matcher.equal("__name__", "h")), now, now).getFirst();
    var points = new SampleBuffer();
    series.read(points);
    assertThat(points.histogramAt(0))
        .isEqualTo(
            FloatHistogram.exponential(
                1,
                0.001,
                1,
                7,
                12.5,
                Buckets.of(new int[] {1, 2, 5}, new double[] {3, 1, 2}),
                Buckets.NONE));
    assertThat(store.exemplars(List.of(Matcher.equal("__name__", "h")), now, now).toString())
        .contains("t1");
  }

  @Test
  void theSecondVersionIsStored() {
    long now = time.millis();
    var request = new WriteRequests.Second();
    request.add(
        out -> {
          out.writeByteArray(1, request.references("__name__", "m", "job", "api"));
          out.writeByteArray(2, WriteRequests.sample(now - 1, 1));
          out.writeByteArray(2, WriteRequests.sample(now, 2));
          out.writeByteArray(
              4,
              message(
                  exemplar -> {
                    exemplar.writeByteArray(1, request.references("trace_id", "t2"));
                    exemplar.writeDouble(2, 0.5);
                    exemplar.writeInt64(3, now);
                  }));
        });
    request.add(
        out -> {
          out.writeByteArray(1, request.references("__name__", "h", "job", "api"));
          out.writeByteArray(3, WriteRequests.histogram(now));
        });
    var answer = send(SECOND, request.packedRequest());
    assertThat(line(answer)).isEqualTo("204 ");
    assertThat(written(answer)).containsExactly("2", "1", "1");
    assertThat(stored("m", now - 1, now))
        .containsExactly(
            "{__name__=\"m\", job=\"api\"} 1.0@" + (now - 1),
            "{__name__=\"m\", job=\"api\"} 2.0@" + now);
    assertThat(stored("h", now, now)).hasSize(1);
  }

  private record Wrong(String name, String type, byte[] body, String answer) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static byte[] second(WriteRequests.Fields... series) {
    var request = new WriteRequests.Second();
    for (var one : series) {
      request.add(one);
    }
    return request.packedRequest();
  }

  static Stream<Wrong> isRefused() {
    return Stream.of(
        new Wrong(
            "another type",
            "application/json",
            new byte[0],
            "415 content type 'application/json' (expected: application/x-protobuf"),
        new Wrong(
            "another message",
            "application/x-protobuf;proto=io.prometheus.write.v3.Request",
            new byte[0],
            "415 content type"),
        new Wrong(
            "a reference to nowhere",
            SECOND,
            second(
                out -> {
                  out.writeByteArray(1, new byte[] {0, 9});
                  out.writeByteArray(2, WriteRequests.sample(1, 1));
                }),
            "400 1 of 1 samples are not stored: label reference 0/9 (expected: below 1, the number of symbols)"),
        new Wrong(
            "a name without a value",
            SECOND,
            second(out -> out.writeByteArray(1, new byte[] {0})),
            "400 0 of 0 samples are not stored: 1 label references (expected: pairs of name and value)"),
        new Wrong(
            "spans that do not fit",
            FIRST,
            request(
                message(
                    out -> {
                      WriteRequests.labels(out, "__name__", "h");
                      out.writeByteArray(
                          4,
                          message(
                              histogram -> histogram.writeByteArray(11, WriteRequests.span(1, 3))));
                    })),
            "400 1 of 1 samples are not stored: native histogram of {__name__=\"h\"} at 0 ms: spans for 3 buckets and 0 counts"),
        new Wrong(
            "a span without end",
            FIRST,
            request(
                message(
                    out -> {
                      WriteRequests.labels(out, "__name__", "h");
                      out.writeByteArray(
                          4,
                          message(
                              histogram ->
                                  histogram.writeByteArray(11, WriteRequests.span(1, -1))));
                    })),
            "400 0 of 0 samples are not stored: native histogram: a span of 4294967295 buckets"),
        new Wrong(
            "a schema that is none",
            FIRST,
            request(
                message(
                    out -> {
                      WriteRequests.labels(out, "__name__", "h");
                      out.writeByteArray(4, message(histogram -> histogram.writeSInt32(4, 9)));
                    })),
            "400 1 of 1 samples are not stored: native histogram of {__name__=\"h\"} at 0 ms: histogram schema: 9"),
        new Wrong(
            "a table that does not begin with the empty text",
            SECOND,
            WriteRequests.packed(message(out -> out.writeString(4, "a"))),
            "400 the body is not a valid io.prometheus.write.v2.Request: symbols[0]: 'a' (expected: the empty string)"));
  }

  @ParameterizedTest
  @MethodSource
  void isRefused(Wrong wrong) {
    assertThat(line(send(wrong.type, wrong.body))).startsWith(wrong.answer);
  }

  @Test
  void anyBytesAreStoredOrRefused() {
    var random = new Random(3);
    var first =
        request(
            series(time.millis(), 1, "__name__", "m", "a", "1"),
            message(
                out -> {
                  WriteRequests.labels(out, "__name__", "n");
                  out.writeByteArray(4, WriteRequests.histogram(time.millis()));
                }));
    var request = new WriteRequests.Second();
    var second =
        request
            .add(
                out -> {
                  out.writeByteArray(1, request.references("__name__", "m"));
                  out.writeByteArray(2, WriteRequests.sample(time.millis(), 1));
                  out.writeByteArray(3, WriteRequests.histogram(time.millis()));
                })
            .packedRequest();
    for (int i = 0; i < 600; i++) {
      var whole = i % 2 == 0 ? first : second;
      var bytes = Arrays.copyOf(whole, random.nextInt(whole.length) + 1);
      for (int changes = random.nextInt(3); changes >= 0; changes--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      assertThat(line(send(i % 2 == 0 ? FIRST : SECOND, bytes)))
          .as("round %d", i)
          .matches("(?s)(204|400|413).*");
    }
  }
}
