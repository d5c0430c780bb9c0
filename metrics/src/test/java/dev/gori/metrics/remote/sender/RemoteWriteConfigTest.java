package dev.gori.metrics.remote.sender;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.gori.base.conf.Conf;
import dev.gori.base.conf.Problems;
import dev.gori.base.journal.SyncPolicy;
import dev.gori.base.observe.SelfMetrics;
import dev.gori.http.Response;
import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.label.Labels;
import dev.gori.metrics.exposition.MetricType;
import dev.gori.metrics.scrape.Certificates;
import dev.gori.metrics.scrape.RawTarget;
import dev.gori.testkit.ManualClock;
import dev.gori.testkit.NoLeaks;
import dev.gori.tsdb.AppendBatch;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/// Requests to a destination as configured: HTTP options, relabelling, metadata.
@ExtendWith(NoLeaks.class)
final class RemoteWriteConfigTest {

  @TempDir Path folder;

  private final ManualClock time = new ManualClock();
  private SelfMetrics metrics = new SelfMetrics();

  private WriteStorage open(String url, String more) throws IOException {
    var problems = new Problems();
    var section =
        Conf.parse(
            "environment.yaml",
            "remote_write_to: [{url: '%s', name: other%s}]".formatted(url, more),
            problems);
    var settings = RemoteWriteSettings.read(section, problems);
    section.finish();
    problems.throwIfAny();
    metrics = new SelfMetrics();
    var forwarding =
        WriteStorage.open(
            settings,
            Disk.local(),
            folder.resolve("forward"),
            folder,
            Labels.of("env", "dev"),
            time,
            LoggerFactory.getLogger("metrics"),
            metrics);
    forwarding.start();
    time.forward(Duration.ZERO);
    return forwarding;
  }

  private static Labels series(String... more) {
    return Labels.of(more);
  }

  private double counter(String name, String reason) {
    for (var snapshot : metrics.registry().scrape(name::equals)) {
      for (var point : snapshot.getDataPoints()) {
        if (reason.isEmpty() || reason.equals(point.getLabels().get("reason"))) {
          return ((CounterSnapshot.CounterDataPointSnapshot) point).getValue();
        }
      }
    }
    throw new AssertionError("no metric " + name);
  }

  @Test
  void seriesAreRelabelledOnTheirWayAndTheExternalLabelsWithThem() throws IOException {
    try (var receiving = new FakeReceiver(folder.resolve("there"), time);
        var sending =
            open(
                receiving.url(),
                ", write_relabel_configs: ["
                    + "{source_labels: [__name__], regex: debug_.*, action: drop}, "
                    + "{source_labels: [env], target_label: stage, replacement: is-$1}, "
                    + "{regex: env, action: labeldrop}]")) {
      long now = time.millis();
      sending.append(
          new AppendBatch()
              .add(series("__name__", "m", "a", "1"), now, 1)
              .add(series("__name__", "debug_x"), now, 2)
              .add(series("__name__", "debug_y"), now, 3),
          SyncPolicy.NOW);
      time.forward(Duration.ofSeconds(5));
      assertThat(receiving.content())
          .singleElement()
          .asString()
          .startsWith("{__name__=\"m\", a=\"1\", stage=\"is-dev\"} " + now);
      assertThat(counter("prometheus_remote_storage_samples_dropped", "dropped_series"))
          .isEqualTo(2);
      assertThat(counter("prometheus_remote_storage_samples", "")).isEqualTo(1);
      sending.append(
          new AppendBatch().add(series("__name__", "debug_x"), now + 1, 2), SyncPolicy.NOW);
      time.forward(Duration.ofSeconds(5));
      assertThat(receiving.requests).as("a request of nothing is not sent").hasSize(1);
    }
  }

  private static final Map<String, MetricMetadata> KNOWN =
      Map.of(
          "up", new MetricMetadata("up", MetricType.GAUGE, "Whether it is.", ""),
          "calls", new MetricMetadata("calls", MetricType.COUNTER, "Calls\nso far.", "seconds"));

  @Test
  void whatTheMetricsAreIsToldInRequestsOfTheirOwn() throws IOException {
    try (var receiving = new FakeReceiver(folder.resolve("there"), time);
        var sending =
            open(
                receiving.url(),
                ", metadata_config: {send_interval: 30s, max_samples_per_send: 1}")) {
      sending.metadataFrom(() -> KNOWN);
      var told = new ArrayList<String>();
      for (int status : new int[] {200, 500, 200, 200}) {
        receiving.answers.add(
            request -> {
              var message = request.body();
              fields(message).get(3).forEach(one -> told.add(first(one)));
              return Response.text(status, "told to");
            });
      }
      time.forward(Duration.ofSeconds(30));
      time.forward(Duration.ofSeconds(30));
      assertThat(told)
          .containsExactly(
              "calls 1 Calls\nso far. seconds",
              "up 2 Whether it is. ",
              "calls 1 Calls\nso far. seconds",
              "up 2 Whether it is. ");
      assertThat(counter("prometheus_remote_storage_metadata", "")).isEqualTo(3);
      assertThat(counter("prometheus_remote_storage_metadata_failed", "")).isEqualTo(1);
    }
  }

  @Test
  void whatTheMetricsAreGoesWithTheSeriesInTheSecondVersion() throws IOException {
    try (var receiving = new FakeReceiver(folder.resolve("there"), time);
        var sending = open(receiving.url(), ", protobuf_message: io.prometheus.write.v2.Request")) {
      sending.metadataFrom(() -> KNOWN);
      time.forward(Duration.ofMinutes(1));
      assertThat(receiving.requests).isEmpty();
      long now = time.millis();
      sending.append(
          new AppendBatch()
              .add(series("__name__", "calls_total"), now, 1)
              .add(series("__name__", "nobody_knows"), now, 1),
          SyncPolicy.NOW);
      time.forward(Duration.ofSeconds(5));
      assertThat(receiving.content()).hasSize(2);
      var request = fields(receiving.requests.getFirst().body());
      var symbols =
          request.get(4).stream().map(bytes -> new String(bytes, StandardCharsets.UTF_8)).toList();
      var about = new ArrayList<String>();
      for (var one : request.get(5)) {
        for (var metadata : fields(one).getOrDefault(5, List.of())) {
          var in = CodedInputStream.newInstance(metadata);
          in.readTag();
          int type = in.readEnum();
          in.readTag();
          var help = symbols.get(in.readUInt32());
          in.readTag();
          about.add(type + " " + help + " " + symbols.get(in.readUInt32()));
        }
      }
      assertThat(about).containsExactly("1 Calls\nso far. seconds");
    }
  }

  /// The length-delimited fields of a message, by field number.
  private static Map<Integer, List<byte[]>> fields(byte[] message) {
    var found = new TreeMap<Integer, List<byte[]>>();
    try {
      var in = CodedInputStream.newInstance(message);
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        if (WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
          found
              .computeIfAbsent(WireFormat.getTagFieldNumber(tag), _ -> new ArrayList<>())
              .add(in.readByteArray());
        } else {
          in.skipField(tag);
        }
      }
      return found;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String first(byte[] about) {
    try {
      var in = CodedInputStream.newInstance(about);
      in.readTag();
      int type = in.readEnum();
      var texts = fields(about);
      return "%s %d %s %s".formatted(text(texts, 2), type, text(texts, 4), text(texts, 5));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String text(Map<Integer, List<byte[]>> fields, int number) {
    return new String(fields.get(number).getFirst(), StandardCharsets.UTF_8);
  }

  private void push(WriteStorage sending) {
    sending.append(
        new AppendBatch().add(series("__name__", "m"), time.millis(), 1), SyncPolicy.NOW);
    time.forward(Duration.ofSeconds(5));
  }

  private double sent() {
    return counter("prometheus_remote_storage_samples", "");
  }

  @Test
  void aReceiverBehindTlsThatWantsACertificateAndAHeader(@TempDir Path keys) throws Exception {
    var certificates = Certificates.make(keys, "store.example");
    certificates.authorityFile();
    certificates.clientFile();
    certificates.clientKeyFile();
    try (var receiver = RawTarget.start(certificates.server(), true).shows("")) {
      var url = "https://" + receiver.address() + "/write";
      var tls =
          ", tls_config: {ca_file: K/ca.pem, server_name: store.example, cert_file: K/client.pem, key_file: K/client.key}"
              .replace("K/", keys + "/");
      try (var sending = open(url, ", metadata_config: {send: false}")) {
        push(sending);
        assertThat(sent()).as("nobody who signed it is known").isZero();
      }
      try (var sending =
          open(
              url,
              tls
                  + ", metadata_config: {send: false}, http_headers: {X-Scope: {values: [a], secrets: [b]}}")) {
        push(sending);
        assertThat(receiver.asked.getLast().get("X-scope")).containsExactly("a", "b");
      }
    }
  }

  @Test
  void aProxyAndATokenFromElsewhere() throws Exception {
    try (var proxy = RawTarget.start().shows("");
        var tokens =
            RawTarget.start()
                .shows(
                    "application/json",
                    "{\"access_token\": \"t\"}".getBytes(StandardCharsets.UTF_8));
        var sending =
            open(
                "http://store.invalid/write",
                ", proxy_url: 'http://%s', oauth2: {client_id: me, client_secret: s, token_url: 'http://%s/'}"
                    .formatted(proxy.address(), tokens.address()))) {
      push(sending);
      assertThat(sent()).isEqualTo(1);
      assertThat(proxy.header("Host")).isEqualTo("store.invalid");
      assertThat(proxy.header("Authorization")).isEqualTo("Bearer t");
    }
  }

  @Test
  void aRedirectIsFollowedWithTheBodyOrNotAtAll() throws Exception {
    try (var receiving = new FakeReceiver(folder.resolve("there"), time);
        var redirect = RawTarget.start()) {
      redirect.answers(
          call -> {
            call.getResponseHeaders().set("Location", receiving.url());
            call.sendResponseHeaders(301, -1);
          });
      var url = "http://" + redirect.address() + "/write";
      try (var sending = open(url, "")) {
        push(sending);
        assertThat(receiving.content()).as("301 makes it a GET").isEmpty();
        redirect.answers(
            call -> {
              call.getResponseHeaders().set("Location", receiving.url());
              call.sendResponseHeaders(308, -1);
            });
        time.forward(Duration.ofSeconds(10));
        assertThat(receiving.content()).as("nothing was lost").hasSize(1);
      }
      try (var sending = open(url, ", follow_redirects: false")) {
        sending.append(
            new AppendBatch().add(series("__name__", "n"), time.millis(), 1), SyncPolicy.NOW);
        time.forward(Duration.ofSeconds(5));
        assertThat(receiving.content()).hasSize(1);
      }
    }
  }
}
