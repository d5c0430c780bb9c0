package dev.gori.metrics.remote.receiver;

import static dev.gori.metrics.remote.receiver.WriteRequests.labels;
import static dev.gori.metrics.remote.receiver.WriteRequests.message;
import static dev.gori.metrics.remote.receiver.WriteRequests.packed;
import static dev.gori.metrics.remote.receiver.WriteRequests.request;
import static dev.gori.metrics.remote.receiver.WriteRequests.sample;
import static dev.gori.metrics.remote.receiver.WriteRequests.series;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.base.conf.Conf;
import dev.gori.base.conf.Problems;
import dev.gori.base.json.Json;
import dev.gori.http.ClientResponse;
import dev.gori.http.HttpCalls;
import dev.gori.metrics.MetricsServerRig;
import dev.gori.metrics.MetricsSettings;
import dev.gori.metrics.RealPrometheus;
import dev.gori.testkit.NoLeaks;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Good and bad write requests to Gori and to Prometheus 3.16 give the same status, the same header
/// counts and the same stored samples. The table lists the differences.
@ExtendWith(NoLeaks.class)
final class WriteDifferentialTest {

  private static final String FIRST = "application/x-protobuf";
  private static final String SECOND =
      "application/x-protobuf;proto=io.prometheus.write.v2.Request";

  /// Prometheus answers 204 to invalid labels, and drops the series.
  private static final String REFUSED = "400";

  /// @param differs Gori's status; empty if it is the same
  private record Push(String name, String type, String encoding, byte[] body, String differs) {}

  @TempDir Path folder;

  private final HttpCalls calls = HttpCalls.within(Duration.ofSeconds(20));
  private final long now = System.currentTimeMillis() / 1000 * 1000;
  private final List<Push> pushes = new ArrayList<>();

  private void first(String name, byte[] body) {
    pushes.add(new Push(name, FIRST, "snappy", body, ""));
  }

  private void first(String name, byte[] body, String differs) {
    pushes.add(new Push(name, FIRST, "snappy", body, differs));
  }

  private void second(String name, byte[] body, String differs) {
    pushes.add(new Push(name, SECOND, "snappy", body, differs));
  }

  private byte[] one(String name, long millis, double value) {
    return series(millis, value, "__name__", name, "job", "t");
  }

  private void bodies() {
    first("two series", request(one("ok_a", now, 1), one("ok_b", now, 2)));
    first("nothing in it", request());
    first("no body", new byte[0]);
    first("no snappy", "plain text that is long enough".getBytes(StandardCharsets.UTF_8));
    var whole = request(one("cut", now, 1), one("cut2", now, 1));
    first("truncated", Arrays.copyOf(whole, whole.length / 2));
    first("snappy, but no message", packed(new byte[] {10, 50, 1}));
    pushes.add(new Push("another encoding", FIRST, "gzip", whole, ""));
    pushes.add(new Push("no encoding", FIRST, "", request(one("plain", now, 1)), ""));
    pushes.add(new Push("another type", "text/plain", "snappy", whole, ""));
    pushes.add(
        new Push("a message that nobody knows", FIRST + ";proto=a.b.C", "snappy", whole, ""));
    pushes.add(
        new Push(
            "the first message by its name",
            FIRST + ";proto=prometheus.WriteRequest",
            "snappy",
            request(one("named", now, 1)),
            ""));
  }

  private void labelsAndTimes() {
    first("no name", request(series(now, 1, "job", "t")), REFUSED);
    first("no labels", request(series(now, 1)), REFUSED);
    first("a label twice", request(series(now, 1, "__name__", "m", "a", "1", "a", "2")), REFUSED);
    first("a label without a name", request(series(now, 1, "__name__", "m", "", "1")), REFUSED);
    first("an empty value", request(series(now, 1, "__name__", "empty_value", "a", "")));
    first("not in order", request(series(now, 1, "z", "1", "__name__", "z_first", "a", "2")));
    first("any letters", request(series(now, 1, "__name__", "größe.x", "a b", "ü")));
    first(
        "what a metric is",
        packed(
            message(
                out ->
                    out.writeByteArray(
                        3,
                        message(
                            about -> {
                              about.writeEnum(1, 1);
                              about.writeString(2, "ok_a");
                              about.writeString(4, "Help.");
                            })))));
    first(
        "one bad, one good", request(series(now, 1, "a", "b"), one("beside_bad", now, 3)), REFUSED);
    first("a long value", request(series(now, 1, "__name__", "long", "a", "x".repeat(10_000))));
    first("a later sample", request(one("order", now, 1)));
    first("the same again", request(one("order", now, 1)));
    first("the same time, another value", request(one("order", now, 2)));
    first("an earlier one", request(one("order", now - 5_000, 3)));
    first(
        "an earlier one beside a good one",
        request(one("order", now - 6_000, 3), one("beside_early", now, 4)));
    first("hours ago", request(one("ago", now - 3 * 3_600_000, 1)), "204");
    first("a day ahead", request(one("ahead", now + 86_400_000, 1)));
    first("five minutes ahead", request(one("soon", now + 300_000, 1)));
  }

  private void secondVersion() {
    var good = new WriteRequests.Second();
    var name = good.references("__name__", "second_ok", "job", "t");
    good.add(
        out -> {
          out.writeByteArray(1, name);
          out.writeByteArray(2, sample(now, 1));
          out.writeByteArray(
              5,
              message(
                  about -> {
                    about.writeEnum(1, 1);
                    about.writeUInt32(3, 0);
                  }));
        });
    second("second version", good.packedRequest(), "");
    second("second version, nothing", packed(message(out -> out.writeString(4, ""))), "");
    var partly = new WriteRequests.Second();
    var bad = partly.references("job", "t");
    var fine = partly.references("__name__", "second_beside", "job", "t");
    partly.add(
        out -> {
          out.writeByteArray(1, bad);
          out.writeByteArray(2, sample(now, 1));
        });
    partly.add(
        out -> {
          out.writeByteArray(1, fine);
          out.writeByteArray(2, sample(now, 2));
          out.writeByteArray(2, sample(now - 1_000, 2));
        });
    second(
        "second version, one bad, one good",
        partly.packedRequest(),
        "400 Samples 1 Histograms 0 Exemplars 0"); // Prometheus counts samples that it drops later
    second(
        "a reference to nowhere",
        packed(
            message(
                out -> {
                  out.writeString(4, "");
                  out.writeByteArray(
                      5,
                      message(
                          s -> {
                            s.writeByteArray(1, new byte[] {7, 8});
                            s.writeByteArray(2, sample(now, 1));
                          }));
                })),
        "");
    var histogram = new WriteRequests.Second();
    var named = histogram.references("__name__", "second_native");
    histogram.add(
        out -> {
          out.writeByteArray(1, named);
          out.writeByteArray(3, WriteRequests.histogram(now));
        });
    second("second version, a native histogram", histogram.packedRequest(), "");
  }

  private void histograms() {
    first("a native histogram", request(native_("native", WriteRequests.histogram(now))));
    first("counts that do not add up", request(native_("native_sum", histogram(9, 1, 3))));
    first("a negative bucket", request(native_("native_neg", histogram(7, 1, -3))));
    first("a schema that there is not", request(native_("native_schema", histogram(3, 60, 3))));
  }

  private byte[] native_(String name, byte[] histogram) {
    return message(
        out -> {
          labels(out, "__name__", name);
          out.writeByteArray(4, histogram);
        });
  }

  private byte[] histogram(long count, int schema, long first) {
    return message(
        out -> {
          out.writeUInt64(1, count);
          out.writeDouble(3, 1);
          out.writeSInt32(4, schema);
          out.writeDouble(5, 0.001);
          out.writeUInt64(6, 0);
          out.writeByteArray(11, WriteRequests.span(1, 1));
          out.writeByteArray(12, message(deltas -> deltas.writeSInt64NoTag(first)));
          out.writeInt64(15, now);
        });
  }

  private Map<String, String> answers(URI server) {
    var answers = new LinkedHashMap<String, String>();
    for (var push : pushes) {
      Map<String, String> headers =
          push.encoding().isEmpty() ? Map.of() : Map.of("Content-Encoding", push.encoding());
      var answer =
          calls.post(URI.create(server + "/api/v1/write"), push.type(), push.body(), headers);
      answers.put(push.name(), answer.status() + written(answer));
    }
    return answers;
  }

  private static String written(ClientResponse answer) {
    var found = new StringBuilder();
    for (var kind : List.of("Samples", "Histograms", "Exemplars")) {
      answer
          .header("X-Prometheus-Remote-Write-" + kind + "-Written")
          .ifPresent(count -> found.append(' ').append(kind).append(' ').append(count));
    }
    return found.toString();
  }

  private TreeMap<String, String> everything(URI server) {
    var query = URLEncoder.encode("{__name__!=\"\"}[5h]", StandardCharsets.UTF_8);
    var uri = URI.create(server + "/api/v1/query?query=" + query + "&time=" + (now / 1000 + 3600));
    var all = new TreeMap<String, String>();
    for (var series : Json.parse(calls.get(uri).text()).path("data").path("result")) {
      var labels = series.path("metric").toString();
      all.put(
          labels.length() > 200 ? labels.substring(0, 200) : labels,
          series.path("values") + " " + series.path("histograms"));
    }
    return all;
  }

  /// @param metadata response of `/api/v1/metadata` afterwards
  private record Seen(
      Map<String, String> answers, TreeMap<String, String> samples, String metadata) {}

  private Seen seen(URI server) {
    return new Seen(
        answers(server),
        everything(server),
        calls.get(URI.create(server + "/api/v1/metadata")).text().strip());
  }

  private Seen ours() throws IOException {
    var problems = new Problems();
    var settings = MetricsSettings.read(Conf.parse("environment.yaml", "", problems), problems);
    try (var role = new MetricsServerRig(settings, "", List.of(), folder.resolve("ours"))) {
      var server = role.url();
      return seen(server);
    }
  }

  private Seen theirs() throws IOException {
    var there = Files.createDirectories(folder.resolve("theirs"));
    var program = RealPrometheus.three();
    try (var real = RealPrometheus.start(program, there, "", calls, List.of())) {
      return seen(real.url());
    }
  }

  @Test
  void theAnswersAreTheSame() throws IOException {
    bodies();
    labelsAndTimes();
    secondVersion();
    histograms();
    var theirs = theirs();
    var ours = ours();
    var expected = new LinkedHashMap<>(theirs.answers());
    pushes.forEach(
        push -> {
          if (!push.differs().isEmpty()) {
            assertThat(expected.put(push.name(), push.differs()))
                .as(push.name())
                .isNotEqualTo(push.differs());
          }
        });
    assertThat(ours.answers()).isEqualTo(expected);
    // Prometheus rejects samples older than an hour, and the whole request
    for (var more : List.of("ago", "beside_early")) {
      assertThat(ours.samples().keySet().removeIf(labels -> labels.contains(more)))
          .as(more)
          .isTrue();
    }
    assertThat(ours.samples()).isEqualTo(theirs.samples());
    assertThat(ours.metadata())
        .as("metadata that is pushed is not shown")
        .isEqualTo(theirs.metadata());
  }
}
