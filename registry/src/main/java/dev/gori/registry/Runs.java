package dev.gori.registry;

import dev.gori.base.json.Json;
import dev.gori.http.StreamBody;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.time.Time;
import dev.gori.registry.Body.Pair;
import dev.gori.registry.SearchSql.Column;
import dev.gori.registry.SearchSql.PairTable;
import dev.gori.registry.SearchSql.Target;
import dev.gori.sql.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// Creates, changes and searches runs. {@link RunLog} has the data that runs log.
final class Runs {

  private static final int MOST_EXPERIMENTS = 1_000;

  static final String NAME_TAG = "mlflow.runName";
  private static final Set<String> STATUSES =
      Set.of("RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED");
  private static final Target SEARCH =
      new Target(
          columns(),
          Map.of(
              "metrics", new PairTable("latest_metrics", "x.run_id = r.run_id", true),
              "params", new PairTable("params", "x.run_id = r.run_id", false),
              "tags", new PairTable("tags", "x.run_id = r.run_id", false)));

  private static Map<String, Column> columns() {
    var columns = new LinkedHashMap<String, Column>();
    for (var text : List.of("run_id", "status", "user_id", "artifact_uri", "lifecycle_stage")) {
      columns.put(text, new Column("r." + text, false));
    }
    columns.put("run_name", new Column("r.name", false));
    columns.put("experiment_id", new Column("CAST(r.experiment_id AS VARCHAR(20))", false));
    columns.put("start_time", new Column("r.start_time", true));
    columns.put("created", new Column("r.start_time", true));
    columns.put("end_time", new Column("r.end_time", true));
    return columns;
  }

  private final Database database;
  private final Time time;

  Runs(Database database, Time time) {
    this.database = database;
    this.time = time;
  }

  Map<String, @Nullable Object> create(Body body) {
    var experiment = body.textOr("experiment_id", "0");
    var tags = body.pairs("tags");
    var id = UUID.randomUUID().toString().replace("-", "");
    var name =
        body.text("run_name").filter(text -> !text.isEmpty()).orElseGet(() -> nameIn(tags, id));
    KeyValues.checkPlain("run name", name);
    return database.write(
        handle -> {
          var location = Experiments.require(handle, experiment, "active");
          handle.execute(
              """
                    INSERT INTO runs (run_id, experiment_id, name, user_id, status, start_time, lifecycle_stage, artifact_uri)
                    VALUES (?, ?, ?, ?, 'RUNNING', ?, 'active', ?)""",
              id,
              Experiments.number(experiment),
              name,
              body.textOr("user_id", ""),
              body.integerOr("start_time", time.millis()),
              "%s/%s/artifacts".formatted(location, id));
          RunLog.TAGS.put(handle, List.of(id), tags, RunLog.LONGEST_TAG);
          RunLog.TAGS.put(
              handle, List.of(id), List.of(new Pair(NAME_TAG, name)), RunLog.LONGEST_TAG);
          return one(handle, id);
        });
  }

  private static String nameIn(List<Pair> tags, String id) {
    return tags.stream()
        .filter(tag -> tag.key().equals(NAME_TAG))
        .map(Pair::value)
        .findFirst()
        .orElse("run-" + id.substring(0, 8));
  }

  Map<String, @Nullable Object> get(String id) {
    return database.read(handle -> one(handle, id));
  }

  private static Map<String, @Nullable Object> one(Handle handle, String id) {
    var found =
        handle
            .createQuery("SELECT * FROM runs WHERE run_id = ?")
            .bind(0, id)
            .map((row, _) -> info(row))
            .list();
    if (found.isEmpty()) {
      throw noSuchRun(id);
    }
    return RunLog.withData(handle, found).getFirst();
  }

  static FaultException noSuchRun(String id) {
    return FaultException.notFound("Run with id=%s not found".formatted(id));
  }

  private static Map<String, @Nullable Object> info(ResultSet row) throws SQLException {
    var info =
        Json.object(
            "run_id", row.getString("run_id"),
            "run_uuid", row.getString("run_id"),
            "run_name", row.getString("name"),
            "experiment_id", Long.toString(row.getLong("experiment_id")),
            "user_id", row.getString("user_id"),
            "status", row.getString("status"),
            "start_time", row.getLong("start_time"),
            "artifact_uri", row.getString("artifact_uri"),
            "lifecycle_stage", row.getString("lifecycle_stage"));
    long ended = row.getLong("end_time");
    if (!row.wasNull()) {
      info.put("end_time", ended);
    }
    return info;
  }

  Map<String, @Nullable Object> update(Body body) {
    var id = body.runId();
    return database.write(
        handle -> {
          require(handle, id, "active");
          body.text("status").ifPresent(status -> setStatus(handle, id, status));
          body.integer("end_time")
              .ifPresent(
                  at -> handle.execute("UPDATE runs SET end_time = ? WHERE run_id = ?", at, id));
          body.text("run_name")
              .filter(name -> !name.isEmpty())
              .ifPresent(
                  name -> {
                    KeyValues.checkPlain("run name", name);
                    handle.execute("UPDATE runs SET name = ? WHERE run_id = ?", name, id);
                    RunLog.TAGS.put(
                        handle, List.of(id), List.of(new Pair(NAME_TAG, name)), RunLog.LONGEST_TAG);
                  });
          return Json.object("run_info", one(handle, id).get("info"));
        });
  }

  private static void setStatus(Handle handle, String id, String status) {
    if (!STATUSES.contains(status)) {
      throw FaultException.badRequest(
          "Invalid status '%s' (expected: one of %s)"
              .formatted(status, STATUSES.stream().sorted().toList()));
    }
    handle.execute("UPDATE runs SET status = ? WHERE run_id = ?", status, id);
  }

  /// Marks a run as deleted, or restores it; keeps all data.
  void move(String id, String from, String to) {
    database.write(
        handle -> {
          require(handle, id, from);
          return handle.execute("UPDATE runs SET lifecycle_stage = ? WHERE run_id = ?", to, id);
        });
  }

  static void require(Handle handle, String id, String stage) {
    var current =
        handle
            .createQuery("SELECT lifecycle_stage FROM runs WHERE run_id = ?")
            .bind(0, id)
            .mapTo(String.class)
            .findOne()
            .orElseThrow(() -> noSuchRun(id));
    if (!current.equals(stage)) {
      throw FaultException.badRequest(
          "The run %s must be in the '%s' state. Current state is %s."
              .formatted(id, stage, current));
    }
  }

  /// Writes the runs that a search finds, while it reads them. A page that becomes too long ends
  /// early, with the token of the next page.
  StreamBody search(Body body) {
    var page = ResultPage.of(body, 1000, 50_000);
    var experiments = body.texts("experiment_ids").stream().map(Experiments::number).toList();
    if (experiments.size() > MOST_EXPERIMENTS) {
      throw FaultException.badRequest(
          "Invalid value for parameter 'experiment_ids' supplied: %d experiments (expected: at most %d)"
              .formatted(experiments.size(), MOST_EXPERIMENTS));
    }
    var search =
        new SearchSql(SEARCH, database.isPostgreSql())
            .filter(body.textOr("filter", ""))
            .orderBy(body.texts("order_by"), "r.start_time DESC, r.run_id ASC");
    var sql =
        "SELECT r.run_id FROM runs r WHERE r.experiment_id IN (<experiments>) AND "
            + Experiments.lifecycle("r", body.textOr("run_view_type", "ACTIVE_ONLY"))
            + search.conditions()
            + search.order()
            + page.sql();
    return out ->
        database.read(
            handle -> {
              List<String> ids =
                  experiments.isEmpty()
                      ? List.of()
                      : search
                          .bindTo(handle.createQuery(sql))
                          .bindList("experiments", experiments)
                          .mapTo(String.class)
                          .list();
              page.write("runs", ids, some -> found(handle, some), out);
              return true;
            });
  }

  private static List<Map<String, @Nullable Object>> found(Handle handle, List<String> ids) {
    var infos = new HashMap<String, Map<String, @Nullable Object>>();
    handle
        .createQuery("SELECT * FROM runs WHERE run_id IN (<ids>)")
        .bindList("ids", ids)
        .map(
            (row, _) -> {
              infos.put(row.getString("run_id"), info(row));
              return true;
            })
        .list();
    return RunLog.withData(handle, ids.stream().map(infos::get).filter(Objects::nonNull).toList());
  }

  Map<String, @Nullable Object> metricHistory(Body body) {
    var page = ResultPage.of(body, 25_000, 25_000);
    var key = body.required("metric_key");
    return database.read(
        handle -> page.answer("metrics", RunMetrics.history(handle, body.runId(), key, page)));
  }

  /// The artifact URI of a run.
  String artifactUri(String id) {
    return database.read(
        handle ->
            handle
                .createQuery("SELECT artifact_uri FROM runs WHERE run_id = ?")
                .bind(0, id)
                .mapTo(String.class)
                .findOne()
                .orElseThrow(() -> noSuchRun(id)));
  }
}
