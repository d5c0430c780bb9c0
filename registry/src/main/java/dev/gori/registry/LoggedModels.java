package dev.gori.registry;

import dev.gori.base.json.Json;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.time.Time;
import dev.gori.registry.Body.Pair;
import dev.gori.registry.SearchSql.Column;
import dev.gori.registry.SearchSql.PairTable;
import dev.gori.registry.SearchSql.Target;
import dev.gori.sql.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// The models that runs log before a user registers them, with the `m-…` IDs of MLflow 3.
final class LoggedModels {

  private static final int LONGEST_VALUE = 8000;
  private static final Set<String> STATUSES =
      Set.of("LOGGED_MODEL_PENDING", "LOGGED_MODEL_READY", "LOGGED_MODEL_UPLOAD_FAILED");
  private static final KeyValues TAGS = new KeyValues("logged_model_tags", "model_id");
  private static final KeyValues PARAMS = new KeyValues("logged_model_params", "model_id");
  private static final Target SEARCH =
      new Target(
          columns(),
          Map.of(
              "metrics", new PairTable("logged_model_metrics", "x.model_id = m.model_id", true),
              "params", new PairTable("logged_model_params", "x.model_id = m.model_id", false),
              "tags", new PairTable("logged_model_tags", "x.model_id = m.model_id", false)));

  private static Map<String, Column> columns() {
    var columns = new LinkedHashMap<String, Column>();
    for (var text : List.of("name", "model_id", "model_type", "status", "source_run_id")) {
      columns.put(text, new Column("m." + text, false));
    }
    for (var number : List.of("creation_timestamp", "last_updated_timestamp")) {
      columns.put(number, new Column("m." + number, true));
      columns.put(number + "_ms", new Column("m." + number, true));
    }
    columns.put("creation_time", new Column("m.creation_timestamp", true));
    return columns;
  }

  private final Database database;
  private final Time time;

  LoggedModels(Database database, Time time) {
    this.database = database;
    this.time = time;
  }

  Map<String, @Nullable Object> create(Body body) {
    var experiment = body.required("experiment_id");
    var id = "m-" + UUID.randomUUID().toString().replace("-", "");
    long now = time.millis();
    return database.write(
        handle -> {
          var location = Experiments.require(handle, experiment, "active");
          handle.execute(
              """
                    INSERT INTO logged_models (model_id, experiment_id, name, artifact_uri, creation_timestamp, last_updated_timestamp,
                                               status, model_type, source_run_id)
                    VALUES (?, ?, ?, ?, ?, ?, 'LOGGED_MODEL_PENDING', ?, ?)""",
              id,
              Experiments.number(experiment),
              body.text("name")
                  .filter(name -> !name.isEmpty())
                  .orElse("model-" + id.substring(2, 10)),
              "%s/models/%s/artifacts".formatted(location, id),
              now,
              now,
              body.textOr("model_type", ""),
              body.textOr("source_run_id", ""));
          TAGS.put(handle, List.of(id), body.pairs("tags"), LONGEST_VALUE);
          PARAMS.put(handle, List.of(id), body.pairs("params"), LONGEST_VALUE);
          return one(handle, id);
        });
  }

  Map<String, @Nullable Object> get(String id) {
    return database.read(handle -> one(handle, id));
  }

  Map<String, @Nullable Object> finish(String id, String status) {
    if (!STATUSES.contains(status)) {
      throw FaultException.badRequest(
          "Invalid status '%s' (expected: one of %s)"
              .formatted(status, STATUSES.stream().sorted().toList()));
    }
    return database.write(
        handle -> {
          one(handle, id);
          handle.execute(
              "UPDATE logged_models SET status = ?, last_updated_timestamp = ? WHERE model_id = ?",
              status,
              time.millis(),
              id);
          return one(handle, id);
        });
  }

  void delete(String id) {
    database.write(
        handle -> {
          one(handle, id);
          return handle.execute("DELETE FROM logged_models WHERE model_id = ?", id);
        });
  }

  Map<String, @Nullable Object> setTags(String id, List<Pair> tags) {
    return database.write(
        handle -> {
          one(handle, id);
          TAGS.put(handle, List.of(id), tags, LONGEST_VALUE);
          return one(handle, id);
        });
  }

  void deleteTag(String id, String key) {
    database.write(
        handle -> {
          one(handle, id);
          if (!TAGS.delete(handle, List.of(id), key)) {
            throw FaultException.notFound(
                "No tag with key '%s' found for model with ID '%s'.".formatted(key, id));
          }
          return true;
        });
  }

  void setParams(String id, List<Pair> params) {
    database.write(
        handle -> {
          one(handle, id);
          PARAMS.put(handle, List.of(id), params, LONGEST_VALUE);
          return true;
        });
  }

  Map<String, @Nullable Object> search(Body body) {
    var page = ResultPage.of(body, 100, 1000);
    var orders =
        body.objects("order_by").stream()
            .map(
                order ->
                    order.required("field_name")
                        + (order.textOr("ascending", "true").equals("false") ? " DESC" : " ASC"))
            .toList();
    var search =
        new SearchSql(SEARCH, database.isPostgreSql())
            .filter(body.textOr("filter", ""))
            .orderBy(orders, "m.creation_timestamp DESC, m.model_id ASC");
    var experiments = body.texts("experiment_ids").stream().map(Experiments::number).toList();
    if (experiments.isEmpty()) {
      return page.answer("models", List.of());
    }
    var sql =
        "SELECT m.* FROM logged_models m WHERE m.experiment_id IN (<experiments>)"
            + search.conditions()
            + search.order()
            + page.sql();
    return database.read(
        handle -> {
          var found =
              search
                  .bindTo(handle.createQuery(sql))
                  .bindList("experiments", experiments)
                  .map((row, _) -> info(row))
                  .list();
          return page.answer("models", withData(handle, found));
        });
  }

  /// The artifact URI of a logged model.
  static String artifactUri(Handle handle, String id) {
    return handle
        .createQuery("SELECT artifact_uri FROM logged_models WHERE model_id = ?")
        .bind(0, id)
        .mapTo(String.class)
        .findOne()
        .orElseThrow(
            () -> FaultException.notFound("Logged model with ID '%s' not found.".formatted(id)));
  }

  private static Map<String, @Nullable Object> one(Handle handle, String id) {
    var found =
        handle
            .createQuery("SELECT * FROM logged_models WHERE model_id = ?")
            .bind(0, id)
            .map((row, _) -> info(row))
            .list();
    if (found.isEmpty()) {
      throw FaultException.notFound("Logged model with ID '%s' not found.".formatted(id));
    }
    return withData(handle, found).getFirst();
  }

  private static Map<String, @Nullable Object> info(ResultSet row) throws SQLException {
    return Json.object(
        "model_id", row.getString("model_id"),
        "experiment_id", Long.toString(row.getLong("experiment_id")),
        "name", row.getString("name"),
        "creation_timestamp_ms", row.getLong("creation_timestamp"),
        "last_updated_timestamp_ms", row.getLong("last_updated_timestamp"),
        "artifact_uri", row.getString("artifact_uri"),
        "status", row.getString("status"),
        "model_type", row.getString("model_type"),
        "source_run_id", row.getString("source_run_id"));
  }

  private static List<Map<String, @Nullable Object>> withData(
      Handle handle, List<Map<String, @Nullable Object>> infos) {
    var ids = infos.stream().map(info -> String.valueOf(info.get("model_id"))).toList();
    var tags = TAGS.of(handle, ids);
    var params = PARAMS.of(handle, ids);
    var metrics = RunMetrics.ofModels(handle, ids);
    var models = new ArrayList<Map<String, @Nullable Object>>();
    for (var info : infos) {
      var id = String.valueOf(info.get("model_id"));
      var full = new LinkedHashMap<>(info);
      full.put("tags", tags.getOrDefault(id, List.of()));
      models.add(
          Json.object(
              "info",
              full,
              "data",
              Json.object(
                  "params",
                  params.getOrDefault(id, List.of()),
                  "metrics",
                  metrics.getOrDefault(id, List.of()))));
    }
    return models;
  }
}
