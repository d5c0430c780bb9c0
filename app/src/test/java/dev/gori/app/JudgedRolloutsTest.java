package dev.gori.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.app.running.Poller;
import dev.gori.app.running.RunningEnvironment;
import dev.gori.clients.DeliveryClient.Rollout;
import dev.gori.clients.Mlflow;
import dev.gori.kernel.fault.FaultException;
import dev.gori.pipelines.tasks.ModelFolder;
import dev.gori.testkit.NoLeaks;
import dev.gori.training.DrillModels;
import dev.gori.training.Signature;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// What rolls a version back in the real program, and what does not. The steps build on each other.
@ExtendWith(NoLeaks.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class JudgedRolloutsTest {

  private static final Signature SIGNATURE = new Signature(List.of("a", "b", "c"));
  private static final String USER = "{\"data\": [[0, 50, 0]]}";
  private static final int GOOD = 247;
  private static final int BROKEN = 43;
  private static final int SLOW = 30;

  @TempDir static Path folder;

  private static PlatformRig rig;

  @BeforeAll
  static void start() throws IOException {
    rig =
        PlatformRig.start(
            folder,
            Map.of(
                "dev",
                Map.of(
                    "delivery",
                    "{poll: 300ms, window: 6s, settle: 2s, interval: 1s, least_good: 3, alert_for: 5s, p95: 1500ms}")));
  }

  @AfterAll
  static void stop() {
    if (rig != null) {
      rig.close();
    }
  }

  /// Registers a model as a notebook would.
  private static int register(byte[] onnx) {
    var dev = rig.dev();
    try (var registry = dev.registry()) {
      if (registry.model("user_events").isEmpty()) {
        registry.createModel("user_events", "");
      }
      var run = registry.createRun(registry.experimentId("judged"), "m", dev.now(), Map.of());
      ModelFolder.files(onnx, SIGNATURE, run.id(), dev.now())
          .forEach((path, bytes) -> registry.uploadArtifact(run.id(), "model/" + path, bytes));
      registry.updateRun(run.id(), Mlflow.RunStatus.FINISHED, Optional.of(dev.now()));
      return registry
          .createModelVersion("user_events", "runs:/" + run.id() + "/model", run.id(), Map.of())
          .version();
    }
  }

  private static void pin(int version) {
    rig.commit(
        rig.dev(),
        "serving.yaml",
        text ->
            text.replaceAll("(?m)^variants:.*(\\n  .*)*", "variants:")
                .replace("variants:", "variants:\n  A: {version: " + version + "}"),
        "Serve version " + version);
  }

  private static Rollout observing(int version) {
    return Poller.until(
            PlatformRig.SOON,
            () ->
                rig.dev().delivery().rollouts(5).stream()
                    .filter(one -> one.version() == version)
                    .filter(one -> one.state().equals("observing") || one.isOver())
                    .findFirst())
        .orElseThrow();
  }

  private static double metric(String line) {
    return rig.dev()
        .get("/metrics")
        .text()
        .lines()
        .filter(one -> one.startsWith(line + " "))
        .mapToDouble(one -> Double.parseDouble(one.substring(line.length() + 1)))
        .sum();
  }

  @Test
  @Order(1)
  void aFirstVersionGoesLiveOnTheProbesAlone() {
    int version = register(DrillModels.failing(SIGNATURE, 0));
    pin(version);
    var rollout = rig.rolledOut(rig.dev(), version);
    assertThat(rollout.state()).as("%s", rollout.raw()).isEqualTo("succeeded");
    assertThat(rollout.raw().toString()).doesNotContain("no data");
  }

  @Test
  @Order(2)
  void clientsThatBreakOffOrSendSlowlyTakeNoGoodVersionBack() throws Exception {
    int version = register(DrillModels.failing(SIGNATURE, 0));
    pin(version);
    assertThat(observing(version).state()).isEqualTo("observing");
    var answered = new AtomicInteger();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor();
        var later = Executors.newScheduledThreadPool(2)) {
      var slow =
          java.util.stream.IntStream.range(0, SLOW)
              .mapToObj(_ -> threads.submit(slowly(later)))
              .toList();
      for (int i = 0; i < GOOD; i++) {
        assertThat(predict(rig.dev())).isEqualTo(200);
        answered.incrementAndGet();
        if (i % 5 == 0 && i / 5 < BROKEN) {
          connected("Content-Length: 500\r\n\r\n{\"data\": [[").close();
        }
        if (i % 5 == 0) {
          rig.dev().get("/health");
        }
      }
      for (var one : slow) {
        assertThat(one.get()).startsWith("HTTP/1.1 200");
      }
    }
    var chunk = connected("Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n");
    assertThat(firstLine(chunk)).startsWith("HTTP/1.1 400");

    var rollout = rig.rolledOut(rig.dev(), version);
    assertThat(rollout.state()).as("%s", rollout.raw()).isEqualTo("succeeded");
    assertThat(rig.declared(rig.dev(), "serving.yaml")).contains("A: {version: " + version);
    var of = "origin=\"user\",outcome=\"%s\",variant=\"A\",version=\"" + version + "\"}";
    assertThat(metric("prediction_requests_total{" + of.formatted("ok"))).isEqualTo(GOOD + SLOW);
    assertThat(metric("prediction_requests_total{" + of.formatted("server_error"))).isZero();
    assertThat(metric("prediction_requests_total{" + of.formatted("client_error")))
        .isGreaterThanOrEqualTo(BROKEN);
    assertThat(metric("http_requests_total{handler=\"/predict\",method=\"POST\",status=\"5xx\"}"))
        .as("nothing of it is an error of ours")
        .isZero();
  }

  @Test
  @Order(3)
  void aVersionThatFailsEveryUserGoesBackAtHalfARequestASecond() {
    int good = PlatformRig.answering(rig.dev());
    int version = register(DrillModels.failing(SIGNATURE, 1));
    pin(version);
    assertThat(observing(version).state()).isEqualTo("observing");
    var statuses = new java.util.concurrent.ConcurrentLinkedQueue<Integer>();
    try (var users = Executors.newSingleThreadScheduledExecutor()) {
      var asking =
          users.scheduleAtFixedRate(() -> statuses.add(predict(rig.dev())), 0, 2, TimeUnit.SECONDS);
      var rollout = rig.rolledOut(rig.dev(), version);
      asking.cancel(false);
      assertThat(rollout.state()).as("%s", rollout.raw()).isEqualTo("rolled_back");
      assertThat(rollout.cause())
          .startsWith("too many errors (error_ratio 1 (")
          .endsWith("significantly over 0.02)");
    }
    assertThat(statuses).contains(500);
    assertThat(PlatformRig.answering(rig.dev())).isEqualTo(good);
    assertThat(rig.declared(rig.dev(), "serving.yaml")).contains("A: {version: " + good);
  }

  @Test
  @Order(4)
  void aModelThatTheGatewayDoesNotServeIsAProblemOfTheCommit() {
    var commit =
        rig.commit(
            rig.dev(),
            "serving.yaml",
            text -> text.replace("model: user_events", "model: byo"),
            "Serve another model");
    var change =
        Poller.until(
                PlatformRig.SOON,
                () ->
                    rig.dev()
                        .delivery()
                        .change(commit.value())
                        .filter(one -> !one.path("verdict").asString("").equals("pending")))
            .orElseThrow();
    assertThat(change.path("verdict").asString("")).isEqualTo("refused");
    assertThat(change.path("problems").toString())
        .contains("environments/dev/serving.yaml:")
        .contains("model: 'byo' (expected: 'user_events', the one model that the gateway");
    assertThat(PlatformRig.answering(rig.dev())).isPositive();
  }

  private static int predict(RunningEnvironment environment) {
    try {
      environment.gateway().predict(new double[][] {{0, 50, 0}}, Optional.empty());
      return 200;
    } catch (FaultException e) {
      return e.fault().status();
    }
  }

  private static Socket connected(String rest) throws IOException {
    var socket = new Socket("127.0.0.1", rig.dev().base().getPort());
    socket.setSoTimeout(20_000);
    send(
        socket,
        "POST /predict HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n" + rest);
    return socket;
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().flush();
  }

  private static String firstLine(Socket socket) throws IOException {
    try (socket) {
      return new java.io.BufferedReader(
              new java.io.InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
          .readLine();
    }
  }

  /// A user whose body needs 2.2 s to arrive.
  private static Callable<String> slowly(ScheduledExecutorService later) {
    return () -> {
      var socket = connected("Content-Length: %d\r\n\r\n".formatted(USER.length()));
      send(socket, USER.substring(0, 9));
      later
          .schedule(
              () -> {
                send(socket, USER.substring(9));
                return true;
              },
              2_200,
              TimeUnit.MILLISECONDS)
          .get();
      return firstLine(socket);
    };
  }
}
