package dev.gori.delivery.controller;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gori.base.json.Json;
import dev.gori.delivery.desired.Applier;
import dev.gori.delivery.desired.DesiredFiles;
import dev.gori.delivery.desired.DesiredStateCheck;
import dev.gori.delivery.record.AlertRecord;
import dev.gori.delivery.record.DeliveryStore;
import dev.gori.delivery.record.RolloutRequest;
import dev.gori.delivery.rollout.Measurement;
import dev.gori.delivery.rollout.MetricThreshold;
import dev.gori.delivery.rollout.RollbackRule;
import dev.gori.delivery.rollout.RolloutPolicy;
import dev.gori.delivery.rollout.SequentialErrorAnalysis;
import dev.gori.delivery.sync.Sync;
import dev.gori.git.CommitDraft;
import dev.gori.git.CommitId;
import dev.gori.git.CommitResult;
import dev.gori.git.GitRepository;
import dev.gori.git.Person;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.id.EnvironmentName;
import dev.gori.sql.Database;
import dev.gori.sql.DatabaseUrl;
import dev.gori.testkit.ManualClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/// Delivery on a hand-moved clock, a real bare repository and a real database, with hand-written
/// ends where the other roles are. What is outside (gateway, registry, repository, database)
/// outlives a kill; everything else is built anew by {@link #restart}.
public final class RolloutControllerRig implements AutoCloseable {

  public static final EnvironmentName DEV = new EnvironmentName("dev");
  public static final Person ANN = new Person("Ann", "ann@example.org");

  /// Thrown by a fake in place of what a killed process would have done next.
  public static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  public final ManualClock time = new ManualClock();
  public final FakeGateway gateway = new FakeGateway();
  public final FakeRegistry registry = new FakeRegistry();
  public final Map<String, Measurement> readings = new HashMap<>();
  public final List<AlertRecord> heard = new ArrayList<>();
  public final List<String> triggered = new ArrayList<>();
  public final List<DesiredStateCheck> checks = new ArrayList<>();
  public final List<Applier> appliers = new ArrayList<>();
  public final List<String> counted = new ArrayList<>();
  public boolean alertsAreAway;
  public final Path folder;
  public final GitRepository people;
  public GitRepository git;
  public Database database;
  public DeliveryStore records;
  public RolloutController rollouts;
  public Sync sync;
  private AlertOutbox book;
  private final RolloutConfig rules;
  private Optional<Path> remote = Optional.empty();

  public RolloutControllerRig(Path folder) throws Exception {
    this.folder = folder;
    var template = folder.resolve("template/environments");
    for (var env : List.of("dev", "prod")) {
      Files.createDirectories(template.resolve(env + "/pipelines"));
      Files.writeString(
          template.resolve(env + "/serving.yaml"),
          "# what answers\nmodel: m\nvariants: {}\ntraffic: {mode: single, primary: A}\n");
      Files.writeString(
          template.resolve(env + "/pipelines/train.yaml"),
          "name: train\nrun_on_change: true\neta: 1\n");
    }
    Files.writeString(folder.resolve("template/README.md"), "hello\n");
    this.people =
        GitRepository.openOrCreate(
            folder.resolve("workspace.git"), folder.resolve("template"), ANN, time);
    this.rules =
        new RolloutConfig(
            new RolloutPolicy(
                Duration.ofSeconds(30),
                Duration.ofSeconds(10),
                Duration.ofSeconds(5),
                3,
                3,
                Duration.ofMinutes(10),
                3),
            List.of(
                new RollbackRule.Limit(
                    "down", new MetricThreshold("up", "up", MetricThreshold.Side.UNDER, 1)),
                new RollbackRule.Failures(
                    "errors",
                    "requests[{since}]",
                    "failures[{since}]",
                    new SequentialErrorAnalysis(0.02)),
                new RollbackRule.Limit(
                    "slow",
                    new MetricThreshold("p95", "p95[{range}]", MetricThreshold.Side.OVER, 0.8))),
            Duration.ofMinutes(1),
            2,
            "champion",
            Duration.ofSeconds(45));
    readings.put("up", Measurement.of(1));
    readings.put("p95", Measurement.of(0.01));
    readings.put("requests", Measurement.of(0));
    readings.put("failures", Measurement.of(0));
    build();
  }

  /// Reads the repository as a mirror of the people's one, which can then be away.
  public void behindARemote() throws Exception {
    close(false);
    remote = Optional.of(folder.resolve("workspace.git"));
    build();
  }

  public void remoteIsAway(boolean away) throws Exception {
    var from = away ? folder.resolve("workspace.git") : folder.resolve("elsewhere.git");
    Files.move(from, away ? folder.resolve("elsewhere.git") : folder.resolve("workspace.git"));
  }

  private void build() throws Exception {
    git =
        remote.isPresent()
            ? GitRepository.mirror(
                remote.get().toUri(),
                folder.resolve("mirror.git"),
                Duration.ofSeconds(2),
                PinCommit.GORI,
                time)
            : GitRepository.openOrCreate(
                folder.resolve("workspace.git"), folder.resolve("template"), PinCommit.GORI, time);
    database = Database.open(DatabaseUrl.file(folder.resolve("delivery.db")), "delivery");
    records = new DeliveryStore(database);
    var log = LoggerFactory.getLogger(RolloutControllerRig.class);
    book = new AlertOutbox(records, this::hear, time, log);
    var context =
        new DeliveryContext(
            DEV, git, gateway, registry, (query, _) -> reading(query), records, time, log);
    rollouts = new RolloutController(context, rules, book, (_, _) -> {});
    sync =
        new Sync(
            context,
            new Sync.Parts(checks, appliers, this::trigger, outcome -> counted.add(outcome.text())),
            rollouts);
    rollouts.resume();
  }

  private Measurement reading(String query) {
    return readings.getOrDefault(query.replaceAll("\\[.*", ""), new Measurement.NoData());
  }

  private Optional<String> hear(List<AlertRecord> alerts) {
    if (alertsAreAway) {
      return Optional.of("connection refused");
    }
    heard.addAll(alerts);
    return Optional.empty();
  }

  private String trigger(String pipeline, String commit) {
    triggered.add(pipeline + "@" + commit.substring(0, 10));
    return "run-" + triggered.size();
  }

  /// What a start after `kill -9` does.
  public void restart() throws Exception {
    close(false);
    gateway.killAt = -1;
    registry.killAt = -1;
    build();
  }

  public void forward(long seconds) {
    time.forward(Duration.ofSeconds(seconds));
  }

  public void alerts() {
    book.send();
  }

  public RolloutRequest request(int version) {
    return new RolloutRequest(
        "m", version, "A", "run-7", "train-" + version, "v_1", "", false, "key-" + version);
  }

  /// Brings a version live, the way a pipeline does.
  public String live(int version) {
    var id = rollouts.start(request(version)).id();
    forward(60);
    if (!records.rollout(id).orElseThrow().state().phase().text().equals("succeeded")) {
      throw new AssertionError("version " + version + ": " + records.rollout(id).orElseThrow());
    }
    return id;
  }

  public CommitId push(String message, Map<String, String> files) {
    var edits = new LinkedHashMap<String, Optional<byte[]>>();
    files.forEach((path, text) -> edits.put(path, Optional.of(text.getBytes(UTF_8))));
    return switch (people.commit(_ -> new CommitDraft(ANN, message, Map.of(), edits))) {
      case CommitResult.Committed(var commit) -> commit.id();
      case CommitResult.Unchanged(var head) -> head;
    };
  }

  public CommitId pushVersion(int version) {
    return push(
        "Serve " + version,
        Map.of(
            "environments/dev/serving.yaml",
            "# what answers\nmodel: m\nvariants:\n  A: {version: "
                + version
                + "}\ntraffic: {mode: single, primary: A}\n"));
  }

  /// A file of dev at the head of the people's repository.
  public String file(String path) {
    return people
        .tree(people.head().orElseThrow())
        .file(DesiredFiles.folder(DEV) + "/" + path)
        .map(b -> new String(b, UTF_8))
        .orElse("(absent)");
  }

  public String subject() {
    return people.commit(people.head().orElseThrow()).subject();
  }

  private void close(boolean all) {
    rollouts.close();
    database.close();
    git.close();
    if (all) {
      people.close();
    }
  }

  @Override
  public void close() {
    close(true);
  }

  /// Loads what it is told to, and can be away, refuse, or die in the middle.
  public static final class FakeGateway implements ServingGateway {
    public final Map<String, Integer> serves = new TreeMap<>();
    public final List<String> calls = new ArrayList<>();
    public JsonNode policy = Json.parse("{\"mode\":\"single\",\"primary\":\"A\"}");
    public boolean away;
    public Optional<Integer> refuses = Optional.empty();
    public Optional<Integer> failsPredictions = Optional.empty();
    public int killAt = -1;

    private void called(String call) {
      if (away) {
        throw new FaultException(Fault.BACKEND_DOWN, "gateway cannot be reached");
      }
      calls.add(call);
      if (killAt == calls.size()) {
        throw new Killed();
      }
    }

    @Override
    public Serving serving() {
      if (away) {
        throw new FaultException(Fault.BACKEND_DOWN, "gateway cannot be reached");
      }
      var loaded = new HashMap<String, Loaded>();
      serves.forEach((variant, version) -> loaded.put(variant, new Loaded("m", version, 4)));
      return new Serving(loaded, policy);
    }

    @Override
    public void reload(String variant, String model, int version, String commit) {
      called("reload " + variant + " " + version);
      if (!model.equals("m")) {
        throw new FaultException(Fault.CONFLICT, "this gateway serves m alone");
      }
      if (refuses.equals(Optional.of(version))) {
        throw new FaultException(Fault.UNPROCESSABLE, "corrupt ONNX file");
      }
      serves.put(variant, version);
    }

    @Override
    public Answered probe(String variant, double[][] rows) {
      if (failsPredictions.equals(Optional.ofNullable(serves.get(variant)))) {
        throw new FaultException(Fault.BROKEN_INVARIANT, "the model failed");
      }
      return new Answered("m", serves.getOrDefault(variant, 0));
    }

    @Override
    public void traffic(Map<String, Object> given) {
      called("traffic");
      policy = Json.parse(Json.text(given));
    }
  }

  /// Versions 1 to 99 exist and are ready.
  public static final class FakeRegistry implements ModelRegistry {
    public final Map<String, Integer> aliases = new TreeMap<>();
    public final List<String> calls = new ArrayList<>();
    public int killAt = -1;

    private void called(String call) {
      calls.add(call);
      if (killAt == calls.size()) {
        throw new Killed();
      }
    }

    @Override
    public Optional<Version> version(String model, int number) {
      return number < 100
          ? Optional.of(
              new Version(
                  number,
                  "train-" + number,
                  number != 66,
                  number == 66 ? "PENDING" : "READY",
                  Map.of("pipeline_run", "trained-" + number, "feature_version", "v_" + number)))
          : Optional.empty();
    }

    @Override
    public OptionalInt alias(String model, String alias) {
      return aliases.containsKey(alias)
          ? OptionalInt.of(aliases.getOrDefault(alias, 0))
          : OptionalInt.empty();
    }

    @Override
    public void pointAlias(String model, String alias, int version, String why) {
      called("point " + alias + " " + version);
      aliases.put(alias, version);
    }

    @Override
    public void dropAlias(String model, String alias, String why) {
      called("drop " + alias);
      aliases.remove(alias);
    }
  }
}
