package dev.gori.pipelines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gori.base.json.Json;
import dev.gori.base.observe.SelfMetrics;
import dev.gori.clients.MlflowAccess;
import dev.gori.clients.PipelinesClient;
import dev.gori.clients.PipelinesClient.RunInfo;
import dev.gori.clients.PipelinesClient.Trigger;
import dev.gori.clients.s3.S3Access;
import dev.gori.http.HttpCalls;
import dev.gori.http.HttpServer;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.id.Bytes;
import dev.gori.kernel.id.EnvironmentName;
import dev.gori.kernel.time.Time;
import dev.gori.kernel.time.WallTime;
import dev.gori.pipelines.tasks.Access;
import dev.gori.process.Isolation;
import dev.gori.testkit.ManualClock;
import dev.gori.testkit.NoLeaks;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/// The role over HTTP on a free port, with SQLite.
///
/// One class, though long: every test drives the same role over its API, through runs, kills and
/// restarts.
@ExtendWith(NoLeaks.class)
final class PipelinesTest {

  static final String DEFINED_BY = "c".repeat(40);
  static final ZoneId SEOUL = ZoneId.of("Asia/Seoul");
  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir Path folder;

  private final WallTime wall = new WallTime();
  private final List<AutoCloseable> opened = new ArrayList<>();
  private PipelinesClient client;

  @AfterEach
  void closeAll() throws Exception {
    for (var each : opened.reversed()) {
      each.close();
    }
    wall.close();
  }

  /// A life of the role, which {@link #kill} ends as a kill does: nothing more is written.
  private record Life(Pipelines role, HttpServer server, SelfMetrics metrics)
      implements AutoCloseable {
    @Override
    public void close() {
      role.close();
      server.close();
    }
  }

  private Life open(Time time, String... files) throws IOException {
    var metrics = new SelfMetrics();
    var role =
        Pipelines.open(
            settings, access(), SEOUL, time, folder, LoggerFactory.getLogger("pipelines"), metrics);
    role.start();
    var sources = new ArrayList<PipelineSource>();
    for (int i = 0; i < files.length; i++) {
      sources.add(new PipelineSource("p%d.yaml".formatted(i), files[i]));
    }
    assertThat(role.reload(sources, DEFINED_BY)).isEmpty();
    var server = HttpServer.open("127.0.0.1", 0, HttpServer.Limits.guardedBy("secret"));
    server.mount(role.mounts());
    var life = new Life(role, server, metrics);
    client = PipelinesClient.open(server.uri(), Optional.of("secret"), Duration.ofSeconds(20));
    opened.add(life);
    opened.add(client);
    return life;
  }

  private PipelinesSettings settings = PipelinesSettings.DEFAULTS;

  static Access access() {
    return new Access(
        new EnvironmentName("dev"),
        S3Access.of(URI.create("http://127.0.0.1:9"), "key", "hidden"),
        MlflowAccess.of(URI.create("http://127.0.0.1:9/mlflow"), Optional.of("secret")),
        URI.create("http://127.0.0.1:9"),
        Optional.of("secret"),
        () -> Set.of("a/hush+hush+hush", "first-line-of-a-key\nsecond-line-of-it\n"));
  }

  private RunInfo over(RunInfo run) {
    return Awaitility.await()
        .atMost(LONG)
        .until(() -> client.run(run.id()).orElseThrow(), RunInfo::isOver);
  }

  private static String states(RunInfo run) {
    var states = new StringBuilder(run.state());
    run.tasks()
        .forEach(task -> states.append(' ').append(task.name()).append('=').append(task.state()));
    return states.toString();
  }

  @Test
  void runsAGraphWithBranchesOutputsAndRules() throws Exception {
    var life =
        open(
            wall,
            """
                name: graph
                params: {limit: 0.6}
                tasks:
                  train: {uses: noop, with: {outputs: {accuracy: 0.7, day: "{{ ds }}"}}}
                  decide: {uses: noop, needs: train, branch: {good: "tasks.train.outputs.accuracy >= params.limit", bad: otherwise}}
                  good: {uses: noop, needs: decide, with: {outputs: {seen: "{{ tasks.train.outputs.accuracy }}"}}}
                  bad: {uses: noop, needs: decide}
                  broken: {uses: fail, needs: good, with: {message: no luck}}
                  after: {uses: noop, needs: broken}
                  last: {uses: noop, needs: [bad, after], trigger_rule: all_done}
                on_failure: {uses: noop, with: {outputs: {was: "{{ tasks.broken.state }}"}}}
                """);
    var run =
        over(
            client.trigger(
                "graph",
                new Trigger(
                    Map.of(),
                    Optional.of(Instant.parse("2026-11-22T17:00:00Z")),
                    "abc",
                    "a note")));
    assertThat(states(run))
        .isEqualTo(
            "failed train=success decide=success good=success bad=skipped broken=failed after=upstream_failed last=success on_failure=success");
    assertThat(run.task("train").orElseThrow().outputs().path("day").asString(""))
        .isEqualTo("2026-11-23");
    assertThat(run.task("good").orElseThrow().outputs().path("seen").asDouble(0)).isEqualTo(0.7);
    assertThat(run.task("on_failure").orElseThrow().outputs().path("was").asString(""))
        .isEqualTo("failed");
    assertThat(run.trigger()).isEqualTo("change");
    assertThat(client.log(run.id(), "broken", Optional.empty())).contains("failed: no luck");
    assertThat(client.runs("graph", 10)).extracting(RunInfo::id).containsExactly(run.id());
    assertThat(client.trigger("graph", Trigger.because("k1")).id())
        .isEqualTo(client.trigger("graph", Trigger.because("k1")).id());

    var failing =
        over(client.trigger("graph", new Trigger(Map.of("limit", 0.9), Optional.empty(), "", "")));
    assertThat(states(failing))
        .contains("good=skipped bad=success broken=skipped after=skipped last=success")
        .startsWith("success");
    var text = new java.io.ByteArrayOutputStream();
    io.prometheus.metrics.expositionformats.ExpositionFormats.init()
        .getPrometheusTextFormatWriter()
        .write(text, life.metrics.registry().scrape());
    assertThat(text.toString())
        .contains(
            "gori_pipeline_runs_total{pipeline=\"graph\",state=\"failed\"}",
            "gori_task_attempts_total{")
        .contains("gori_pipeline_last_success_timestamp_seconds{pipeline=\"graph\"}");
  }

  @Test
  void refusesWhatDoesNotFit() throws Exception {
    open(wall, "name: one\nparams: {day: null}\ntasks: {a: {uses: noop}}\n");
    assertThatThrownBy(() -> client.trigger("onne", Trigger.now()))
        .hasMessageContaining("pipeline 'onne' (expected: one of one)");
    assertThatThrownBy(
            () -> client.trigger("one", new Trigger(Map.of("dya", 1), Optional.empty(), "", "")))
        .hasMessageContaining(
            "params.dya: pipeline 'one' has no such parameter (expected: some of day)");
    assertThatThrownBy(() -> client.backfill("one", Instant.EPOCH, Instant.EPOCH))
        .hasMessageContaining("has no schedule");
    assertThat(client.run("nothing")).isEmpty();
    var run = over(client.trigger("one", Trigger.now()));
    assertThatThrownBy(() -> client.cancel(run.id()))
        .isInstanceOf(FaultException.class)
        .hasMessageContaining("is over: success");
    assertThatThrownBy(() -> client.log(run.id(), "a", Optional.of(9)))
        .hasMessageContaining("no attempt 9 (expected: 1 to 1)");
    assertThatThrownBy(() -> client.retry(run.id(), "b"))
        .hasMessageContaining("task 'b' (expected: one of a)");
    assertThat(
            Pipelines.check(
                List.of(
                    new PipelineSource("x.yaml", "tasks: {a: {uses: nop}}"),
                    new PipelineSource("y.yaml", "tsks: 1")),
                SEOUL))
        .anyMatch(problem -> problem.startsWith("x.yaml:1"))
        .anyMatch(problem -> problem.contains("did you mean 'tasks'?"));
    try (var http = HttpCalls.within(Duration.ofSeconds(5))) {
      var base = ((Life) opened.getFirst()).server.uri();
      assertThat(
              http.post(
                      base.resolve("/api/v1/pipelines/one/runs"),
                      "application/json",
                      new byte[0],
                      Map.of())
                  .status())
          .isEqualTo(401);
      assertThat(
              http.post(
                      base.resolve("/api/v1/pipelines/one/runs"),
                      "application/json",
                      "{\"when\":1}".getBytes(),
                      HttpCalls.bearer("secret"))
                  .text())
          .contains("unknown key 'when' (expected: commit, key, logical_time, note, params)");
    }
  }

  @Test
  void retriesWithBackoffUntilItWorksAndKeepsEveryAttempt() throws Exception {
    open(
        wall,
        "name: flaky\ntasks:\n  a: {uses: fail, with: {attempts: 2}, retries: 3, retry_delay: {first: 50ms, factor: 2, jitter: 0.2}}\n");
    var run = over(client.trigger("flaky", Trigger.now()));
    assertThat(states(run)).isEqualTo("success a=success");
    assertThat(run.task("a").orElseThrow().attempt()).isEqualTo(3);
    assertThat(client.log(run.id(), "a", Optional.of(1))).contains("told to fail");
  }

  @Test
  void processesSeeTheRunHandOnOutputsAndAreEndedByTimeoutAndCancel() throws Exception {
    open(
        wall,
        """
                name: programs
                tasks:
                  say:
                    uses: process
                    with:
                      command: [sh, -c, 'echo "$GORI_ENV $GORI_DS $EXTRA $MLFLOW_TRACKING_URI"; echo "{\\"rows\\": 3}" > $GORI_OUTPUTS']
                      environment: {EXTRA: "{{ run_id }}"}
                  hang: {uses: process, needs: say, timeout: 1s, with: {command: [sh, -c, "echo $$; sleep 60"]}}
                """,
        """
                name: endless
                tasks:
                  hang: {uses: process, with: {command: [sh, -c, "echo started; sleep 60"]}}
                  after: {uses: noop, needs: hang, trigger_rule: all_done}
                """);
    var run = over(client.trigger("programs", Trigger.at(Instant.parse("2026-11-22T17:00:00Z"))));
    assertThat(states(run)).isEqualTo("failed say=success hang=failed");
    assertThat(run.task("say").orElseThrow().outputs().path("rows").asInt(0)).isEqualTo(3);
    assertThat(client.log(run.id(), "say", Optional.empty()))
        .contains("dev 2026-11-23 " + run.id() + " http://127.0.0.1:9/mlflow");
    assertThat(run.task("hang").orElseThrow().why()).isEqualTo("timed out after 1 s");

    var endless = client.trigger("endless", Trigger.now());
    Awaitility.await()
        .atMost(LONG)
        .ignoreExceptions()
        .until(() -> client.log(endless.id(), "hang", Optional.empty()).contains("started"));
    client.cancel(endless.id());
    assertThat(states(over(endless))).isEqualTo("cancelled hang=cancelled after=cancelled");
  }

  @Test
  void aLogIsFollowedWhileItGrows() throws Exception {
    var life =
        open(
            wall,
            "name: slow\ntasks:\n  a: {uses: process, with: {command: [sh, -c, 'echo one; while [ ! -e go ]; do sleep 0.1; done; echo two']}}\n");
    var run = client.trigger("slow", Trigger.now());
    Awaitility.await()
        .atMost(LONG)
        .ignoreExceptions()
        .until(() -> client.log(run.id(), "a", Optional.empty()).contains("one"));
    try (var http = HttpClient.newHttpClient()) {
      var follow =
          http.send(
              HttpRequest.newBuilder(
                      life.server
                          .uri()
                          .resolve("/api/v1/runs/%s/tasks/a/log?follow=true".formatted(run.id())))
                  .build(),
              HttpResponse.BodyHandlers.ofLines());
      var lines = follow.body().iterator();
      while (!lines.next().endsWith("one")) {
        // earlier lines
      }
      Files.createFile(folder.resolve("work").resolve(run.id()).resolve("go"));
      assertThat(lines.next()).endsWith("two");
      assertThat(lines.next()).contains("success");
      assertThat(lines.hasNext()).isFalse();
    }
    over(run);
  }

  @Test
  void afterAKillFinishedTasksStayAndTheRunGoesOn() throws Exception {
    var file =
        """
                name: long
                tasks:
                  first: {uses: process, with: {command: [sh, -c, "echo x >> count"]}}
                  second: {uses: process, needs: first, with: {command: [sh, -c, "echo y >> count; while [ ! -e go ]; do sleep 0.1; done"]}}
                  third: {uses: noop, needs: second}
                """;
    var life = open(wall, file);
    var run = client.trigger("long", Trigger.now());
    var count = folder.resolve("work").resolve(run.id()).resolve("count");
    Awaitility.await()
        .atMost(LONG)
        .until(() -> Files.exists(count) && Files.readAllLines(count).size() == 2);
    life.close();
    Files.createFile(count.resolveSibling("go"));
    open(wall, "name: long\ntasks: {other: {uses: noop}}\n");
    var after = over(run);
    assertThat(states(after)).isEqualTo("success first=success second=success third=success");
    assertThat(after.task("first").orElseThrow().attempt()).isEqualTo(1);
    assertThat(after.task("second").orElseThrow().attempt())
        .as("the lost attempt and the one that went on")
        .isEqualTo(2);
    assertThat(Files.readAllLines(count)).containsExactly("x", "y", "y");
  }

  @Test
  void retryFromATaskRunsItAndAllThatFollow() throws Exception {
    open(
        wall,
        "name: mend\ntasks:\n  a: {uses: noop}\n  b: {uses: process, needs: a, with: {command: [ls, mended]}}\n  c: {uses: noop, needs: b}\n");
    var run = over(client.trigger("mend", Trigger.now()));
    assertThat(states(run)).isEqualTo("failed a=success b=failed c=upstream_failed");
    Files.createFile(folder.resolve("work").resolve(run.id()).resolve("mended"));
    client.retry(run.id(), "b");
    var again = over(run);
    assertThat(states(again)).isEqualTo("success a=success b=success c=success");
    assertThat(again.task("a").orElseThrow().attempt()).isEqualTo(1);
  }

  @Test
  void scheduledRunsComeAtTheEndOfTheirIntervalAndOnceOnly() throws Exception {
    var time = new ManualClock(Instant.parse("2026-11-23T12:00:00Z"));
    open(
        time,
        "name: daily\nschedule: {cron: '0 2 * * *', time_zone: Asia/Seoul}\ncatchup: true\ndeadline: 1h\ntasks: {a: {uses: noop}}\n",
        "name: latest\nschedule: {cron: '0 2 * * *', time_zone: Asia/Seoul}\ntasks: {a: {uses: noop}}\n");
    assertThat(client.runs(10)).isEmpty();
    assertThat(client.pipeline("daily").orElseThrow().nextRun())
        .hasValue(Instant.parse("2026-11-23T17:00:00Z"));
    client.pause("latest", true);
    assertThat(client.pipeline("latest").orElseThrow().nextRun()).isEmpty();
    moveTo(time, "2026-11-23T17:00:00Z");
    assertThat(scheduled("daily", 1)).containsExactly("2026-11-22T17:00:00Z");
    moveTo(time, "2026-11-26T20:00:00Z");
    assertThat(scheduled("daily", 4)).hasSize(4).contains("2026-11-25T17:00:00Z");
    assertThat(client.runs("latest", 10)).as("paused").isEmpty();
    client.pause("latest", false);
    moveTo(time, "2026-11-27T17:00:00Z");
    assertThat(scheduled("latest", 1)).containsExactly("2026-11-26T17:00:00Z");
    var made =
        client.backfill(
            "daily", Instant.parse("2026-11-10T00:00:00Z"), Instant.parse("2026-11-12T23:00:00Z"));
    assertThat(made).hasSize(3);
    assertThat(
            client.backfill(
                "daily",
                Instant.parse("2026-11-10T00:00:00Z"),
                Instant.parse("2026-11-12T23:00:00Z")))
        .isEmpty();
    made.forEach(this::over);
  }

  private void moveTo(ManualClock time, String moment) {
    time.forward(Duration.between(time.now(), Instant.parse(moment)));
  }

  @Test
  void aRunThatNoCommitAsksForCarriesTheCommitWhoseDefinitionItRuns() throws Exception {
    var time = new ManualClock(Instant.parse("2026-11-23T10:00:00Z"));
    var life =
        open(
            time,
            "name: daily\nschedule: {cron: '0 2 * * *', time_zone: Asia/Seoul}\ntasks: {a: {uses: noop}}\n");
    var manual = client.trigger("daily", Trigger.at(Instant.parse("2026-11-20T17:00:00Z")));
    var asked = client.trigger("daily", Trigger.because("a".repeat(40)));
    life.role().declaredBy("d".repeat(40));
    var backfilled =
        client.backfill(
            "daily", Instant.parse("2026-11-18T17:00:00Z"), Instant.parse("2026-11-18T17:00:00Z"));
    time.forward(Duration.ofHours(8));
    Awaitility.await().atMost(LONG).until(() -> client.runsOf("d".repeat(40), 10).size() == 2);

    assertThat(manual)
        .extracting(RunInfo::commit, RunInfo::trigger)
        .containsExactly(DEFINED_BY, "manual");
    assertThat(asked)
        .extracting(RunInfo::commit, RunInfo::trigger)
        .containsExactly("a".repeat(40), "change");
    assertThat(backfilled)
        .singleElement()
        .extracting(RunInfo::commit, RunInfo::trigger)
        .containsExactly("d".repeat(40), "backfill");
    assertThat(client.runsOf("d".repeat(40), 10))
        .extracting(RunInfo::trigger)
        .containsExactly("schedule", "backfill");
    assertThat(client.runsOf(DEFINED_BY, 10)).extracting(RunInfo::id).containsExactly(manual.id());
    assertThat(client.runsOf("e".repeat(40), 10)).isEmpty();
  }

  private List<String> scheduled(String pipeline, int runs) {
    return Awaitility.await()
        .atMost(LONG)
        .until(
            () -> client.runs(pipeline, 10).stream().filter(RunInfo::isOver).toList(),
            found -> found.size() == runs)
        .stream()
        .map(run -> run.logicalTime().toString())
        .toList();
  }

  @Test
  void aDatabaseThatFailsForAWhileStopsNothingForGood() throws Exception {
    var time = new ManualClock(Instant.parse("2026-11-23T12:00:00Z"));
    var life =
        open(
            time,
            "name: daily\nschedule: {cron: '0 2 * * *', time_zone: Asia/Seoul}\ntasks: {a: {uses: noop}}\n",
            "name: hand\nmax_active_runs: 5\ntasks: {a: {uses: noop}}\n");
    var full = "BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END";
    try (var sql = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("pipelines.db"));
        var statement = sql.createStatement()) {
      for (var trigger :
          List.of("INSERT ON runs", "UPDATE ON runs", "INSERT ON tasks", "UPDATE ON tasks")) {
        statement.execute("CREATE TRIGGER full BEFORE %s %s".formatted(trigger, full));
        RunInfo run = null;
        if (trigger.equals("INSERT ON runs")) {
          moveTo(time, "2026-11-23T17:00:00Z");
        } else {
          run = client.trigger("hand", Trigger.now());
        }
        var failing = run;
        if (!trigger.endsWith("tasks")) {
          Awaitility.await().atMost(LONG).until(() -> life.role().notReady().isPresent());
          assertThat(life.role().notReady().orElseThrow()).contains("disk is full");
        }
        statement.execute("DROP TRIGGER full");
        Awaitility.await()
            .atMost(LONG)
            .until(
                () -> {
                  time.forward(Duration.ofSeconds(1)); // a failed write is tried again after 1 s
                  return failing == null
                      ? client.runs("daily", 10).stream().anyMatch(RunInfo::isOver)
                      : client.run(failing.id()).orElseThrow().isOver();
                });
        if (failing == null) {
          assertThat(scheduled("daily", 1)).containsExactly("2026-11-22T17:00:00Z");
        } else {
          assertThat(states(over(failing))).isEqualTo("success a=success");
        }
        Awaitility.await().atMost(LONG).until(() -> life.role().notReady().isEmpty());
      }
    }
  }

  @Test
  void anAttemptThatCannotBeStartedFailsAndIsTriedAgain() throws Exception {
    open(
        wall,
        "name: blocked\ntasks:\n  a: {uses: noop, retries: 20, retry_delay: 200ms}\n  b: {uses: noop}\n");
    Files.createDirectories(folder);
    Files.createFile(folder.resolve("work")); // a file where the folder of the runs should be
    var run = client.trigger("blocked", Trigger.now());
    Awaitility.await()
        .atMost(LONG)
        .until(
            () ->
                client
                    .run(run.id())
                    .orElseThrow()
                    .task("a")
                    .orElseThrow()
                    .why()
                    .contains("could not be started"));
    Files.delete(folder.resolve("work"));
    assertThat(states(over(run))).isEqualTo("failed a=success b=failed");
  }

  @Test
  void textOfStrangersForgesNoLine() throws Exception {
    open(
        wall,
        "name: forged\nparams: {day: x}\ntasks:\n"
            + "  sum: {uses: summarize_run, with: {raw_path: '{{ params.day }}'}}\n"
            + "  bad: {uses: fail, with: {message: '{{ params.day }}'}}\n");
    var forged =
        "x valid=true\n2026-11-30T00:00:00Z [DP] pipeline=forged step=summarize_run valid=true";
    var run =
        over(
            client.trigger("forged", new Trigger(Map.of("day", forged), Optional.empty(), "", "")));
    assertThat(client.log(run.id(), "sum", Optional.empty()))
        .hasLineCount(2)
        .contains("raw_path=\"x valid=true\\n2026-11-30T00:00:00Z [DP]");
    assertThat(client.log(run.id(), "bad", Optional.empty())).hasLineCount(1);
  }

  @Test
  void logsAndFoldersOfOldRunsAreDeletedAndThoseOfOpenRunsAreNot() throws Exception {
    var time = new ManualClock(Instant.parse("2026-11-23T12:00:00Z"));
    settings =
        new PipelinesSettings(
            Optional.empty(),
            4,
            PipelinesSettings.DEFAULTS.longestLog(),
            Duration.ofSeconds(5),
            new PipelinesSettings.Keep(
                Duration.ofDays(2), new Bytes(400_000), Duration.ofDays(4), 100),
            Optional.of(PipelinesSettings.IsolationMode.NONE),
            List.of());
    open(
        time,
        "name: fill\ntasks: {a: {uses: process, with: {command: [sh, -c, 'head -c 150000 /dev/zero > big']}}}\n",
        "name: open\ntasks: {a: {uses: process, timeout: 40d, with: {command: [sh, -c, 'head -c 150000 /dev/zero > big; echo filled; sleep 600']}}}\n");
    var endless = client.trigger("open", Trigger.now());
    Awaitility.await()
        .atMost(LONG)
        .ignoreExceptions()
        .until(() -> client.log(endless.id(), "a", Optional.empty()).contains("filled"));
    var runs = new ArrayList<String>();
    for (int i = 0; i < 3; i++) {
      runs.add(over(client.trigger("fill", Trigger.now())).id());
      time.forward(Duration.ofSeconds(1));
    }
    Files.createDirectories(folder.resolve("work/unknown-run"));
    time.forward(
        Duration.ofMinutes(1)); // 600 kB lie there, 400 kB may: two of those that are over go
    Awaitility.await().atMost(LONG).until(() -> folders().size() == 2);
    assertThat(folders()).containsExactlyInAnyOrder(endless.id(), runs.getLast());
    assertThat(client.run(runs.getFirst())).as("its record stays").isPresent();
    time.forward(Duration.ofDays(3));
    Awaitility.await().atMost(LONG).until(() -> folders().size() == 1);
    time.forward(Duration.ofDays(3));
    Awaitility.await().atMost(LONG).until(() -> client.run(runs.getLast()).isEmpty());
    assertThat(folders()).containsExactly(endless.id());
    assertThat(client.run(endless.id())).isPresent();
    client.cancel(endless.id());
    over(endless);
  }

  private List<String> folders() throws IOException {
    try (var entries = Files.list(folder.resolve("work"))) {
      return entries.map(entry -> entry.getFileName().toString()).toList();
    }
  }

  static Stream<Optional<PipelinesSettings.IsolationMode>> aProcessSeesNothingOfTheOperators() {
    return Stream.of(Optional.of(PipelinesSettings.IsolationMode.NONE), Optional.empty());
  }

  @ParameterizedTest
  @MethodSource
  void aProcessSeesNothingOfTheOperators(Optional<PipelinesSettings.IsolationMode> isolation)
      throws Exception {
    settings =
        new PipelinesSettings(
            Optional.empty(),
            4,
            PipelinesSettings.DEFAULTS.longestLog(),
            Duration.ofSeconds(5),
            PipelinesSettings.DEFAULTS.keep(),
            isolation,
            List.of());
    var secret = folder.resolveSibling(folder.getFileName() + "-token");
    Files.writeString(secret, "the token of prod");
    var script =
        "env | sed s/=.*//; echo home=$HOME; cat %s; touch $HOME/x $TMPDIR/y".formatted(secret);
    var life =
        open(
            wall,
            "name: curious\ntasks: {look: {uses: process, with: {command: [sh, -c, '%s']}}}\n"
                .formatted(script));
    var run = over(client.trigger("curious", Trigger.now()));
    var log = client.log(run.id(), "look", Optional.empty());
    assertThat(states(run)).startsWith("success");
    var own = new ArrayList<>(System.getenv().keySet());
    own.removeAll(List.of("PATH", "LANG", "HOME", "TMPDIR", "PWD", "OLDPWD", "SHLVL", "_"));
    assertThat(log.lines().map(line -> line.substring(line.indexOf(' ') + 1)))
        .contains("PATH", "GORI_RUN_ID", "AWS_SECRET_ACCESS_KEY", "MLFLOW_TRACKING_TOKEN")
        .doesNotContainAnyElementsOf(own);
    assertThat(log).contains("home=" + folder.toRealPath()).contains("look.scratch");
    assertThat(folder.resolve("work/%s/look.scratch".formatted(run.id()))).doesNotExist();
    try (var http = HttpCalls.within(Duration.ofSeconds(5))) {
      var shown =
          Json.parse(http.get(life.server.uri().resolve("/api/v1/pipelines")).text())
              .path("isolation");
      boolean separate = shown.path("mode").asString("").equals("namespace");
      assertThat(shown.path("why").asString("")).isNotEmpty();
      assertThat(separate)
          .isEqualTo(isolation.isEmpty() && Isolation.probe() instanceof Isolation.Probe.Possible);
      assertThat(log.contains("the token of prod")).isNotEqualTo(separate);
    }
    Files.delete(secret);
  }

  @Test
  void knownSecretsAreMaskedInTaskLogsHoweverTheyArePrinted() throws Exception {
    open(
        wall,
        """
                name: leak
                tasks:
                  print:
                    uses: process
                    with:
                      command:
                        - sh
                        - -c
                        - |
                          echo "plain $SECRET"; echo "basic $(printf 'user:%%s' "$SECRET" | base64)"
                          echo url a%%2Fhush%%2Bhush%%2Bhush
                          printf 'split a/hush+'; sleep 0.3; echo hush+hush
                          head -c 8185 /dev/zero | tr '\\0' x; echo a/hush+hush+hush
                          echo two lines: first-line-of-a-key, second-line-of-it
                      environment: {SECRET: a/hush+hush+hush}
                  say: {uses: fail, with: {message: "about a/hush+hush+hush"}}
                """
            .replace("%%", "%"));
    var run = over(client.trigger("leak", Trigger.now()));
    var log =
        client
            .log(run.id(), "print", Optional.empty())
            .lines()
            .filter(line -> !line.contains(" runs sh ")) // the command shows parts of it
            .collect(Collectors.joining("\n"));
    assertThat(log)
        .contains("plain ***", "url ***", "split ***", "two lines: ***, ***")
        .containsPattern("basic \\S{4,12}\\*\\*\\*")
        .doesNotContain("hush", "aHVzaC", "h1c2gr", "odXNoK", "first-line", "second-line");
    assertThat(client.log(run.id(), "say", Optional.empty())).contains("about ***");
    assertThat(run.task("say").orElseThrow().why()).isEqualTo("about ***");
  }

  @Test
  void aSensorWaitsWithoutAThreadAndGivesUpInTime() throws Exception {
    var time = new ManualClock(Instant.parse("2026-11-23T12:00:00Z"));
    open(
        time,
        "name: waiting\ndeadline: 30s\ntasks:\n"
            + "  a: {uses: http_sensor, with: {url: 'http://127.0.0.1:9/'}, sensor: {poke_interval: 10s, timeout: 1m}}\n");
    var run = client.trigger("waiting", Trigger.now());
    for (int look = 1; look <= 5; look++) {
      Awaitility.await()
          .atMost(LONG)
          .until(
              () ->
                  client
                      .run(run.id())
                      .orElseThrow()
                      .task("a")
                      .orElseThrow()
                      .state()
                      .equals("up_for_reschedule"));
      time.forward(Duration.ofSeconds(10));
    }
    assertThat(client.run(run.id()).orElseThrow().late()).isTrue();
    Awaitility.await()
        .atMost(LONG)
        .until(
            () ->
                client
                    .run(run.id())
                    .orElseThrow()
                    .task("a")
                    .orElseThrow()
                    .state()
                    .equals("up_for_reschedule"));
    time.forward(Duration.ofSeconds(10));
    var ended = over(run);
    assertThat(states(ended)).isEqualTo("failed a=failed");
    assertThat(ended.task("a").orElseThrow().why()).startsWith("gave up after 60 s of waiting");
    assertThat(ended.task("a").orElseThrow().attempt()).isEqualTo(1);
  }
}
