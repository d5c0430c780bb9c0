package dev.gori.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.app.HostileBodies.Body;
import dev.gori.app.RawHttp.Answers;
import dev.gori.app.running.Poller;
import dev.gori.app.running.RunningEnvironment;
import dev.gori.clients.PipelinesClient.RunInfo;
import dev.gori.git.CommitDraft;
import dev.gori.git.GitRepository;
import dev.gori.git.Person;
import dev.gori.http.HttpServer.RouteInfo;
import dev.gori.kernel.time.WallTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/// Attacks on the running program from its own machine, without a token and with one. After each of
/// them both environments predict, are ready, write their access logs and take writes; at the end,
/// after `kill -9`, everything that was acknowledged in between is there.
///
/// What is sent follows from a seed, which every failure names: `-Dgori.attack.seed=N` repeats it.
/// The routes are those of the program itself, so a new one is attacked from its first day.
///
/// One class, though long: all attacks run in order against one started program, and the last test
/// checks what they acknowledged.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class AttackTest {

  private static final long SEED = Long.getLong("gori.attack.seed", new Random().nextInt(1 << 20));
  private static final Duration ANSWER = Duration.ofSeconds(15);
  private static final Duration ANOTHER = Duration.ofMillis(300);
  private static final Duration WHILE_ATTACKED = Duration.ofSeconds(15);
  private static final Duration AFTERWARDS = Duration.ofSeconds(30);

  /// How long a connection may stay open that sends nothing, or half of something.
  private static final Duration IDLE = Duration.ofSeconds(90);

  private static final int MEBI = 1 << 20;
  private static final int BODIES_A_ROUTE = 3;
  private static final byte[] NOTHING = {};
  private static final byte[] ROW = RawHttp.bytes("{\"data\": [[1, 50, 20, 180, 251, 13, 1, 0]]}");
  private static final Map<String, String> JSON = Map.of("Content-Type", "application/json");

  /// The one answer with status 500: Prometheus has no other for what is switched off.
  private static final String AS_PROMETHEUS_SAYS_IT = "\"error\":\"admin APIs disabled\"";

  private static final Person PERSON = new Person("Mallory", "mallory@example.com");

  @TempDir static Path folder;

  private static final Random RANDOM = new Random(SEED);
  private static final Map<String, List<Acknowledged>> ACKNOWLEDGED = new TreeMap<>();
  private static final List<Socket> HELD = new ArrayList<>();
  private static Map<String, List<RouteInfo>> routes = Map.of();
  private static GoriProcess program;
  private static int rounds;

  @BeforeAll
  static void start() throws IOException {
    routes = routesOfTheProgram();
    program = GoriProcess.in(Files.createDirectories(folder.resolve("attacked")), Map.of());
    program.up();
    for (var environment : environments()) {
      assertThat(Poller.untilTrue(PlatformRig.LOOP, () -> predicts(environment)))
          .as("%s predicts before the attacks", environment.name())
          .isTrue();
      assertThat(
              Poller.untilTrue(
                  PlatformRig.LOOP,
                  () -> environment.pipelines().runs(1).stream().anyMatch(RunInfo::isOver)))
          .as("%s's first loop is over before the attacks", environment.name())
          .isTrue();
    }
  }

  /// The tables of a platform that is started for them alone.
  private static Map<String, List<RouteInfo>> routesOfTheProgram() throws IOException {
    var tables = Files.createDirectories(folder.resolve("tables"));
    var template = ShortWorkspace.in(tables.resolve("template"), Map.of());
    try (var time = new WallTime();
        var platform =
            Platform.start(Platform.Options.all(tables.resolve("data"), template, 0), time)) {
      return platform.routes();
    }
  }

  @AfterAll
  static void stop() throws IOException {
    for (var socket : HELD) {
      socket.close();
    }
    if (program != null) {
      program.close();
    }
  }

  /// What ended the program in one round is that round's failure, not the next one's.
  @BeforeEach
  void runs() throws IOException {
    if (!program.isAlive()) {
      program.kill();
      program.up();
      for (var environment : environments()) {
        stands(environment, PlatformRig.SOON);
      }
    }
  }

  /// What has to hold whatever was sent.
  @AfterEach
  void standsAndTakesWrites() throws IOException {
    rounds++;
    assertThat(program.isAlive()).as("the program runs, %s: %s", seed(), said()).isTrue();
    for (var environment : environments()) {
      stands(environment, AFTERWARDS);
      ACKNOWLEDGED
          .computeIfAbsent(environment.name(), _ -> new ArrayList<>())
          .add(Acknowledged.by(environment, "attack_" + rounds));
    }
    assertThat(program.text()).as(seed()).doesNotContain("OutOfMemoryError");
  }

  private static void stands(RunningEnvironment environment, Duration deadline) {
    long logged = size(accessLog(environment));
    assertThat(Poller.untilTrue(deadline, () -> predicts(environment)))
        .as("%s predicts, %s; the program: %s", environment.name(), seed(), said())
        .isTrue();
    var ready = new Answers[1];
    assertThat(
            Poller.untilTrue(
                deadline,
                () -> {
                  ready[0] = call(port(environment), "GET", "/ready", Map.of(), NOTHING);
                  return ready[0].status() == 200;
                }))
        .as("%s is ready, %s: %s", environment.name(), seed(), ready[0])
        .isTrue();
    assertThat(Poller.untilTrue(deadline, () -> size(accessLog(environment)) != logged))
        .as("%s writes its access log, %s", environment.name(), seed())
        .isTrue();
  }

  // ---- who has no right to ask

  @Test
  @Order(1)
  void nobodyWithoutTheEnvironmentsTokenPassesAGuard() {
    var before = state();
    var wrong = Collections.synchronizedList(new ArrayList<String>());
    var calls = new ArrayList<Runnable>();
    for (var environment : environments()) {
      var tokens = wrongTokens(environment);
      for (var route : routesOf(environment)) {
        tokens.forEach(
            (kind, headers) -> calls.add(() -> unknown(environment, route, kind, headers, wrong)));
      }
    }
    together(4, calls);
    assertThat(wrong).as(seed()).isEmpty();
    assertThat(state()).as("nothing has changed, %s", seed()).isEqualTo(before);
  }

  private static void unknown(
      RunningEnvironment environment,
      RouteInfo route,
      String kind,
      Map<String, String> headers,
      List<String> wrong) {
    var body = route.method().equals("GET") ? NOTHING : RawHttp.bytes("{}");
    var answer = call(port(environment), route.method(), filled(route), headers, body);
    int status = answer.status();
    boolean isRight =
        route.guarded()
            ? status == 401
                || status == 403 && !kind.equals("no header")
                || isRefusedHead(kind, status)
            : isNoFault(answer);
    if (!isRight) {
      wrong.add(
          "%s: %s %s with %s: %s"
              .formatted(environment.name(), route.method(), route.template(), kind, answer));
    }
  }

  /// A head that is no head is refused before anybody looks at its token.
  private static boolean isRefusedHead(String kind, int status) {
    return kind.startsWith("bytes") && (status == 400 || status == 431);
  }

  private static Map<String, Map<String, String>> wrongTokens(RunningEnvironment environment) {
    var own = environment.token();
    var other =
        environments().stream()
            .filter(one -> !one.name().equals(environment.name()))
            .findFirst()
            .orElseThrow()
            .token();
    int at = RANDOM.nextInt(own.length());
    var flipped = own.toCharArray();
    flipped[at] ^= 1;
    var tokens = new LinkedHashMap<String, String>();
    tokens.put("an empty header", "");
    tokens.put("a scheme alone", "Bearer");
    tokens.put("a scheme and spaces", "Bearer    ");
    tokens.put("Basic alone", "Basic");
    tokens.put("Basic with the token", "Basic " + own);
    tokens.put("another token", "Bearer " + "x".repeat(own.length()));
    tokens.put("the other environment's", "Bearer " + other);
    tokens.put("a bit off at %d".formatted(at), "Bearer " + new String(flipped));
    tokens.put("the start of it", "Bearer " + own.substring(0, own.length() - 1));
    tokens.put("more than it", "Bearer " + own + own.charAt(0));
    tokens.put("it twice", "Bearer %s, Bearer %s".formatted(own, own));
    tokens.put("a token of 6,000 letters", "Bearer " + own.repeat(6_000 / own.length()));
    tokens.put("bytes that are not ASCII", "Bearer \u00e9\u4e2d\u6587" + own);
    var headers = new LinkedHashMap<String, Map<String, String>>();
    headers.put("no header", Map.of());
    tokens.forEach((kind, value) -> headers.put(kind, Map.of("Authorization", value)));
    return headers;
  }

  @Test
  @Order(2)
  void aGuardAnswersBeforeItWaitsForTheBody() {
    var wrong = new ArrayList<String>();
    for (var environment : environments()) {
      for (var route : routesOf(environment)) {
        if (route.guarded()) {
          var head =
              "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: 60000000\r\n\r\n{"
                  .formatted(route.method(), filled(route));
          var answer = exchange(port(environment), RawHttp.bytes(head), Duration.ofSeconds(5));
          if (answer.status() != 401 && answer.status() != 413) {
            wrong.add("%s %s: %s".formatted(route.method(), route.template(), answer));
          }
        }
      }
    }
    assertThat(wrong).as(seed()).isEmpty();
  }

  // ---- what is sent

  @Test
  @Order(3)
  void aHostileBodyIsAnsweredByEveryRouteThatTakesOne() {
    var bodies = new HostileBodies(RANDOM).all();
    var wrong = Collections.synchronizedList(new ArrayList<String>());
    var calls = new ArrayList<Runnable>();
    for (var environment : environments()) {
      for (var route : routesOf(environment)) {
        if (!route.method().matches("POST|PUT|PATCH")) {
          continue;
        }
        Collections.shuffle(bodies, RANDOM);
        for (var body : List.copyOf(bodies.subList(0, BODIES_A_ROUTE))) {
          calls.add(() -> hostile(environment, route.method(), filled(route), body, wrong));
        }
      }
      for (var path : List.of("/predict", "/prometheus/api/v1/write", "/loki/api/v1/push")) {
        for (var body : List.copyOf(bodies)) {
          calls.add(() -> hostile(environment, "POST", path, body, wrong));
        }
      }
    }
    together(4, calls);
    assertThat(wrong).as(seed()).isEmpty();
  }

  private static void hostile(
      RunningEnvironment environment, String method, String path, Body body, List<String> wrong) {
    var headers = new LinkedHashMap<>(body.headers());
    headers.put("Authorization", "Bearer " + environment.token());
    var answer = call(port(environment), method, path, headers, body.bytes());
    if (!isNoFault(answer)) {
      wrong.add("%s: %s %s with %s: %s".formatted(environment.name(), method, path, body, answer));
    }
  }

  /// No token is needed to read, so none of these may cost more than a small request does.
  @Test
  @Order(4)
  void sixtyThreeMebibytesOfEmptyArraysStopNobody() {
    var body = HostileBodies.emptyArrays(63);
    var paths =
        List.of(
            "/mlflow/api/2.0/mlflow/runs/search",
            "/mlflow/api/2.0/mlflow/experiments/search",
            "/predict",
            "/v2/models/user_events/infer",
            "/prometheus/api/v1/query",
            "/loki/api/v1/query_range");
    var wrong = Collections.synchronizedList(new ArrayList<String>());
    var calls = new ArrayList<Runnable>();
    for (var environment : environments()) {
      for (var path : paths) {
        calls.add(
            () -> {
              var answer = call(port(environment), "POST", path, body.headers(), body.bytes());
              if (!List.of(400, 413, 415, 429, 503).contains(answer.status())) {
                wrong.add("%s %s: %s".formatted(environment.name(), path, answer));
              }
            });
      }
    }
    together(3, calls);
    assertThat(wrong).as(seed()).isEmpty();
  }

  @Test
  @Order(5)
  void noHeadOrFramingGetsAFaultAnEscapeOrASecondAnswer() {
    var ports = new ArrayList<Integer>(List.of(program.portBase()));
    for (var environment : environments()) {
      ports.add(port(environment));
      ports.add(port(environment) + 1);
    }
    var wrong = Collections.synchronizedList(new ArrayList<String>());
    var calls = new ArrayList<Runnable>();
    for (var shape : new HostileHeads(RANDOM).all()) {
      for (int port : ports) {
        calls.add(
            () -> {
              var answer = exchange(port, shape.bytes(), ANSWER, ANOTHER);
              var text = answer.text();
              boolean isCut = answer.ended() && answer.status() == 0;
              if (!isCut && !isNoFault(answer)
                  || answer.statuses().size() > shape.answers()
                  || text.contains("root:x:0")
                  || text.contains("Injected: yes\r\n")
                  || environments().stream().anyMatch(one -> text.contains(one.token()))) {
                wrong.add("port %d: %s: %s".formatted(port - program.portBase(), shape, answer));
              }
            });
      }
    }
    together(6, calls);
    assertThat(wrong).as(seed()).isEmpty();
  }

  @Test
  @Order(6)
  void requestsInOneWriteGetTheirAnswersInOrder() {
    for (var environment : environments()) {
      var all =
          "GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".repeat(49)
              + "GET /nothing HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
      var answers = exchange(port(environment), RawHttp.bytes(all), ANSWER, Duration.ofSeconds(4));
      var statuses = answers.statuses();
      assertThat(statuses).as(seed()).hasSize(50).endsWith(404);
      assertThat(answers.ended()).as("the server closes as it said, %s", seed()).isTrue();
      assertThat(statuses.subList(0, 49)).as(seed()).containsOnly(200);
    }
  }

  @Test
  @Order(7)
  void aCommitThatExpandsWithoutEndIsRejectedWithItsReason() throws IOException {
    var bombs =
        Map.of(
            "environments/dev/pipelines/bomb.yaml",
            aliases(),
            "environments/dev/rules/metrics/deep.yaml",
            "groups: " + "[".repeat(50_000),
            "environments/dev/rules/logs/wide.yaml",
            "groups: [" + "[],".repeat(500_000) + "]",
            "environments/dev/dashboards/deep.json",
            "{\"panels\":".repeat(50_000));
    var commit = commit("Expand without end", bombs);
    var dev = environment("dev");
    var verdict = new String[1];
    assertThat(
            Poller.untilTrue(
                PlatformRig.SOON,
                () -> {
                  var change = dev.json("/api/v1/changes/" + commit);
                  verdict[0] = change.toString();
                  return change.path("problems").size() > 0;
                }))
        .as("%s: %s", seed(), verdict[0])
        .isTrue();
    var none = new TreeMap<String, String>();
    bombs.keySet().forEach(path -> none.put(path, ""));
    commit("Take it back", none);
  }

  private static String aliases() {
    var text = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 12; i++) {
      text.append("a%d: &a%d [".formatted(i, i))
          .append("*a%d, ".formatted(i - 1).repeat(9))
          .append("]\n");
    }
    return text.toString();
  }

  /// @param files an empty text takes the file away
  private static String commit(String message, Map<String, String> files) throws IOException {
    try (var time = new WallTime();
        var workspace =
            GitRepository.openOrCreate(
                program.data().resolve("workspace.git"),
                program.home().resolve("workspace"),
                PERSON,
                time)) {
      var edits = new TreeMap<String, Optional<byte[]>>();
      files.forEach(
          (path, text) ->
              edits.put(
                  path,
                  text.isEmpty()
                      ? Optional.empty()
                      : Optional.of(text.getBytes(StandardCharsets.UTF_8))));
      workspace.commit(_ -> new CommitDraft(PERSON, message, Map.of(), edits));
      return workspace.head().orElseThrow().value();
    }
  }

  // ---- who does not end what they began

  /// The connections stay open over the rounds that follow; a later one looks at them again.
  @Test
  @Order(8)
  void connectionsThatSendNothingOrHalfOfSomethingStopNobody() throws IOException {
    var ports = new ArrayList<Integer>(List.of(program.portBase()));
    for (var environment : environments()) {
      ports.add(port(environment));
      ports.add(port(environment) + 1);
    }
    for (int port : ports) {
      hold(port, 30, "");
      hold(port, 15, "GET /models HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ");
      hold(
          port,
          15,
          "POST /predict HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\n{\"data\": [");
      hold(
          port,
          5,
          "POST /predict HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"d");
    }
    for (var environment : environments()) {
      stands(environment, WHILE_ATTACKED);
    }
  }

  private static void hold(int port, int count, String sent) throws IOException {
    for (int i = 0; i < count; i++) {
      var socket = RawHttp.connect(port);
      HELD.add(socket);
      socket.getOutputStream().write(RawHttp.bytes(sent));
    }
  }

  @Test
  @Order(9)
  void bodiesThatBreakOffAreNoFaultOfTheGateway() throws IOException {
    var before = new TreeMap<String, Long>();
    for (var environment : environments()) {
      before.put(environment.name(), Files.readString(accessLog(environment)).lines().count());
    }
    for (var environment : environments()) {
      for (int i = 0; i < 40; i++) {
        try (var socket = RawHttp.connect(port(environment))) {
          socket
              .getOutputStream()
              .write(
                  RawHttp.bytes(
                      "POST /predict HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\n\r\n{\"data\": [[1, "
                          .formatted(50 + RANDOM.nextInt(5_000))));
          if (RANDOM.nextBoolean()) {
            socket.setSoLinger(true, 0); // a reset instead of an end
          }
        }
      }
    }
    for (var environment : environments()) {
      stands(environment, WHILE_ATTACKED);
      long logged = before.getOrDefault(environment.name(), 0L);
      assertThat(Files.readString(accessLog(environment)).lines().skip(logged))
          .as("%s: none is counted as a failure of the gateway", seed())
          .filteredOn(line -> line.contains("handler=/predict") && line.contains(" status=5"))
          .isEmpty();
    }
  }

  @Test
  @Order(10)
  void aHundredAndThirtyUnfinishedBodiesOfEightMebibytesStopNobody() throws IOException {
    var part = new byte[8 * MEBI - 10];
    Arrays.fill(part, (byte) ' ');
    var sockets = new ArrayList<Socket>();
    var senders = new ArrayList<Thread>();
    try {
      for (int i = 0; i < 130; i++) {
        var socket = RawHttp.connect(port(environments().get(i % 2)));
        sockets.add(socket);
        senders.add(
            Thread.ofVirtual()
                .start(
                    () -> {
                      try {
                        var out = socket.getOutputStream();
                        out.write(
                            RawHttp.bytes(
                                "POST /predict HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
                                    .formatted(8 * MEBI)));
                        out.write(part);
                      } catch (IOException _) {
                        // refused: the server has closed the connection
                      }
                    }));
      }
      for (var environment : environments()) {
        stands(environment, WHILE_ATTACKED);
      }
    } finally {
      for (var socket : sockets) {
        socket.close();
      }
      senders.forEach(Thread::interrupt);
    }
  }

  @Test
  @Order(11)
  void largeRequestsFromManyClientsAreAnsweredOrTurnedAway() {
    var rows = rows();
    var wide = "/prometheus/api/v1/query?query=sum_over_time(vector(1)%5B30h:3ms%5D)";
    var strings =
        "/prometheus/api/v1/query_range?start=0&end=10000&step=1&query="
            + "label_replace(".repeat(20)
            + "up"
            + ",%22a%22,%22$1$1$1%22,%22job%22,%22(.*)%22)".repeat(20);
    var lines =
        "/loki/api/v1/query_range?limit=5000&query=%7Bapp%3D~%22.%2B%22%7D%7Cline_format%20%22"
            + "%7B%7B__line__%7D%7D".repeat(50)
            + "%22";
    var wrong = Collections.synchronizedList(new ArrayList<String>());
    var calls = new ArrayList<Runnable>();
    for (int i = 0; i < 12; i++) {
      for (var environment : environments()) {
        int port = port(environment);
        calls.add(() -> answered(port, "POST", "/predict", rows, wrong));
        calls.add(() -> answered(port, "GET", wide, NOTHING, wrong));
        calls.add(() -> answered(port, "GET", strings, NOTHING, wrong));
        calls.add(() -> answered(port, "GET", lines, NOTHING, wrong));
      }
    }
    together(24, calls);
    assertThat(wrong).as(seed()).isEmpty();
  }

  /// A body of predictions that is just short enough for its route.
  private static byte[] rows() {
    var longest =
        routes.values().stream()
            .flatMap(List::stream)
            .filter(route -> route.template().equals("/predict"))
            .findFirst()
            .orElseThrow()
            .maxBody()
            .orElseThrow();
    var row = "[1, 50, 20, 180, 251, 13, 1, 0]";
    int more = (int) (longest.count() - 100) / (row.length() + 1);
    return RawHttp.bytes("{\"data\": [%s%s]}".formatted((row + ",").repeat(more), row));
  }

  private static void answered(
      int port, String method, String path, byte[] body, List<String> wrong) {
    var answer = exchange(port, RawHttp.request(method, path, JSON, body), Duration.ofSeconds(60));
    if (!isNoFault(answer)) {
      wrong.add(
          "%s %s: %s".formatted(method, path.substring(0, Math.min(60, path.length())), answer));
    }
  }

  // ---- what is left

  @Test
  @Order(12)
  void connectionsThatWereLeftOpenHaveBeenClosed() {
    assertThat(HELD).isNotEmpty();
    var open = new ArrayList<>(HELD);
    Poller.untilTrue(
        IDLE,
        () -> {
          open.removeIf(RawHttp::isClosed);
          return open.isEmpty();
        });
    var byPort = new TreeMap<Integer, Integer>();
    open.forEach(socket -> byPort.merge(socket.getPort() - program.portBase(), 1, Integer::sum));
    assertThat(byPort).as("still open after %s, by port; %s", IDLE, seed()).isEmpty();
  }

  @Test
  @Order(13)
  void everyWriteThatWasAcknowledgedInBetweenIsThereAfterAKill() throws IOException {
    program.kill();
    program.up();
    for (var environment : environments()) {
      stands(environment, PlatformRig.SOON);
      var all = ACKNOWLEDGED.getOrDefault(environment.name(), List.of());
      assertThat(all).isNotEmpty();
      all.forEach(one -> one.areThere(environment));
    }
  }

  // ---- how it is asked

  private static List<RunningEnvironment> environments() {
    return program.running().environments();
  }

  private static RunningEnvironment environment(String name) {
    return program.running().environment(name);
  }

  private static List<RouteInfo> routesOf(RunningEnvironment environment) {
    var all = routes.getOrDefault(environment.name(), List.of());
    assertThat(all).as("routes of " + environment.name()).hasSizeGreaterThan(100);
    return all;
  }

  private static int port(RunningEnvironment environment) {
    return environment.base().getPort();
  }

  /// A template with names of nothing in its braces.
  private static String filled(RouteInfo route) {
    return route
        .template()
        .replaceAll("\\{\\+[^}]+}", "nothing/at/all")
        .replaceAll("\\{[^}]+}", "nothing");
  }

  /// Whether an answer is one that a caller can act on: never a fault of the program, never none.
  private static boolean isNoFault(Answers answer) {
    int status = answer.status();
    return status >= 200 && status < 500
        || List.of(501, 503, 505, 507).contains(status)
        || status == 500 && answer.text().contains(AS_PROMETHEUS_SAYS_IT);
  }

  private static boolean predicts(RunningEnvironment environment) {
    return call(port(environment), "POST", "/predict", JSON, ROW).status() == 200;
  }

  private static Answers call(
      int port, String method, String path, Map<String, String> headers, byte[] body) {
    return exchange(port, RawHttp.request(method, path, headers, body), ANSWER);
  }

  /// A connection that is refused or breaks is an answer without a status.
  private static Answers exchange(int port, byte[] request, Duration deadline) {
    return exchange(port, request, deadline, Duration.ZERO);
  }

  private static Answers exchange(int port, byte[] request, Duration deadline, Duration more) {
    try {
      return RawHttp.exchange(port, request, deadline, more);
    } catch (UncheckedIOException e) {
      return new Answers(RawHttp.bytes("no connection: " + e.getCause()), true);
    }
  }

  private static void together(int threads, List<Runnable> calls) {
    try (var pool = Executors.newFixedThreadPool(threads)) {
      List<Future<?>> all = new ArrayList<>();
      calls.forEach(call -> all.add(pool.submit(call)));
      for (var one : all) {
        one.get(5, TimeUnit.MINUTES);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError(seed(), e);
    }
  }

  /// What a caller without the token could have changed.
  private static Map<String, String> state() {
    var state = new TreeMap<String, String>();
    for (var environment : environments()) {
      for (var path :
          List.of(
              "/traffic",
              "/alertmanager/api/v2/silences",
              "/mlflow/api/2.0/mlflow/experiments/search?max_results=100",
              "/mlflow/api/2.0/mlflow/registered-models/search")) {
        state.put(environment.name() + path, environment.json(path).toString());
      }
      for (var path : List.of("/api/v1/runs", "/api/v1/rollouts")) {
        state.put(
            environment.name() + path, environment.json(path).findValuesAsString("id").toString());
      }
    }
    return state;
  }

  private static Path accessLog(RunningEnvironment environment) {
    return environment.folder().resolve("logs/gateway.log");
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String seed() {
    return "seed %d (repeat with -Dgori.attack.seed=%d)".formatted(SEED, SEED);
  }

  private static String said() {
    var text = program.text().replace("%", "%%");
    return text.substring(Math.max(0, text.length() - 2_000));
  }
}
