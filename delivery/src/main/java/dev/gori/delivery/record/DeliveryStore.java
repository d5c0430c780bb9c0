package dev.gori.delivery.record;

import dev.gori.base.json.Json;
import dev.gori.delivery.rollout.Verdict;
import dev.gori.sql.Database;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.Handle;

/// Delivery's tables in one database.
public final class DeliveryStore {

  private static final int MOST_EVENTS = 1_000;

  private final Database database;

  public DeliveryStore(Database database) {
    this.database = database;
  }

  // Facts

  public Optional<String> fact(String name) {
    return database.read(
        sql ->
            sql.createQuery("SELECT value FROM fact WHERE name = :name")
                .bind("name", name)
                .mapTo(String.class)
                .findOne());
  }

  public void fact(String name, String value) {
    database.write(
        sql ->
            sql.createUpdate(
                    "INSERT INTO fact (name, value) VALUES (:name, :value) ON CONFLICT (name) DO UPDATE SET value = excluded.value")
                .bind("name", name)
                .bind("value", value)
                .execute());
  }

  // Changes

  /// Inserts a change unless its commit has one.
  public void insertIfAbsent(ChangeRecord change, Instant seen) {
    database.write(
        sql ->
            sql.createUpdate(
                    "INSERT INTO change_record (commit_id, seen_at, position, body) SELECT :id, :seen, "
                        + "COALESCE(MAX(position), 0) + 1, :body FROM change_record WHERE true ON CONFLICT (commit_id) DO NOTHING")
                .bind("id", change.commit())
                .bind("seen", seen.toEpochMilli())
                .bind("body", Json.text(change.json()))
                .execute());
  }

  public Optional<ChangeRecord> change(String commit) {
    return database.read(sql -> change(sql, commit));
  }

  private static Optional<ChangeRecord> change(Handle sql, String commit) {
    return sql.createQuery("SELECT body FROM change_record WHERE commit_id = :id")
        .bind("id", commit)
        .mapTo(String.class)
        .findOne()
        .map(body -> ChangeRecord.read(Json.parse(body)));
  }

  /// The change whose commit id starts with the prefix; empty when none or several do.
  ///
  /// @param prefix hexadecimal digits in lower case
  public Optional<ChangeRecord> changeByPrefix(String prefix) {
    var found =
        database.read(
            sql ->
                sql.createQuery("SELECT body FROM change_record WHERE commit_id LIKE :prefix")
                    .bind("prefix", prefix + "%")
                    .mapTo(String.class)
                    .list());
    return found.size() == 1
        ? Optional.of(ChangeRecord.read(Json.parse(found.getFirst())))
        : Optional.empty();
  }

  /// Edits the change of a commit; does nothing when there is none.
  public void change(String commit, UnaryOperator<ChangeRecord> edit) {
    database.write(
        sql ->
            change(sql, commit)
                .map(
                    change ->
                        sql.createUpdate(
                                "UPDATE change_record SET body = :body WHERE commit_id = :id")
                            .bind("body", Json.text(edit.apply(change).json()))
                            .bind("id", commit)
                            .execute()));
  }

  /// Newest first.
  public List<ChangeRecord> changes(int most) {
    return database.read(
        sql ->
            sql.createQuery("SELECT body FROM change_record ORDER BY position DESC LIMIT :most")
                .bind("most", most)
                .mapTo(String.class)
                .map(body -> ChangeRecord.read(Json.parse(body)))
                .list());
  }

  // Rollouts

  /// Inserts a rollout unless one with its key exists.
  ///
  /// @return the stored rollout with this key
  public RolloutRecord insertIfAbsent(RolloutRecord rollout) {
    return database.write(
        sql -> {
          sql.createUpdate(
                  "INSERT INTO rollout (id, key, created, ended, body) VALUES (:id, :key, :created, 0, :body) "
                      + "ON CONFLICT (key) DO NOTHING")
              .bind("id", rollout.id())
              .bind("key", rollout.request().key())
              .bind("created", rollout.created().toEpochMilli())
              .bind("body", Json.text(RolloutJson.write(rollout)))
              .execute();
          return read(
              sql.createQuery("SELECT body FROM rollout WHERE key = :key")
                  .bind("key", rollout.request().key())
                  .mapTo(String.class)
                  .one());
        });
  }

  public Optional<RolloutRecord> rollout(String id) {
    return database.read(
        sql ->
            sql.createQuery("SELECT body FROM rollout WHERE id = :id")
                .bind("id", id)
                .mapTo(String.class)
                .findOne()
                .map(DeliveryStore::read));
  }

  public Optional<RolloutRecord> rolloutByKey(String key) {
    return database.read(
        sql ->
            sql.createQuery("SELECT body FROM rollout WHERE key = :key")
                .bind("key", key)
                .mapTo(String.class)
                .findOne()
                .map(DeliveryStore::read));
  }

  /// Newest first.
  public List<RolloutRecord> rollouts(int most) {
    return database.read(
        sql ->
            sql.createQuery("SELECT body FROM rollout ORDER BY created DESC, id DESC LIMIT :most")
                .bind("most", most)
                .mapTo(String.class)
                .map(DeliveryStore::read)
                .list());
  }

  /// The rollouts that have not ended, oldest first.
  public List<RolloutRecord> unfinished() {
    return database.read(
        sql ->
            sql.createQuery("SELECT body FROM rollout WHERE ended = 0 ORDER BY created, id")
                .mapTo(String.class)
                .map(DeliveryStore::read)
                .list());
  }

  /// Saves a rollout together with its new round and block, so that a crash cannot lose one of
  /// them.
  public void save(
      RolloutRecord rollout, Optional<ObservationRound> round, Optional<BlockedVersion> block) {
    database.write(
        sql -> {
          sql.createUpdate("UPDATE rollout SET body = :body, ended = :ended WHERE id = :id")
              .bind("body", Json.text(RolloutJson.write(rollout)))
              .bind("ended", rollout.state().isFinal() ? 1 : 0)
              .bind("id", rollout.id())
              .execute();
          round.ifPresent(one -> insert(sql, rollout.id(), one));
          block.ifPresent(one -> insert(sql, one));
          return true;
        });
  }

  private static void insert(Handle sql, String rollout, ObservationRound round) {
    sql.createUpdate(
            "INSERT INTO reading (rollout, at, verdict, body) VALUES (:rollout, :at, :verdict, :body)")
        .bind("rollout", rollout)
        .bind("at", round.at().toEpochMilli())
        .bind("verdict", round.verdict().text())
        .bind("body", Json.text(RolloutJson.gates(round)))
        .execute();
  }

  private static void insert(Handle sql, BlockedVersion block) {
    sql.createUpdate(
            "INSERT INTO blocked (model, version, rollout, cause, at) VALUES (:model, :version, :rollout, :cause, :at) "
                + "ON CONFLICT (model, version) DO NOTHING")
        .bind("model", block.model())
        .bind("version", block.version())
        .bind("rollout", block.rollout())
        .bind("cause", block.cause())
        .bind("at", block.at().toEpochMilli())
        .execute();
  }

  private static RolloutRecord read(String body) {
    return RolloutJson.read(Json.parse(body));
  }

  /// The last rounds, newest first.
  public List<ObservationRound> rounds(String rollout, int most) {
    return database.read(
        sql ->
            sql.createQuery(
                    "SELECT at, verdict, body FROM reading WHERE rollout = :id ORDER BY at DESC LIMIT :most")
                .bind("id", rollout)
                .bind("most", most)
                .map(
                    (row, _) ->
                        new ObservationRound(
                            Instant.ofEpochMilli(row.getLong("at")),
                            Verdict.Kind.of(row.getString("verdict")),
                            RolloutJson.readGates(row.getString("body"))))
                .list());
  }

  // Blocked versions

  public Optional<BlockedVersion> blocked(String model, int version) {
    return blocked().stream()
        .filter(block -> block.model().equals(model) && block.version() == version)
        .findFirst();
  }

  public List<BlockedVersion> blocked() {
    return database.read(
        sql ->
            sql.createQuery(
                    "SELECT model, version, rollout, cause, at FROM blocked ORDER BY at DESC")
                .map(
                    (row, _) ->
                        new BlockedVersion(
                            row.getString("model"),
                            row.getInt("version"),
                            row.getString("rollout"),
                            row.getString("cause"),
                            Instant.ofEpochMilli(row.getLong("at"))))
                .list());
  }

  /// @return whether it was blocked
  public boolean unblock(String model, int version) {
    return database.write(
        sql ->
            sql.createUpdate("DELETE FROM blocked WHERE model = :model AND version = :version")
                    .bind("model", model)
                    .bind("version", version)
                    .execute()
                > 0);
  }

  // Alerts

  public void alert(AlertRecord alert) {
    database.write(
        sql ->
            sql.createUpdate(
                    "INSERT INTO alert (id, done, body) VALUES (:id, 0, :body) ON CONFLICT (id) DO UPDATE SET body = excluded.body, done = 0")
                .bind("id", alert.id())
                .bind("body", alert.text())
                .execute());
  }

  public Optional<AlertRecord> alert(String id) {
    return alerts().stream().filter(alert -> alert.id().equals(id)).findFirst();
  }

  /// The alerts that fire, or whose end the alerts role has not accepted yet.
  public List<AlertRecord> alerts() {
    return database.read(
        sql ->
            sql.createQuery("SELECT body FROM alert WHERE done = 0 ORDER BY id")
                .mapTo(String.class)
                .map(body -> AlertRecord.read(Json.parse(body)))
                .list());
  }

  public void alertDone(String id) {
    database.write(
        sql ->
            sql.createUpdate("UPDATE alert SET done = 1 WHERE id = :id").bind("id", id).execute());
  }

  // Events

  public void add(DeliveryEvent event) {
    database.write(
        sql ->
            sql.createUpdate("INSERT INTO event (at, kind, text) VALUES (:at, :kind, :text)")
                .bind("at", event.at().toEpochMilli())
                .bind("kind", event.kind().text())
                .bind("text", event.text())
                .execute());
  }

  /// Newest first.
  public List<DeliveryEvent> events(int most) {
    return database.read(
        sql ->
            sql.createQuery("SELECT at, kind, text FROM event ORDER BY at DESC LIMIT :most")
                .bind("most", Math.min(most, MOST_EVENTS))
                .map(
                    (row, _) ->
                        new DeliveryEvent(
                            Instant.ofEpochMilli(row.getLong("at")),
                            DeliveryEventKind.of(row.getString("kind")),
                            row.getString("text")))
                .list());
  }
}
