package dev.gori.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import dev.gori.base.observe.SelfMetrics;
import dev.gori.clients.MlflowAccess;
import dev.gori.clients.PipelinesClient;
import dev.gori.clients.PipelinesClient.RunInfo;
import dev.gori.clients.PipelinesClient.Trigger;
import dev.gori.clients.s3.S3Access;
import dev.gori.http.HttpServer;
import dev.gori.kernel.id.EnvironmentName;
import dev.gori.kernel.time.WallTime;
import dev.gori.pipelines.features.RawExpectation;
import dev.gori.pipelines.tasks.Access;
import dev.gori.pipelines.tasks.BuiltIn;
import dev.gori.testkit.NoLeaks;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/// Every task of the table ends within a second of its cancel, its timeout or the end of the
/// program, whatever it waits for: its thread is gone then, not only forgotten.
@ExtendWith(NoLeaks.class)
final class TasksEndTest {

  private static final Duration A_SECOND = Duration.ofSeconds(1);
  private static final Duration TIMEOUT = Duration.ofMillis(700);
  private static final String PREFIX = "s3://features-dev/p/v_20261101T000000/";

  /// What each task is given, so that it has to ask a server or compute. A task that is new in the
  /// table has none yet, and the test says so.
  private static final Map<String, String> WITH =
      Map.ofEntries(
          Map.entry("noop", "{}"),
          Map.entry("fail", "{}"),
          Map.entry("process", "{command: [sh, -c, 'while true; do :; done']}"),
          Map.entry("object_sensor", "{path: 's3://raw-dev/x.csv'}"),
          Map.entry("http_sensor", "{url: 'SERVER/waits'}"),
          Map.entry("extract_raw_data", "{path: 's3://raw-dev/raw.csv'}"),
          Map.entry("validate_data", "{raw_path: 's3://raw-dev/raw.csv'}"),
          Map.entry("build_features", "{raw_path: 's3://raw-dev/raw.csv'}"),
          Map.entry("store_features", "{raw_path: 's3://raw-dev/raw.csv'}"),
          Map.entry("summarize_run", "{}"),
          Map.entry("drift_gate", "{prefix: '%s', model: m}".formatted(PREFIX)),
          Map.entry("train_and_evaluate", "{prefix: '%s'}".formatted(PREFIX)),
          Map.entry("decide", "{accuracy: 1, drifted: false}"),
          Map.entry("register", "{model: m, run_id: r}"),
          Map.entry("model_ready", "{model: m, version: 1}"),
          Map.entry("shadow_path", "{model: m, run_id: r}"),
          Map.entry("rollout", "{step: deploy, model: m, version: 1}"),
          Map.entry("promote", "{to: prod}"));

  /// Tasks that ask nobody and compute nothing: they are over before they can be ended.
  private static final List<String> AT_ONCE = List.of("noop", "fail", "summarize_run", "decide");

  /// How the servers that the tasks ask behave.
  enum Servers {
    /// They take requests and never answer.
    SILENT,
    /// They begin an answer and never end it.
    STALLED,
    /// Objects never come to an end.
    ENDLESS
  }

  @TempDir Path folder;

  private final CountDownLatch over = new CountDownLatch(1);

  /// Everything that a task may ask, on one port: a store, a registry, delivery.
  private final class Backend implements AutoCloseable {
    private final Servers manner;
    private final com.sun.net.httpserver.HttpServer server;

    Backend(Servers manner) throws IOException {
      this.manner = manner;
      this.server =
          com.sun.net.httpserver.HttpServer.create(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
      server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      server.createContext("/", this::answer);
      server.start();
    }

    URI uri() {
      return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private void answer(HttpExchange exchange) throws IOException {
      try (exchange) {
        var path = exchange.getRequestURI().getPath();
        if (manner == Servers.ENDLESS) {
          switch (path.substring(path.lastIndexOf('/') + 1)) {
            case "metadata.json" -> small(exchange, "{}");
            case "schema.json" ->
                small(exchange, "{\"columns\": {\"a\": \"double\"}, \"label\": \"l\"}");
            case "feature.csv" -> endless(exchange, "a,l", "0.5,1");
            case "raw.csv" -> {
              if (exchange.getRequestMethod().equals("GET")) {
                endless(
                    exchange,
                    String.join(",", RawExpectation.USER_EVENTS),
                    "2026-11-01T00:00:00,u,s,view,mobile,KR,1,1.5,2.5,3.5");
              }
              stalled(exchange);
            }
            case "alias" -> {
              exchange.sendResponseHeaders(404, -1);
            }
            default -> {
              if (path.contains("mlflow")) {
                small(
                    exchange,
                    "{\"experiment\": {\"experiment_id\": \"1\"}, \"run\": {\"info\": {\"run_id\": \"r\"}}}");
              } else if (exchange.getRequestURI().getQuery() != null) {
                small(
                    exchange,
                    "<ListBucketResult><CommonPrefixes><Prefix>p/v_20251101T000000/</Prefix></CommonPrefixes></ListBucketResult>");
              }
              stalled(exchange);
            }
          }
        }
        if (manner == Servers.STALLED) {
          stalled(exchange);
        }
        await();
      }
    }

    private void small(HttpExchange exchange, String body) throws IOException {
      boolean head = exchange.getRequestMethod().equals("HEAD");
      exchange.sendResponseHeaders(200, head ? -1 : body.length());
      if (!head) {
        exchange.getResponseBody().write(body.getBytes());
        exchange.getResponseBody().close();
      }
    }

    private void stalled(HttpExchange exchange) throws IOException {
      exchange.sendResponseHeaders(200, 1_000_000);
      exchange.getResponseBody().write('{');
      exchange.getResponseBody().flush();
      await();
    }

    private void endless(HttpExchange exchange, String header, String row) throws IOException {
      exchange.sendResponseHeaders(200, 0);
      var out = exchange.getResponseBody();
      out.write((header + "\n").getBytes());
      var rows = (row + "\n").repeat(500).getBytes();
      while (over.getCount() > 0) {
        out.write(rows);
      }
    }

    private void await() {
      try {
        over.await();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void close() {
      over.countDown();
      server.stop(0);
    }
  }

  private final WallTime time = new WallTime();

  private Pipelines open(Backend backend) throws IOException {
    var access =
        new Access(
            new EnvironmentName("dev"),
            S3Access.of(backend.uri(), "key", "hidden"),
            MlflowAccess.of(backend.uri().resolve("/mlflow"), Optional.empty()),
            backend.uri(),
            Optional.of("secret"));
    var role =
        Pipelines.open(
            new PipelinesSettings(
                Optional.empty(),
                100,
                PipelinesSettings.DEFAULTS.longestLog(),
                Duration.ofSeconds(5),
                PipelinesSettings.DEFAULTS.keep(),
                Optional.of(PipelinesSettings.IsolationMode.NONE),
                List.of()),
            access,
            PipelinesTest.SEOUL,
            time,
            folder,
            LoggerFactory.getLogger("tasks-end"),
            new SelfMetrics());
    role.start();
    var sources = new ArrayList<PipelineSource>();
    for (var task : BuiltIn.types().keySet()) {
      assertThat(WITH).as("what this test gives to the task '%s'", task).containsKey(task);
      var with = WITH.get(task).replace("SERVER", backend.uri().toString());
      for (var timeout : List.of("1h", TIMEOUT.toMillis() + "ms")) {
        sources.add(
            new PipelineSource(
                "%s-%s.yaml".formatted(task, timeout),
                "tasks: {t: {uses: %s, timeout: %s, with: %s}}".formatted(task, timeout, with)));
      }
    }
    assertThat(role.reload(sources, "c")).isEmpty();
    return role;
  }

  private static Optional<Thread> thread(String run) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("task " + run + " t"))
        .findFirst();
  }

  private static String stack(Thread thread) {
    return List.of(thread.getStackTrace()).toString();
  }

  @ParameterizedTest
  @EnumSource
  void everyTaskEndsWithinASecondOfACancelAndOfItsTimeout(Servers servers) throws Exception {
    long seed = Long.getLong("seed", System.nanoTime() % 10_000);
    var random = new Random(seed);
    try (time;
        var backend = new Backend(servers);
        var role = open(backend);
        var face = HttpServer.open("127.0.0.1", 0, HttpServer.Limits.guardedBy("secret"));
        var client =
            PipelinesClient.open(
                mounted(face, role), Optional.of("secret"), Duration.ofSeconds(20))) {
      var inTheMiddle = new LinkedHashMap<String, Boolean>();
      for (var task : BuiltIn.types().keySet()) {
        var cancelled = client.trigger(task + "-1h", Trigger.now());
        boolean runs = awaitThread(client, cancelled);
        pause(random.nextInt(250));
        var working = thread(cancelled.id());
        if (working.isPresent() && !isOver(client, cancelled)) {
          cancel(client, cancelled);
          endsWithin(A_SECOND, working.get(), seed, "cancel of " + task);
        }
        inTheMiddle.put(task, runs && working.isPresent());
      }
      var timed = new LinkedHashMap<String, Thread>();
      for (var task : BuiltIn.types().keySet()) {
        var run = client.trigger(task + "-" + TIMEOUT.toMillis() + "ms", Trigger.now());
        awaitThread(client, run);
        thread(run.id()).ifPresent(thread -> timed.put(task, thread));
      }
      timed.forEach(
          (task, thread) -> endsWithin(TIMEOUT.plus(A_SECOND), thread, seed, "timeout of " + task));
      if (servers != Servers.SILENT) {
        return; // some tasks get a quick answer of those
      }
      assertThat(inTheMiddle)
          .as("tasks that were cut in the middle of their work, seed %d", seed)
          .allSatisfy((task, cut) -> assertThat(cut || AT_ONCE.contains(task)).as(task).isTrue());
    }
  }

  @Test
  void everyTaskEndsWithinASecondOfTheEndOfTheProgram() throws Exception {
    try (time;
        var backend = new Backend(Servers.SILENT);
        var face = HttpServer.open("127.0.0.1", 0, HttpServer.Limits.guardedBy("secret"))) {
      var threads = new HashMap<String, Thread>();
      var role = open(backend);
      try (var client =
          PipelinesClient.open(
              mounted(face, role), Optional.of("secret"), Duration.ofSeconds(20))) {
        for (var task : BuiltIn.types().keySet()) {
          var run = client.trigger(task + "-1h", Trigger.now());
          awaitThread(client, run);
          thread(run.id()).ifPresent(thread -> threads.put(task, thread));
        }
        assertThat(threads.keySet())
            .containsAll(
                BuiltIn.types().keySet().stream().filter(task -> !AT_ONCE.contains(task)).toList());
      } finally {
        var closing = Thread.ofVirtual().start(role::close);
        threads.forEach(
            (task, thread) -> endsWithin(A_SECOND, thread, 0, "end of the program, " + task));
        closing.join();
      }
    }
  }

  private static URI mounted(HttpServer face, Pipelines role) {
    face.mount(role.mounts());
    return face.uri();
  }

  private static boolean isOver(PipelinesClient client, RunInfo run) {
    return client.run(run.id()).orElseThrow().isOver();
  }

  /// @return false when the task was too quick to be seen
  private static boolean awaitThread(PipelinesClient client, RunInfo run) {
    Awaitility.await()
        .pollInterval(Duration.ofMillis(5))
        .atMost(Duration.ofSeconds(20))
        .until(() -> thread(run.id()).isPresent() || isOver(client, run));
    return thread(run.id()).isPresent();
  }

  private static void pause(int millis) {
    Awaitility.await().pollDelay(Duration.ofMillis(millis)).until(() -> true);
  }

  private static void cancel(PipelinesClient client, RunInfo run) {
    try {
      client.cancel(run.id());
    } catch (dev.gori.kernel.fault.FaultException e) {
      assertThat(e.reason()).as("it ended by itself meanwhile").contains("is over");
    }
  }

  private static void endsWithin(Duration most, Thread thread, long seed, String what) {
    try {
      assertThat(thread.join(most))
          .as("%s, seed %d: %s after %s", what, seed, stack(thread), most)
          .isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
