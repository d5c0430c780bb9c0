package dev.gori.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.base.json.Json;
import dev.gori.base.observe.SelfMetrics;
import dev.gori.http.HttpCalls;
import dev.gori.http.HttpServer;
import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.life.Closer;
import dev.gori.kernel.time.WallTime;
import dev.gori.metrics.RawServer.Behaviour;
import dev.gori.testkit.ExternalTools;
import dev.gori.testkit.NoLeaks;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
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
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.zip.GZIPOutputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/// Misbehaving targets, scraped by Gori, by Debian's Prometheus and by the Prometheus 3.16 of
/// `GORI_PROMETHEUS3` if set: all must store the same.
@ExtendWith(NoLeaks.class)
final class MisbehavingTargetsTest {

  private static final String GOOD = "a{x=\"1\"} 1\nb 2\n";
  private static final String NOT_NOW = "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n";
  private static final Map<String, Behaviour> ALL = new LinkedHashMap<>();
  private static final Map<String, String> KEYS = new TreeMap<>();

  /// Behaviours that differ between Prometheus 2 and 3.
  private static final Set<String> NOT_LIKE_2 =
      Set.of(
          "no_type",
          "type_html",
          "type_json",
          "type_broken",
          "utf8_names",
          "hex",
          "http_10_no_type");

  /// Counts that differ in Gori, as `docs/compat/prometheus-api.md` says: an invalid line counts as
  /// scraped, and a series whose sample is rejected as added.
  private static final Set<String> COUNTED_OTHERWISE =
      Set.of("not_utf8_in_a_value", "ahead_by_an_hour", "behind_by_a_day", "time_that_stands");

  static {
    says("good", GOOD);
    raw("http_10", "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n" + GOOD);
    raw("http_10_no_type", "HTTP/1.0 200 OK\r\n\r\n" + GOOD);
    raw(
        "until_closed",
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n" + GOOD);
    raw("chunked", head("Transfer-Encoding: chunked") + "6\r\na 1\nb \r\n2\r\n2\n\r\n0\r\n\r\n");
    raw(
        "chunked_with_trailers",
        head("Transfer-Encoding: chunked\r\nTrailer: X") + "4;ext=1\r\na 1\n\r\n0\r\nX: y\r\n\r\n");
    raw("chunked_cut", head("Transfer-Encoding: chunked") + "100\r\na 1\nb 2\n");
    raw("chunked_wrong", head("Transfer-Encoding: chunked") + "zz\r\na 1\n\r\n0\r\n\r\n");
    raw("length_too_long", head("Content-Length: 100") + GOOD);
    raw("length_too_short", head("Content-Length: 12") + GOOD);
    raw("length_negative", head("Content-Length: -5") + GOOD);
    raw(
        "interim",
        "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
            + head("Content-Length: " + GOOD.length())
            + GOOD);
    raw("no_http", "SSH-2.0-OpenSSH\r\n");
    raw("nothing", "");
    raw("status_204", "HTTP/1.1 204 No Content\r\n\r\n");
    raw(
        "status_206",
        "HTTP/1.1 206 Partial\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\na 1\n");
    raw(
        "status_404",
        "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\na 1\n");
    raw(
        "status_503",
        "HTTP/1.1 503 Busy\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\na 1\n");
    raw("redirect", "HTTP/1.1 302 Found\r\nLocation: /good\r\nContent-Length: 0\r\n\r\n");
    raw(
        "redirect_loop",
        "HTTP/1.1 302 Found\r\nLocation: /redirect_loop\r\nContent-Length: 0\r\n\r\n");
    raw("redirect_nowhere", "HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n");
    raw(
        "redirect_not_followed",
        "HTTP/1.1 302 Found\r\nLocation: /good\r\nContent-Length: 0\r\n\r\n");
    KEYS.put("redirect_not_followed", "follow_redirects: false");
    raw(
        "no_type",
        "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s".formatted(GOOD.length(), GOOD));
    typed("type_html", "text/html", GOOD);
    typed("type_json", "application/json", GOOD);
    typed("type_broken", "text/plain; version", GOOD);
    typed("type_charset", "text/plain; charset=ISO-8859-1", GOOD);
    typed("openmetrics_without_end", "application/openmetrics-text; version=1.0.0", "a 1\n");
    typed(
        "openmetrics_after_end",
        "application/openmetrics-text; version=1.0.0",
        "a 1\n# EOF\nb 1\n");
    typed("openmetrics_empty", "application/openmetrics-text; version=1.0.0", "# EOF\n");
    packed("gzip", GOOD, 0, 0);
    packed("gzip_cut", "a 1\n".repeat(1) + "b{x=\"%s\"} 2\n".formatted("y".repeat(1000)), 12, 0);
    packed("gzip_with_more", GOOD, 0, 5);
    ALL.put(
        "gzip_that_is_none",
        (out, _) ->
            send(out, head("Content-Encoding: gzip\r\nContent-Length: " + GOOD.length()) + GOOD));
    ALL.put(
        "unknown_encoding",
        (out, _) ->
            send(out, head("Content-Encoding: br\r\nContent-Length: " + GOOD.length()) + GOOD));
    ALL.put(
        "endless",
        (out, _) -> {
          send(out, head("Connection: close"));
          while (true) {
            send(out, "a 1\n".repeat(1000));
            new CountDownLatch(1).await(1, TimeUnit.MILLISECONDS);
          }
        });
    ALL.put("slow_first_byte", (_, _) -> new CountDownLatch(1).await());
    ALL.put(
        "slow_rest",
        (out, _) -> {
          send(out, head("Content-Length: 100") + "a 1\n");
          new CountDownLatch(1).await();
        });
    says("empty", "");
    says("comments_alone", "# HELP a x\n# TYPE a gauge\n#\n# whatever\n\n");
    says("no_last_newline", "a 1\nb 2");
    says("carriage_returns", "a 1\r\nb 2\r\n");
    says("byte_order_mark", "\ufeffa 1\n");
    says("duplicates", "a 1\nb 5\na 2\na 1\n");
    says("duplicates_by_labels", "a{x=\"1\",y=\"2\"} 1\na{y=\"2\",x=\"1\"} 2\n");
    says("label_twice", "a{x=\"1\",x=\"2\"} 1\n");
    says("label_empty", "a{x=\"\"} 1\n");
    says("label_name_in_braces", "a{__name__=\"b\"} 1\n");
    says("no_name", "{x=\"1\"} 1\n");
    says("broken_line", "a 1\nb b b\nc 3\n");
    says("broken_number", "a 1\nb 1.2.3\n");
    says("odd_numbers", "a NaN\nb +Inf\nc -inf\nd 1e400\ne 1e-400\nf 007\ng .5\nh 5.\n");
    says("hex", "a 0x1p3\n");
    says("underscore_in_number", "a 1_000\n");
    says("utf8_names", "{\"a.b\",\"c d\"=\"x\"} 1\n");
    bytes("not_utf8_in_a_value", "a{x=\"", new byte[] {(byte) 0xff, (byte) 0xfe}, "\"} 1\nb 2\n");
    bytes("not_utf8_in_a_comment", "# HELP a ", new byte[] {(byte) 0xff}, "\na 1\n");
    bytes("zero_byte", "a{x=\"", new byte[] {0}, "\"} 1\n");
    says("escapes", "a{x=\"\\\\ \\\" \\n \\t \\q\"} 1\n");
    says("long_value", "a{x=\"%s\"} 1\n".formatted("y".repeat(20_000)));
    says("many_labels", manyLabels());
    says("own_job_and_instance", "a{job=\"x\",instance=\"y\",exported_job=\"z\"} 1\n");
    says("honored", "a{job=\"honored\",instance=\"\"} 1\n");
    KEYS.put("honored", "honor_labels: true");
    says("up_of_its_own", "up 7\nscrape_samples_scraped 9\n");
    says("too_many_samples", GOOD);
    KEYS.put("too_many_samples", "sample_limit: 1");
    says("too_long_a_label", "a{x=\"12345\"} 1\n");
    KEYS.put("too_long_a_label", "label_value_length_limit: 30\n  label_name_length_limit: 2");
    says("too_many_bytes", GOOD);
    KEYS.put("too_many_bytes", "body_size_limit: 5B");
    timed("ahead_by_an_hour", 3600);
    timed("ahead_by_five_minutes", 300);
    timed("behind_by_a_day", -86_400);
    timed("behind_by_ten_seconds", -10);
    timed("time_that_stands", () -> 1000);
    says("time_negative", "a 1 -1000\nb 2\n");
    says("time_with_fraction", "a 1 1000.5\nb 2\n");
    ALL.put(
        "changing_labels",
        (out, count) -> send(out, ok("text/plain", "a{n=\"%d\"} 1\nb 2\n".formatted(count))));
    ALL.put("then_less", (out, count) -> send(out, ok("text/plain", count < 2 ? GOOD : "b 2\n")));
    says("time_plus", "a 1 +1000\nb 2\n");
    ALL.put("then_broken", (out, count) -> send(out, count < 2 ? ok("text/plain", GOOD) : NOT_NOW));
    ALL.put("then_empty", (out, count) -> send(out, ok("text/plain", count < 2 ? GOOD : "")));
  }

  private static void says(String name, String body) {
    typed(name, "text/plain; version=0.0.4", body);
  }

  private static void typed(String name, String type, String body) {
    raw(name, ok(type, body));
  }

  private static String ok(String type, String body) {
    return "HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s"
        .formatted(type, body.getBytes(StandardCharsets.UTF_8).length, body);
  }

  private static String head(String more) {
    return "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n" + more + "\r\n\r\n";
  }

  private static void raw(String name, String answer) {
    ALL.put(name, (out, _) -> send(out, answer));
  }

  private static void bytes(String name, String before, byte[] odd, String after) {
    ALL.put(
        name,
        (out, _) -> {
          send(out, head("Connection: close") + before);
          out.write(odd);
          send(out, after);
        });
  }

  private static void packed(String name, String body, int cut, int more) {
    ALL.put(
        name,
        (out, _) -> {
          var bytes = new ByteArrayOutputStream();
          try (var gzip = new GZIPOutputStream(bytes)) {
            gzip.write(body.getBytes(StandardCharsets.UTF_8));
          }
          var whole = Arrays.copyOf(bytes.toByteArray(), bytes.size() - cut + more);
          send(out, head("Content-Encoding: gzip\r\nContent-Length: " + whole.length));
          out.write(whole);
        });
  }

  private static void timed(String name, int seconds) {
    timed(name, () -> System.currentTimeMillis() + seconds * 1000L);
  }

  /// Fails at first: an empty store accepts samples with any timestamp, and the order of the first
  /// scrapes is random.
  private static void timed(String name, LongSupplier time) {
    ALL.put(
        name,
        (out, count) ->
            send(
                out,
                count < 2
                    ? NOT_NOW
                    : ok("text/plain", "a 1 %d\nb 2\n".formatted(time.getAsLong()))));
  }

  private static String manyLabels() {
    var labels = new ArrayList<String>();
    for (int i = 0; i < 200; i++) {
      labels.add("l%d=\"%d\"".formatted(i, i));
    }
    return "a{%s} 1\n".formatted(String.join(",", labels));
  }

  private static void send(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  @TempDir Path folder;

  private final Closer closer = new Closer();
  private final HttpCalls calls = closer.add("calls", HttpCalls.within(Duration.ofSeconds(10)));

  @Test
  void allHoldTheSame() throws IOException {
    try (closer) {
      var targets = closer.add("targets", RawServer.start(ALL));
      var config = config(targets.address());
      var two = prometheus(ExternalTools.program("prometheus"), config, "2");
      var three = Optional.ofNullable(System.getenv("GORI_PROMETHEUS3"));
      var newer =
          three.isPresent()
              ? Optional.of(prometheus(Path.of(three.get()), config, "3"))
              : Optional.<URI>empty();
      var us = gori(config);
      var all = new ArrayList<>(List.of(us, two));
      newer.ifPresent(all::add);
      for (var one : all) {
        Awaitility.await("scrapes by " + one)
            .atMost(Duration.ofSeconds(60))
            .ignoreExceptions()
            .until(() -> number(one, "min(count_over_time(up[2m]))") >= 4);
      }
      Awaitility.await("the same in all")
          .atMost(Duration.ofSeconds(40))
          .untilAsserted(
              () -> {
                var ours = seen(us);
                var wrong = new ArrayList<String>();
                newer.ifPresent(it -> compare("3.16", ours, seen(it), Set.of(), wrong));
                compare("2.42", ours, seen(two), NOT_LIKE_2, wrong);
                assertThat(wrong).as(String.join("\n", wrong).replace("%", "%%")).isEmpty();
              });
    }
  }

  private static void compare(
      String whom,
      Map<String, String> ours,
      Map<String, String> theirs,
      Set<String> except,
      List<String> wrong) {
    for (var name : ALL.keySet()) {
      var us = ours.getOrDefault(name, "");
      var them = theirs.getOrDefault(name, "");
      boolean differs = COUNTED_OTHERWISE.contains(name) ? us.equals(them) : !us.equals(them);
      if (!except.contains(name) && differs) {
        wrong.add("%s\n  ours  %s\n  %s  %s".formatted(name, us, whom, them));
      }
    }
  }

  /// What a server stored of each job: the newest values of all its series, and the scrape results.
  private Map<String, String> seen(URI server) {
    var seen = new TreeMap<String, String>();
    for (var name : ALL.keySet()) {
      var text = new StringBuilder();
      for (var query :
          List.of(
              "{pool=\"%s\",__name__!~\"up|scrape_.*\"}",
              "up{pool=\"%s\"}",
              "scrape_samples_scraped{pool=\"%s\"}",
              "scrape_samples_post_metric_relabeling{pool=\"%s\"}",
              "max_over_time(scrape_series_added{pool=\"%s\"}[2m])")) {
        text.append(" | ").append(answer(server, query.formatted(name)));
      }
      seen.put(name, text.toString());
    }
    return seen;
  }

  private TreeMap<String, String> answer(URI server, String query) {
    var found = new TreeMap<String, String>();
    for (var one : result(server, query)) {
      var labels = new TreeMap<String, String>();
      one.get("metric")
          .properties()
          .forEach(label -> labels.put(label.getKey(), shortened(label.getValue().asString())));
      labels.keySet().removeAll(List.of("pool"));
      labels.remove("n");
      found.put(labels.toString(), one.get("value").get(1).asString());
    }
    return found;
  }

  private static String shortened(String text) {
    return text.length() > 50 ? text.substring(0, 50) + "+" + text.length() : text;
  }

  private double number(URI server, String query) {
    var result = result(server, query);
    return result.isEmpty() ? 0 : Double.parseDouble(result.get(0).get("value").get(1).asString());
  }

  private JsonNode result(URI server, String query) {
    var url =
        URI.create(
            server + "/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8));
    return Json.parse(calls.get(url).text()).at("/data/result");
  }

  private static String config(String address) {
    var text =
        new StringBuilder(
            "global: {scrape_interval: 1s, scrape_timeout: 700ms}\nscrape_configs:\n");
    ALL.keySet()
        .forEach(
            name ->
                text.append(
                    """
                - job_name: j_%s
                  metrics_path: /%s
                  static_configs: [{targets: ['%s'], labels: {instance: t, job: j, pool: %s}}]
                  %s
                """
                        .formatted(name, name, address, name, KEYS.getOrDefault(name, ""))));
    return text.toString();
  }

  private URI gori(String config) throws IOException {
    var time = closer.add("time", new WallTime());
    var metrics =
        closer.add(
            "metrics",
            Metrics.open(
                MetricsSettings.DEFAULTS,
                new MetricsConfig(
                    new MetricsConfig.TextFile("scrape.yaml", config),
                    List.of(),
                    Optional.empty(),
                    Optional.empty(),
                    URI.create("http://gori/prometheus")),
                time,
                Disk.local(),
                folder.resolve("gori"),
                LoggerFactory.getLogger("metrics"),
                new SelfMetrics()));
    var face = closer.add("face", HttpServer.open("127.0.0.1", 0, HttpServer.Limits.OPEN));
    face.mount(metrics.mounts());
    metrics.start();
    return URI.create(face.uri() + "/prometheus");
  }

  private URI prometheus(Path program, String config, String version) throws IOException {
    int port = RealPrometheus.freePort();
    var own = Files.createDirectory(folder.resolve(version));
    var process =
        new ProcessBuilder(
                program.toString(),
                "--config.file=" + Files.writeString(own.resolve("prometheus.yml"), config),
                "--storage.tsdb.path=" + own.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port)
            .redirectErrorStream(true)
            .redirectOutput(own.resolve("log").toFile())
            .start();
    closer.add(
        "prometheus " + version,
        () -> {
          process.destroyForcibly();
          process.onExit().join();
        });
    return URI.create("http://127.0.0.1:" + port);
  }
}
