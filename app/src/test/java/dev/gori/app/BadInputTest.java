package dev.gori.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.app.running.Poller;
import dev.gori.base.json.Json;
import dev.gori.clients.Mlflow.Because;
import dev.gori.clients.PipelinesClient.Trigger;
import dev.gori.clients.PrometheusClient.Outcome;
import dev.gori.clients.s3.ObjectPath;
import dev.gori.http.ClientResponse;
import dev.gori.http.HttpCalls;
import dev.gori.kernel.id.EnvironmentName;
import dev.gori.kernel.life.Closer;
import dev.gori.objectstore.ObjectStore;
import dev.gori.objectstore.ObjectStoreSettings;
import dev.gori.pipelines.features.SampleDay;
import dev.gori.pipelines.tasks.ModelFolder;
import dev.gori.testkit.ManualClock;
import dev.gori.testkit.NoLeaks;
import dev.gori.training.DrillModels;
import dev.gori.training.Signature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/// Mistakes of people and failures of machines at the running program: each error says what to do,
/// and the serving model keeps answering. dev's data is on a disk of its own where the machine
/// allows it, its objects in a store that can be stopped.
///
/// One class, though long: all cases ask the same started program, and each looks afterwards that
/// it is unharmed.
@ExtendWith(NoLeaks.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class BadInputTest {

  private static final String MODEL = "user_events";
  private static final int MEGABYTES = 192;
  private static final int WAITING = 2;

  @TempDir static Path folder;

  private static final Closer CLOSER = new Closer();
  private static Optional<SmallDisk> disk = Optional.empty();
  private static ObjectStore store;
  private static HttpCalls calls;
  private static PlatformRig rig;
  private static List<String> columns = List.of();

  @BeforeAll
  static void start() throws IOException {
    disk = SmallDisk.over(folder.resolve("data/dev"), MEGABYTES);
    disk.ifPresent(mounted -> CLOSER.add("disk", mounted));
    store = openStore(0);
    CLOSER.add("store", () -> store.close());
    Files.createDirectories(folder.resolve("data/dev"));
    Files.createSymbolicLink(
        folder.resolve("data/dev/s3-credentials"), folder.resolve("store/credentials"));
    rig =
        CLOSER.add(
            "platform",
            PlatformRig.start(
                folder,
                Map.of(
                    "dev",
                    Map.of(
                        "store",
                            "{url: '%s', credentials_file: s3-credentials}"
                                .formatted(store.access().endpoint()),
                        "gateway",
                            "{concurrency: %d, queue: %d, queue_wait: 10s}"
                                .formatted(WAITING, WAITING)))));
    calls = CLOSER.add("calls", HttpCalls.within(Duration.ofSeconds(60)));
    rig.putRawDays(rig.dev());
    var first = rig.over(rig.dev(), rig.trigger(rig.dev()).id());
    assertThat(first.state()).as("%s", first.tasks()).isEqualTo("success");
    columns = rig.dev().gateway().models().variants().get("A").columns();
  }

  private static ObjectStore openStore(int port) throws IOException {
    return ObjectStore.open(
        ObjectStoreSettings.DEFAULTS,
        new EnvironmentName("dev"),
        "127.0.0.1",
        port,
        folder.resolve("store"),
        new ManualClock(),
        LoggerFactory.getLogger(BadInputTest.class));
  }

  @AfterAll
  static void stop() {
    CLOSER.close();
  }

  /// Whatever was sent: the version that served goes on serving, and the alias did not move.
  @AfterEach
  void nothingElseIsHurt() {
    assertThat(PlatformRig.answering(rig.dev())).isEqualTo(1);
    try (var registry = rig.dev().registry()) {
      assertThat(registry.modelVersionByAlias(MODEL, "champion"))
          .map(one -> one.version())
          .contains(1);
    }
  }

  // Calls

  private enum Shown {
    NOTHING,
    OWN_TOKEN,
    ANOTHER_TOKEN,
    TOKEN_OF_DEV
  }

  private record Wrong(
      String what,
      String method,
      String path,
      String body,
      Shown shown,
      int status,
      String code,
      List<String> says) {
    @Override
    public String toString() {
      return what;
    }
  }

  private static Wrong predict(String what, String body, int status, String code, String... says) {
    return new Wrong(what, "POST", "/predict", body, Shown.NOTHING, status, code, List.of(says));
  }

  private static String row(String value) {
    return "{\"data\": [[%s]]}"
        .formatted(String.join(", ", Collections.nCopies(columns.size(), value)));
  }

  private static String inner() {
    return "[%s]".formatted(String.join(", ", Collections.nCopies(columns.size(), "1")));
  }

  static Stream<Wrong> isRefused() {
    var reload = "/variant/A/reload";
    return Stream.of(
        predict(
            "malformed JSON",
            "{\"data\": [[1, 2",
            400,
            "bad_request",
            "malformed JSON",
            "expected: {\"data\""),
        predict("no JSON at all", "1,2,3", 400, "bad_request", "expected: {\"data\""),
        predict(
            "oversized JSON",
            "{\"data\": [[" + "1".repeat(9 << 20) + "]]}",
            413,
            "too_large",
            "9437198 bytes",
            "expected: at most 8388608 bytes",
            "in parts"),
        predict(
            "too many rows",
            "{\"data\": [%s]}".formatted(String.join(", ", Collections.nCopies(10_001, inner()))),
            413,
            "too_large",
            "10000 rows",
            "in parts"),
        predict(
            "NaN",
            row("NaN"),
            400,
            "bad_request",
            "row 0, column 0",
            columns.getFirst(),
            "NaN",
            "expected"),
        predict(
            "infinity",
            row("Infinity"),
            400,
            "bad_request",
            "row 0, column 0",
            columns.getFirst(),
            "Infinity",
            "expected"),
        predict(
            "a number that is none as a float",
            row("1e999"),
            400,
            "bad_request",
            "row 0, column 0",
            columns.getFirst(),
            "1e999",
            "expected"),
        predict(
            "text",
            row("\"one\""),
            400,
            "bad_request",
            "row 0, column 0",
            columns.getFirst(),
            "one",
            "expected"),
        predict(
            "null",
            row("null"),
            400,
            "bad_request",
            "row 0, column 0",
            columns.getFirst(),
            "null",
            "expected"),
        predict(
            "a row too short",
            "{\"data\": [[1]]}",
            400,
            "bad_request",
            "row 0: 1 values",
            "expected: " + columns.size(),
            columns.getFirst()),
        predict(
            "a row too long",
            row("1, 1"),
            400,
            "bad_request",
            "row 0",
            "expected: " + columns.size()),
        predict("no rows", "{\"data\": []}", 400, "bad_request", "data", "expected: 1 to"),
        new Wrong(
            "an unknown variant",
            "POST",
            "/variant/Z/predict",
            row("1"),
            Shown.NOTHING,
            404,
            "not_found",
            List.of("'Z'", "A", "B")),
        new Wrong(
            "no token",
            "POST",
            reload,
            "{}",
            Shown.NOTHING,
            401,
            "unauthenticated",
            List.of("Authorization: Bearer")),
        new Wrong(
            "a wrong token",
            "POST",
            reload,
            "{}",
            Shown.ANOTHER_TOKEN,
            403,
            "forbidden",
            List.of("token")),
        new Wrong(
            "dev's token at prod",
            "POST",
            reload,
            "{}",
            Shown.TOKEN_OF_DEV,
            403,
            "forbidden",
            List.of("token")),
        new Wrong(
            "a version that is not there",
            "POST",
            reload,
            "{\"version\": 99}",
            Shown.OWN_TOKEN,
            409,
            "conflict",
            List.of("99", MODEL, "newest: 1")),
        new Wrong(
            "an unknown pipeline",
            "POST",
            "/api/v1/pipelines/daily_user_event/runs",
            "{}",
            Shown.OWN_TOKEN,
            404,
            "not_found",
            List.of("daily_user_event", "expected", "daily_user_events")),
        new Wrong(
            "a run's body that is no JSON",
            "POST",
            "/api/v1/pipelines/daily_user_events/runs",
            "{",
            Shown.OWN_TOKEN,
            400,
            "bad_request",
            List.of("malformed JSON")),
        new Wrong(
            "a call that is not there",
            "GET",
            "/api/v1/nothing",
            "",
            Shown.NOTHING,
            404,
            "not_found",
            List.of("/api/v1/nothing")));
  }

  @ParameterizedTest
  @MethodSource
  @Order(1)
  void isRefused(Wrong wrong) {
    var at = wrong.shown() == Shown.TOKEN_OF_DEV ? rig.prod() : rig.dev();
    Map<String, String> headers =
        switch (wrong.shown()) {
          case NOTHING -> Map.of();
          case OWN_TOKEN, TOKEN_OF_DEV -> HttpCalls.bearer(rig.dev().token());
          case ANOTHER_TOKEN -> HttpCalls.bearer("let-me-in");
        };
    var answer =
        calls.call(
            wrong.method(),
            at.at(wrong.path()),
            "application/json",
            wrong.body().getBytes(StandardCharsets.UTF_8),
            headers);
    told(answer, wrong.status(), wrong.code(), wrong.says());
  }

  private static void told(ClientResponse answer, int status, String code, List<String> says) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    var error = Json.parse(answer.body()).path("error");
    assertThat(error.path("code").asString()).as(answer.text()).isEqualTo(code);
    assertThat(error.path("message").asString()).contains(says).hasSizeBetween(10, 1_000);
  }

  // Data

  private record BadDay(
      String what, LocalDate day, Optional<String> csv, String task, List<String> says) {
    @Override
    public String toString() {
      return what;
    }

    String file() {
      return "user_events_%s.csv".formatted(day.toString().replace("-", ""));
    }
  }

  static Stream<BadDay> failsTheRun() throws IOException {
    var good = csv(0.01);
    var header = good.substring(0, good.indexOf('\n') + 1);
    var at = LocalDate.of(2020, 1, 1);
    return Stream.of(
        new BadDay(
            "a missing day",
            at,
            Optional.empty(),
            "extract_raw_data",
            List.of("s3://raw-dev/daily/user_events_20200101.csv", "nearest", "user_events_")),
        new BadDay(
            "a wrong header",
            at.plusDays(1),
            Optional.of(good.replaceFirst("device", "gadget")),
            "validate_data",
            List.of("user_events_20200102.csv", "gadget", "expected", "device")),
        new BadDay(
            "an empty file",
            at.plusDays(2),
            Optional.of(""),
            "validate_data",
            List.of("user_events_20200103.csv", "empty", "expected")),
        new BadDay(
            "a header without rows",
            at.plusDays(3),
            Optional.of(header),
            "validate_data",
            List.of("user_events_20200104.csv", "no rows")),
        new BadDay(
            "too many nulls",
            at.plusDays(4),
            Optional.of(csv(0.8)),
            "validate_data",
            List.of("user_events_20200105.csv", "null rate", "at most 0.5", "most in '")));
  }

  private static String csv(double nullRate) throws IOException {
    var bytes = new ByteArrayOutputStream();
    new SampleDay(LocalDate.of(2020, 1, 1), 500, 1, 0, nullRate).writeTo(bytes);
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @MethodSource
  @Order(2)
  void failsTheRun(BadDay bad) {
    var versions = featureObjects();
    try (var objects = rig.dev().store()) {
      bad.csv()
          .ifPresent(
              text ->
                  objects.put(
                      new ObjectPath("raw-dev", "daily/" + bad.file()),
                      text.getBytes(StandardCharsets.UTF_8),
                      "text/csv"));
    }
    var params = Map.of("day", bad.day().toString().replace("-", ""));
    var begun =
        rig.dev()
            .pipelines()
            .trigger(PlatformRig.PIPELINE, new Trigger(params, Optional.empty(), "", ""));
    var run = rig.over(rig.dev(), begun.id());

    assertThat(run.state()).as("%s", run.tasks()).isEqualTo("failed");
    var failed = run.task(bad.task()).orElseThrow();
    assertThat(failed.state()).as("%s", run.tasks()).isEqualTo("failed");
    assertThat(failed.why()).contains(bad.says());
    assertThat(run.task("summarize_run").orElseThrow().state())
        .as("summarize_run reports the failure")
        .isEqualTo("success");
    assertThat(featureObjects()).as("no feature version, whole or half").isEqualTo(versions);
  }

  private static List<String> featureObjects() {
    try (var objects = rig.dev().store()) {
      return objects.list(new ObjectPath("features-dev", "")).objects().stream()
          .map(head -> head.path().key())
          .toList();
    }
  }

  // Desired state

  private record BadCommit(
      String what, Map<String, UnaryOperator<String>> changes, List<List<String>> problems) {
    @Override
    public String toString() {
      return what;
    }
  }

  private static final String RULES = "rules/metrics/platform.yaml";
  private static final String PIPELINE = "pipelines/daily_user_events.yaml";
  private static final String ALERTMANAGER = "alertmanager.yaml";

  static Stream<BadCommit> isRefusedAsAWhole() {
    return Stream.of(
        new BadCommit(
            "a rule that does not parse",
            Map.of(RULES, text -> text.replace("vector(1)", "vector(1")),
            List.of(List.of("environments/dev/" + RULES, "Watchdog"))),
        new BadCommit(
            "an unknown receiver",
            Map.of(
                ALERTMANAGER,
                text -> text.replace("- receiver: slack-dev", "- receiver: slack-deb")),
            List.of(List.of("environments/dev/" + ALERTMANAGER, "slack-deb"))),
        new BadCommit(
            "three mistakes in three files",
            Map.of(
                RULES, text -> text.replace("expr: vector(1)", "expr: vecto(1)"),
                ALERTMANAGER, text -> text.replace("group_wait: 1s", "group_wiat: 1s"),
                PIPELINE, text -> text.replace("uses: validate_data", "uses: validate_dat")),
            List.of(
                List.of("environments/dev/" + RULES, "vecto"),
                List.of("environments/dev/" + ALERTMANAGER, "group_wiat", "group_wait"),
                List.of(
                    "environments/dev/" + PIPELINE,
                    "unknown task 'validate_dat'",
                    "did you mean 'validate_data'"))));
  }

  @ParameterizedTest
  @MethodSource
  @Order(3)
  void isRefusedAsAWhole(BadCommit bad) {
    var before = new TreeMap<String, String>();
    bad.changes().keySet().forEach(file -> before.put(file, rig.declared(rig.dev(), file)));
    var applied = rig.dev().delivery().desired().path("applied").asString("");
    var config = rig.dev().alerts().status().config();
    var commit = rig.commit(rig.dev(), bad.changes(), "By mistake: " + bad.what());

    var change =
        Poller.until(
                PlatformRig.SOON,
                () ->
                    rig.dev()
                        .delivery()
                        .change(commit.value())
                        .filter(one -> !one.path("problems").isEmpty()))
            .orElseThrow(() -> new AssertionError("not judged: " + rig.dev().delivery().desired()));
    var problems = change.path("problems").valueStream().map(one -> one.asString()).toList();
    assertThat(problems).hasSameSizeAs(bad.problems());
    for (var says : bad.problems()) {
      assertThat(problems).anySatisfy(problem -> assertThat(problem).contains(says));
    }
    var desired = rig.dev().delivery().desired();
    assertThat(desired.path("applied").asString()).as("nothing is applied").isEqualTo(applied);
    assertThat(rig.dev().alerts().status().config()).as("Alertmanager's file").isEqualTo(config);
    assertThat(desired.path("problems")).as("said until it is mended").isNotEmpty();

    var back = new TreeMap<String, UnaryOperator<String>>();
    before.forEach((file, text) -> back.put(file, _ -> text));
    var mended = rig.commit(rig.dev(), back, "Mended");
    assertThat(
            Poller.untilTrue(
                PlatformRig.SOON,
                () ->
                    rig.dev()
                        .delivery()
                        .desired()
                        .path("applied")
                        .asString()
                        .equals(mended.value())))
        .as("the next good commit is applied: %s", rig.dev().delivery().desired())
        .isTrue();
  }

  // Models

  private static int register(String what, byte[] onnx) {
    try (var registry = rig.dev().registry()) {
      var run =
          registry.createRun(registry.experimentId("bad input"), what, rig.dev().now(), Map.of());
      ModelFolder.files(onnx, new Signature(columns), run.id(), rig.dev().now())
          .forEach((path, bytes) -> registry.uploadArtifact(run.id(), "model/" + path, bytes));
      return registry
          .createModelVersion(MODEL, run.artifactUri() + "/model", run.id(), Map.of())
          .version();
    }
  }

  @Test
  @Order(4)
  void aCorruptOnnxFileIsNeverServed() {
    int version = register("corrupt", "this is no model".getBytes(StandardCharsets.UTF_8));
    var reload = rig.dev().send("POST", "/variant/A/reload", Map.of("version", version));
    told(reload, 422, "unprocessable", List.of("version " + version, MODEL, "ONNX"));

    var serving = rig.declared(rig.dev(), "serving.yaml");
    rig.commit(
        rig.dev(),
        "serving.yaml",
        text -> text.replace("version: 1", "version: " + version),
        "Serve the corrupt one");
    var rollout = rig.rolledOut(rig.dev(), version);
    assertThat(rollout.state()).isEqualTo("failed");
    assertThat(rollout.cause()).contains("version " + version, "ONNX");
    if (!rig.declared(rig.dev(), "serving.yaml").equals(serving)) {
      rig.commit(rig.dev(), "serving.yaml", _ -> serving, "Back");
    }
  }

  @Test
  @Order(5)
  void aFullQueueSaysWhenToComeBack() throws Exception {
    int version =
        register("slow", DrillModels.slow(new Signature(columns), Duration.ofMillis(300)));
    assertThat(rig.dev().send("POST", "/variant/B/reload", Map.of("version", version)).status())
        .isEqualTo(200);
    var body = row("1").getBytes(StandardCharsets.UTF_8);
    Callable<ClientResponse> call =
        () -> calls.post(rig.dev().at("/variant/B/predict"), "application/json", body, Map.of());
    List<ClientResponse> answers = new ArrayList<>();
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      var pending = IntStream.range(0, 12).mapToObj(_ -> callers.submit(call)).toList();
      for (Future<ClientResponse> one : pending) {
        answers.add(one.get());
      }
    }
    assertThat(answers)
        .extracting(ClientResponse::status)
        .containsOnly(200, 429)
        .filteredOn(status -> status == 200)
        .hasSizeGreaterThanOrEqualTo(2 * WAITING);
    var refused =
        answers.stream().filter(answer -> answer.status() == 429).findFirst().orElseThrow();
    told(refused, 429, "too_busy", List.of("variant B", "limit", "Retry-After"));
    assertThat(refused.header("Retry-After")).contains("1");
  }

  // Machines

  @Test
  @Order(6)
  void aFullDiskIsSaidAndWhatServesGoesOn() throws IOException {
    Assumptions.assumeTrue(
        disk.isPresent(), "skipped, needs root and mount: a disk of its own for dev's data");
    var full = disk.orElseThrow();
    full.fill();
    try {
      for (var write :
          List.of(
              calls.post(
                  rig.dev().at("/mlflow/api/2.0/mlflow/experiments/create"),
                  "application/json",
                  Json.write(Map.of("name", "on a full disk")),
                  token()),
              rig.dev().send("POST", "/api/v1/pipelines/daily_user_events/runs", Map.of()),
              upload("on-a-full-disk.bin"),
              rig.dev()
                  .send(
                      "POST",
                      "/alertmanager/api/v2/silences",
                      silence("on a full disk" + " ".repeat(60_000))),
              calls.post(
                  rig.dev().at("/loki/api/v1/push"),
                  "application/json",
                  line("on a full disk"),
                  token()),
              calls.post(
                  rig.dev().at("/prometheus/api/v1/write"),
                  "application/x-protobuf",
                  RemoteWrite.body("on_a_full_disk", rig.dev().now().toEpochMilli(), 1, 100_000),
                  token()))) {
        assertThat(write.status()).as(write.text()).isEqualTo(507);
        assertThat(write.text()).matches("(?s).*(disk|space|room).*").doesNotContain("Exception");
      }
      assertThat(rig.data().resolve("dev/registry/uploads")).isEmptyDirectory();
      assertThat(PlatformRig.answering(rig.dev())).isEqualTo(1);
    } finally {
      full.makeRoom();
    }
    assertThat(
            Poller.untilTrue(
                PlatformRig.SOON,
                () -> {
                  try (var registry = rig.dev().registry()) {
                    return !registry.experimentId("with room again").isEmpty();
                  }
                }))
        .as("with room again")
        .isTrue();
    try (var registry = rig.dev().registry()) {
      assertThat(registry.experimentByName("on a full disk"))
          .as("what was refused is not there")
          .isEmpty();
    }
    assertThat(upload("with-room-again.bin").status()).isEqualTo(200);
    var files = Json.text(rig.dev().json("/mlflow/api/2.0/mlflow-artifacts/artifacts"));
    assertThat(files).contains("with-room-again.bin").doesNotContain("on-a-full-disk");
    assertThat(Json.text(rig.dev().json("/alertmanager/api/v2/silences")))
        .doesNotContain("on a full disk");
    var scrapes = "min(count_over_time(up[5s]))";
    assertThat(
            Poller.untilTrue(
                PlatformRig.SOON,
                () ->
                    rig.dev().metrics().instant(scrapes, rig.dev().now())
                        instanceof Outcome.Answer))
        .as("samples are stored again")
        .isTrue();
  }

  private static ClientResponse upload(String name) throws IOException {
    return calls.call(
        "PUT",
        rig.dev().at("/mlflow/api/2.0/mlflow-artifacts/artifacts/" + name),
        "application/octet-stream",
        new byte[4 << 20],
        token());
  }

  /// Longer than what a file's last page may still take.
  private static Map<String, Object> silence(String comment) {
    var now = rig.dev().now();
    return Map.of(
        "matchers", List.of(Map.of("name", "a", "value", "b", "isRegex", false)),
        "startsAt", now.toString(),
        "endsAt", now.plusSeconds(60).toString(),
        "createdBy", "ann",
        "comment", comment);
  }

  private static byte[] line(String text) {
    long nanos = rig.dev().now().toEpochMilli() * 1_000_000;
    return Json.write(
        Map.of(
            "streams",
            List.of(
                Map.of(
                    "stream",
                    Map.of("job", "full"),
                    "values",
                    List.of(List.of(String.valueOf(nanos), text))))));
  }

  private static Map<String, String> token() {
    return HttpCalls.bearer(rig.dev().token());
  }

  @Test
  @Order(7)
  void aStoreThatIsDownIsSaidAndWhatServesGoesOn() throws IOException {
    int version = register("unreachable", DrillModels.failing(new Signature(columns), 0));
    int port = store.access().endpoint().getPort();
    store.close();
    try {
      told(
          rig.dev().send("POST", "/variant/A/reload", Map.of("version", version)),
          503,
          "backend_down",
          List.of("store", "what serves is left as it is"));
      assertThat(PlatformRig.answering(rig.dev())).isEqualTo(1);
      assertThat(rig.dev().get("/ready").status()).isEqualTo(200);
    } finally {
      store = openStore(port);
    }
    assertThat(
            Poller.untilTrue(
                PlatformRig.SOON,
                () -> {
                  try (var registry = rig.dev().registry()) {
                    return registry
                            .listArtifacts(
                                registry.modelVersion(MODEL, version).orElseThrow().runId(),
                                "model")
                            .size()
                        == 4;
                  }
                }))
        .as("the store is used again")
        .isTrue();
    try (var registry = rig.dev().registry()) {
      registry.setAlias(MODEL, "challenger", version, new Because("test", "the store is back"));
    }
  }
}
