package dev.gori.pipelines;

import dev.gori.base.json.Json;
import dev.gori.pipelines.dag.Interval;
import dev.gori.pipelines.dag.RunState;
import dev.gori.pipelines.dag.TaskSnapshot;
import dev.gori.pipelines.dag.TaskState;
import dev.gori.pipelines.tasks.PlainOutputs;
import dev.gori.sql.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// Stores runs, tasks and attempts in the database. Each write is one transaction, durable when the
/// call returns.
final class RunStore {

  /// The state of a pipeline that its file does not declare.
  ///
  /// @param since when the pipeline was first seen, or last unpaused
  /// @param lastScheduled the logical time of its last scheduled run
  record PipelineRecord(
      String name, boolean paused, Instant since, Optional<Instant> lastScheduled) {}

  /// The changes that one step of the scheduler makes to a run; written in one transaction.
  record Changes(
      RunRecord run,
      Map<String, TaskSnapshot> tasks,
      Collection<AttemptRecord> attempts,
      Instant at) {}

  private static final String RUN_COLUMNS =
      "id, sequence, pipeline, state, cause, logical_time, interval_start, interval_end, interval_key, "
          + "commit_id, note, params, definition, created, started, ended, late_at, late, cancelling";

  private static final int FORGOTTEN_AT_ONCE = 200;

  private final Database database;

  RunStore(Database database) {
    this.database = database;
  }

  Map<String, PipelineRecord> pipelines() {
    return database.read(
        sql -> {
          var found = new LinkedHashMap<String, PipelineRecord>();
          sql.createQuery("SELECT name, paused, since, last_scheduled FROM pipelines")
              .map(
                  (row, _) ->
                      new PipelineRecord(
                          row.getString("name"),
                          row.getInt("paused") == 1,
                          moment(row, "since").orElseThrow(),
                          moment(row, "last_scheduled")))
              .forEach(pipeline -> found.put(pipeline.name(), pipeline));
          return found;
        });
  }

  void write(PipelineRecord pipeline) {
    database.write(sql -> write(sql, pipeline));
  }

  private static int write(Handle sql, PipelineRecord pipeline) {
    return sql.createUpdate(
            "INSERT INTO pipelines (name, paused, since, last_scheduled) VALUES (:name, :paused, :since, :last) "
                + "ON CONFLICT (name) DO UPDATE SET paused = :paused, since = :since, last_scheduled = :last")
        .bind("name", pipeline.name())
        .bind("paused", pipeline.paused() ? 1 : 0)
        .bind("since", pipeline.since().toEpochMilli())
        .bind("last", millis(pipeline.lastScheduled()))
        .execute();
  }

  long lastSequence() {
    return database.read(
        sql ->
            sql.createQuery("SELECT COALESCE(MAX(sequence), 0) FROM runs").mapTo(Long.class).one());
  }

  /// Adds runs and updates the state of their pipeline in one transaction.
  void add(List<RunRecord> runs, Optional<PipelineRecord> pipeline) {
    database.write(
        sql -> {
          runs.forEach(run -> insert(sql, run));
          pipeline.ifPresent(record -> write(sql, record));
          return runs.size();
        });
  }

  private static void insert(Handle sql, RunRecord run) {
    sql.createUpdate(
            "INSERT INTO runs ("
                + RUN_COLUMNS
                + ") VALUES (:id, :sequence, :pipeline, :state, :cause, :logical, :start, :end, "
                + ":key, :commit, :note, :params, :definition, :created, :started, :ended, :late_at, :late, :cancelling)")
        .bind("id", run.id())
        .bind("sequence", run.sequence())
        .bind("pipeline", run.pipeline())
        .bind("state", run.state().text())
        .bind("cause", run.cause().name().toLowerCase(Locale.ROOT))
        .bind("logical", run.logicalTime().toEpochMilli())
        .bind("start", run.interval().start().toEpochMilli())
        .bind("end", run.interval().end().toEpochMilli())
        .bind("key", run.intervalKey().orElse(null))
        .bind("commit", run.commit())
        .bind("note", run.note())
        .bind("params", Json.text(run.params()))
        .bind("definition", run.definition())
        .bind("created", run.created().toEpochMilli())
        .bind("started", millis(run.started()))
        .bind("ended", millis(run.ended()))
        .bind("late_at", millis(run.lateAt()))
        .bind("late", run.late() ? 1 : 0)
        .bind("cancelling", run.cancelling() ? 1 : 0)
        .execute();
  }

  void write(Changes changes) {
    database.write(
        sql -> {
          var run = changes.run();
          sql.createUpdate(
                  "UPDATE runs SET state = :state, started = :started, ended = :ended, late = :late, cancelling = :cancelling "
                      + "WHERE id = :id")
              .bind("id", run.id())
              .bind("state", run.state().text())
              .bind("started", millis(run.started()))
              .bind("ended", millis(run.ended()))
              .bind("late", run.late() ? 1 : 0)
              .bind("cancelling", run.cancelling() ? 1 : 0)
              .execute();
          changes.tasks().forEach((name, task) -> write(sql, run.id(), name, task, changes.at()));
          changes.attempts().forEach(attempt -> write(sql, run.id(), attempt));
          return 0;
        });
  }

  private static void write(Handle sql, String run, String name, TaskSnapshot task, Instant at) {
    sql.createUpdate(
            "INSERT INTO tasks (run, name, state, attempt, failures, lost, due, attempt_started, active_since, ended, outputs, why) "
                + "VALUES (:run, :name, :state, :attempt, :failures, :lost, :due, :started, :active, :ended, :outputs, :why) "
                + "ON CONFLICT (run, name) DO UPDATE SET state = :state, attempt = :attempt, failures = :failures, lost = :lost, "
                + "due = :due, attempt_started = :started, active_since = :active, ended = :ended, outputs = :outputs, why = :why")
        .bind("run", run)
        .bind("name", name)
        .bind("state", task.state().text())
        .bind("attempt", task.attempt())
        .bind("failures", task.failures())
        .bind("lost", task.lost())
        .bind("due", millis(task.due()))
        .bind("started", millis(task.attemptStarted()))
        .bind("active", millis(task.activeSince()))
        .bind("ended", task.state().isFinal() ? (Long) at.toEpochMilli() : null)
        .bind("outputs", Json.text(task.outputs()))
        .bind("why", task.why())
        .execute();
  }

  private static void write(Handle sql, String run, AttemptRecord attempt) {
    sql.createUpdate(
            "INSERT INTO attempts (run, task, number, state, started, ended, why) "
                + "VALUES (:run, :task, :number, :state, :started, :ended, :why) "
                + "ON CONFLICT (run, task, number) DO UPDATE SET state = :state, ended = :ended, why = :why")
        .bind("run", run)
        .bind("task", attempt.task())
        .bind("number", attempt.number())
        .bind("state", attempt.state())
        .bind("started", attempt.started().toEpochMilli())
        .bind("ended", millis(attempt.ended()))
        .bind("why", attempt.why())
        .execute();
  }

  Optional<RunRecord> run(String id) {
    return database.read(
        sql ->
            sql.createQuery("SELECT " + RUN_COLUMNS + " FROM runs WHERE id = :id")
                .bind("id", id)
                .map((row, _) -> run(row))
                .findFirst());
  }

  Optional<RunRecord> byInterval(String key) {
    return database.read(
        sql ->
            sql.createQuery("SELECT " + RUN_COLUMNS + " FROM runs WHERE interval_key = :key")
                .bind("key", key)
                .map((row, _) -> run(row))
                .findFirst());
  }

  /// Runs that are queued or running, oldest first.
  List<RunRecord> open() {
    return database.read(
        sql ->
            sql.createQuery(
                    "SELECT "
                        + RUN_COLUMNS
                        + " FROM runs WHERE state IN ('queued', 'running') ORDER BY sequence")
                .map((row, _) -> run(row))
                .list());
  }

  /// Runs, newest first.
  ///
  /// @param pipeline the name of the pipeline; empty for all pipelines
  List<RunRecord> newest(Optional<String> pipeline, int limit) {
    var where = pipeline.isPresent() ? "WHERE pipeline = :pipeline " : "";
    return database.read(
        sql -> {
          var query =
              sql.createQuery(
                      "SELECT "
                          + RUN_COLUMNS
                          + " FROM runs "
                          + where
                          + "ORDER BY sequence DESC LIMIT :limit")
                  .bind("limit", limit);
          pipeline.ifPresent(name -> query.bind("pipeline", name));
          return query.map((row, _) -> run(row)).list();
        });
  }

  /// The runs with this commit, newest first.
  List<RunRecord> ofCommit(String commit, int limit) {
    return database.read(
        sql ->
            sql.createQuery(
                    "SELECT "
                        + RUN_COLUMNS
                        + " FROM runs WHERE commit_id = :commit ORDER BY sequence DESC LIMIT :limit")
                .bind("commit", commit)
                .bind("limit", limit)
                .map((row, _) -> run(row))
                .list());
  }

  /// Deletes the records of finished runs, with their tasks and attempts: the runs that ended
  /// before the given time, and of each pipeline all but the newest.
  ///
  /// @param most the number of records to keep for each pipeline
  /// @return how many runs were deleted
  int forget(Instant before, int most) {
    int forgotten = 0;
    int more;
    do {
      more = database.write(sql -> forget(sql, before, most));
      forgotten += more;
    } while (more == FORGOTTEN_AT_ONCE);
    return forgotten;
  }

  private static int forget(Handle sql, Instant before, int most) {
    var runs =
        sql.createQuery(
                "SELECT id FROM (SELECT id, ended, ROW_NUMBER() OVER (PARTITION BY pipeline ORDER BY sequence DESC) AS place FROM runs) AS placed "
                    + "WHERE ended IS NOT NULL AND (ended < :before OR place > :most) LIMIT :limit")
            .bind("before", before.toEpochMilli())
            .bind("most", most)
            .bind("limit", FORGOTTEN_AT_ONCE)
            .mapTo(String.class)
            .list();
    for (var run : runs) {
      sql.execute("DELETE FROM attempts WHERE run = ?", run);
      sql.execute("DELETE FROM tasks WHERE run = ?", run);
      sql.execute("DELETE FROM runs WHERE id = ?", run);
    }
    return runs.size();
  }

  Map<String, Instant> lastSuccesses() {
    return database.read(
        sql -> {
          var found = new LinkedHashMap<String, Instant>();
          sql.createQuery(
                  "SELECT pipeline, MAX(ended) AS ended FROM runs WHERE state = 'success' GROUP BY pipeline")
              .map(
                  (row, _) ->
                      Map.entry(
                          row.getString("pipeline"), moment(row, "ended").orElse(Instant.EPOCH)))
              .forEach(entry -> found.put(entry.getKey(), entry.getValue()));
          return found;
        });
  }

  Map<String, TaskSnapshot> tasks(String run) {
    return database.read(
        sql -> {
          var found = new LinkedHashMap<String, TaskSnapshot>();
          sql.createQuery("SELECT * FROM tasks WHERE run = :run")
              .bind("run", run)
              .map((row, _) -> Map.entry(row.getString("name"), task(row)))
              .forEach(entry -> found.put(entry.getKey(), entry.getValue()));
          return found;
        });
  }

  /// When each finished task ended, by task.
  Map<String, Instant> taskEnds(String run) {
    return database.read(
        sql -> {
          var found = new LinkedHashMap<String, Instant>();
          sql.createQuery("SELECT name, ended FROM tasks WHERE run = :run AND ended IS NOT NULL")
              .bind("run", run)
              .map(
                  (row, _) ->
                      Map.entry(row.getString("name"), moment(row, "ended").orElse(Instant.EPOCH)))
              .forEach(entry -> found.put(entry.getKey(), entry.getValue()));
          return found;
        });
  }

  List<AttemptRecord> attempts(String run) {
    return database.read(
        sql ->
            sql.createQuery("SELECT * FROM attempts WHERE run = :run ORDER BY task, number")
                .bind("run", run)
                .map(
                    (row, _) ->
                        new AttemptRecord(
                            row.getString("task"),
                            row.getInt("number"),
                            row.getString("state"),
                            moment(row, "started").orElseThrow(),
                            moment(row, "ended"),
                            row.getString("why")))
                .list());
  }

  private static RunRecord run(ResultSet row) throws SQLException {
    return new RunRecord(
        row.getString("id"),
        row.getLong("sequence"),
        row.getString("pipeline"),
        RunState.of(row.getString("state")),
        RunRecord.Cause.valueOf(row.getString("cause").toUpperCase(Locale.ROOT)),
        moment(row, "logical_time").orElseThrow(),
        new Interval(
            moment(row, "interval_start").orElseThrow(), moment(row, "interval_end").orElseThrow()),
        Optional.ofNullable(row.getString("interval_key")),
        row.getString("commit_id"),
        row.getString("note"),
        PlainOutputs.object(row.getString("params")),
        row.getString("definition"),
        moment(row, "created").orElseThrow(),
        moment(row, "started"),
        moment(row, "ended"),
        moment(row, "late_at"),
        row.getInt("late") == 1,
        row.getInt("cancelling") == 1);
  }

  private static TaskSnapshot task(ResultSet row) throws SQLException {
    return new TaskSnapshot(
            TaskState.of(row.getString("state")),
            row.getInt("attempt"),
            row.getInt("failures"),
            row.getInt("lost"),
            moment(row, "due"),
            moment(row, "attempt_started"),
            moment(row, "active_since"),
            Map.of(),
            row.getString("why"))
        .handing(PlainOutputs.object(row.getString("outputs")));
  }

  private static Optional<Instant> moment(ResultSet row, String column) throws SQLException {
    long value = row.getLong(column);
    return row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(value));
  }

  private static @Nullable Long millis(Optional<Instant> moment) {
    return moment.map(Instant::toEpochMilli).orElse(null);
  }
}
