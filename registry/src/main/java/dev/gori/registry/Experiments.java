package dev.gori.registry;

import dev.gori.base.json.Json;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.time.Time;
import dev.gori.registry.Body.Pair;
import dev.gori.registry.SearchSql.Column;
import dev.gori.registry.SearchSql.PairTable;
import dev.gori.registry.SearchSql.Target;
import dev.gori.sql.Database;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// The experiments. The experiment with ID 0 is named `Default` and always exists.
final class Experiments {

  private static final int LONGEST_NAME = 500;
  private static final int LONGEST_TAG = 20_000;
  private static final KeyValues TAGS = new KeyValues("experiment_tags", "experiment_id");
  private static final Target SEARCH =
      new Target(
          Map.of(
              "name", new Column("e.name", false),
              "experiment_id", new Column("CAST(e.experiment_id AS VARCHAR(20))", false),
              "creation_time", new Column("e.creation_time", true),
              "last_update_time", new Column("e.last_update_time", true)),
          Map.of(
              "tags",
              new PairTable("experiment_tags", "x.experiment_id = e.experiment_id", false)));

  private final Database database;
  private final Time time;

  Experiments(Database database, Time time) {
    this.database = database;
    this.time = time;
    database.write(handle -> insert(handle, 0, "Default", "", true));
  }

  String create(String name, String location, List<Pair> tags) {
    if (name.isBlank()) {
      throw FaultException.badRequest(
          "Invalid experiment name: '%s'. Name cannot be empty or white space.".formatted(name));
    }
    KeyValues.checkLength("Experiment name", name, LONGEST_NAME);
    KeyValues.checkPlain("experiment name", name);
    return database.write(
        handle -> {
          long id = Counters.next(handle, "experiment");
          if (!insert(handle, id, name, location, false)) {
            throw new FaultException(Fault.CONFLICT, taken(handle, name));
          }
          TAGS.put(handle, List.of(id), tags, LONGEST_TAG);
          return Long.toString(id);
        });
  }

  private boolean insert(Handle handle, long id, String name, String location, boolean quietly) {
    long now = time.millis();
    var sql =
        """
                INSERT INTO experiments (experiment_id, name, artifact_location, lifecycle_stage, creation_time, last_update_time)
                VALUES (?, ?, ?, 'active', ?, ?) ON CONFLICT DO NOTHING""";
    var where = location.isEmpty() ? "mlflow-artifacts:/" + id : location;
    return handle.execute(sql, id, name, where, now, now) > 0 || quietly;
  }

  private static String taken(Handle handle, String name) {
    var stage =
        handle
            .createQuery("SELECT lifecycle_stage FROM experiments WHERE name = ?")
            .bind(0, name)
            .mapTo(String.class)
            .one();
    return stage.equals("deleted")
        ? "Experiment '%s' already exists in deleted state. You can restore the experiment, or permanently delete the experiment to create a new one."
            .formatted(name)
        : "Experiment(name=%s) already exists.".formatted(name);
  }

  Map<String, @Nullable Object> get(String id) {
    return database
        .read(handle -> first(handle, "e.experiment_id = :v", number(id)))
        .orElseThrow(
            () -> FaultException.notFound("No Experiment with id=%s exists".formatted(id)));
  }

  Map<String, @Nullable Object> getByName(String name) {
    return database
        .read(handle -> first(handle, "e.name = :v", name))
        .orElseThrow(
            () ->
                FaultException.notFound(
                    "Could not find experiment with name '%s'".formatted(name)));
  }

  private static Optional<Map<String, @Nullable Object>> first(
      Handle handle, String where, Object value) {
    var found =
        handle
            .createQuery("SELECT * FROM experiments e WHERE " + where)
            .bind("v", value)
            .map((row, _) -> row(row))
            .list();
    return withTags(handle, found).stream().findFirst();
  }

  private static Map<String, @Nullable Object> row(java.sql.ResultSet row)
      throws java.sql.SQLException {
    return Json.object(
        "experiment_id", Long.toString(row.getLong("experiment_id")),
        "name", row.getString("name"),
        "artifact_location", row.getString("artifact_location"),
        "lifecycle_stage", row.getString("lifecycle_stage"),
        "creation_time", row.getLong("creation_time"),
        "last_update_time", row.getLong("last_update_time"));
  }

  private static List<Map<String, @Nullable Object>> withTags(
      Handle handle, List<Map<String, @Nullable Object>> found) {
    var tags =
        TAGS.of(
            handle,
            found.stream().map(one -> number(String.valueOf(one.get("experiment_id")))).toList());
    var all = new ArrayList<Map<String, @Nullable Object>>();
    for (var one : found) {
      var full = new LinkedHashMap<>(one);
      full.put(
          "tags", tags.getOrDefault(number(String.valueOf(one.get("experiment_id"))), List.of()));
      all.add(full);
    }
    return all;
  }

  Map<String, @Nullable Object> search(Body body) {
    var page = ResultPage.of(body, 1000, 50_000);
    var search =
        new SearchSql(SEARCH, database.isPostgreSql())
            .filter(body.textOr("filter", ""))
            .orderBy(
                body.texts("order_by").isEmpty()
                    ? List.of("creation_time DESC")
                    : body.texts("order_by"),
                "e.experiment_id ASC");
    var sql =
        "SELECT * FROM experiments e WHERE "
            + lifecycle("e", body.textOr("view_type", "ACTIVE_ONLY"))
            + search.conditions()
            + search.order()
            + page.sql();
    return database.read(
        handle -> {
          var found = search.bindTo(handle.createQuery(sql)).map((row, _) -> row(row)).list();
          return page.answer("experiments", withTags(handle, found));
        });
  }

  /// The SQL condition for MLflow's `ViewType`.
  static String lifecycle(String alias, String viewType) {
    return switch (viewType) {
      case "ALL", "3" -> "1 = 1";
      case "DELETED_ONLY", "2" -> alias + ".lifecycle_stage = 'deleted'";
      case "ACTIVE_ONLY", "1" -> alias + ".lifecycle_stage = 'active'";
      default ->
          throw FaultException.badRequest(
              "Invalid view type '%s' (expected: ACTIVE_ONLY, DELETED_ONLY or ALL)"
                  .formatted(viewType));
    };
  }

  void rename(String id, String name) {
    KeyValues.checkLength("Experiment name", name, LONGEST_NAME);
    KeyValues.checkPlain("experiment name", name);
    database.write(
        handle -> {
          require(handle, id, "active");
          return handle.execute(
              "UPDATE experiments SET name = ?, last_update_time = ? WHERE experiment_id = ?",
              name,
              time.millis(),
              number(id));
        });
  }

  /// Marks an experiment and its runs as deleted, or restores them; keeps all data.
  void move(String id, String from, String to) {
    database.write(
        handle -> {
          require(handle, id, from);
          handle.execute(
              "UPDATE experiments SET lifecycle_stage = ?, last_update_time = ? WHERE experiment_id = ?",
              to,
              time.millis(),
              number(id));
          return handle.execute(
              "UPDATE runs SET lifecycle_stage = ? WHERE experiment_id = ?", to, number(id));
        });
  }

  void setTag(String id, Pair tag) {
    database.write(
        handle -> {
          require(handle, id, "active");
          TAGS.put(handle, List.of(number(id)), List.of(tag), LONGEST_TAG);
          return true;
        });
  }

  void deleteTag(String id, String key) {
    database.write(
        handle -> {
          require(handle, id, "active");
          if (!TAGS.delete(handle, List.of(number(id)), key)) {
            throw FaultException.notFound(
                "No tag with name: %s in experiment with id %s".formatted(key, id));
          }
          return true;
        });
  }

  /// @return the experiment's artifact location
  static String require(Handle handle, String id, String stage) {
    var found =
        first(handle, "e.experiment_id = :v", number(id))
            .orElseThrow(
                () -> FaultException.notFound("No Experiment with id=%s exists".formatted(id)));
    var current = String.valueOf(found.get("lifecycle_stage"));
    if (!current.equals(stage)) {
      throw FaultException.badRequest(
          "The experiment %s must be in the '%s' state. Current state is %s."
              .formatted(id, stage, current));
    }
    return String.valueOf(found.get("artifact_location"));
  }

  static Long number(String id) {
    try {
      return Long.valueOf(id);
    } catch (NumberFormatException _) {
      throw FaultException.notFound("No Experiment with id=%s exists".formatted(id));
    }
  }
}
