package dev.gori.registry;

import dev.gori.base.json.Json;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.time.Time;
import dev.gori.registry.Aliases.Because;
import dev.gori.registry.Body.Pair;
import dev.gori.registry.SearchSql.Column;
import dev.gori.registry.SearchSql.PairTable;
import dev.gori.registry.SearchSql.Target;
import dev.gori.sql.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// The versions of registered models. A model's version numbers increase by one and are never
/// reused, not even after a deletion.
///
/// A version is READY only after the registry has found its artifacts. If they do not exist, it is
/// FAILED_REGISTRATION with the reason; if the object store is unreachable, it stays
/// PENDING_REGISTRATION, and each get of the version checks again.
final class Versions {

  private static final int LONGEST_TAG = 100_000;
  private static final Map<String, String> STAGES =
      Map.of(
          "none", "None", "staging", "Staging", "production", "Production", "archived", "Archived");
  private static final KeyValues TAGS = new KeyValues("model_version_tags", "name, version");
  private static final Target SEARCH =
      new Target(
          columns(),
          Map.of(
              "tags",
              new PairTable(
                  "model_version_tags", "x.name = v.name AND x.version = v.version", false)));

  private static Map<String, Column> columns() {
    var columns = new LinkedHashMap<String, Column>();
    for (var text : List.of("name", "run_id", "status", "model_id")) {
      columns.put(text, new Column("v." + text, false));
    }
    columns.put("source_path", new Column("v.source", false));
    columns.put("source", new Column("v.source", false));
    columns.put("version_number", new Column("v.version", true));
    columns.put("version", new Column("v.version", true));
    columns.put("creation_timestamp", new Column("v.creation_timestamp", true));
    columns.put("last_updated_timestamp", new Column("v.last_updated_timestamp", true));
    return columns;
  }

  private final Database database;
  private final Time time;
  private final Aliases aliases;
  private final Artifacts artifacts;

  Versions(Database database, Time time, Aliases aliases, Artifacts artifacts) {
    this.database = database;
    this.time = time;
    this.aliases = aliases;
    this.artifacts = artifacts;
  }

  Map<String, @Nullable Object> create(Body body) {
    var name = body.required("name");
    var source = body.required("source");
    var lineage =
        database.read(
            handle -> {
              Models.require(handle, name);
              return Sources.follow(handle, source);
            });
    var readiness = artifacts.readiness(source, lineage.location());
    long now = time.millis();
    return database.write(
        handle -> {
          int version = nextNumber(handle, name, now);
          handle.execute(
              """
                    INSERT INTO model_versions (name, version, creation_timestamp, last_updated_timestamp, description, stage, source,
                                                storage_location, run_id, run_link, model_id, status, status_message)
                    VALUES (?, ?, ?, ?, ?, 'None', ?, ?, ?, ?, ?, ?, ?)""",
              name,
              version,
              now,
              now,
              body.textOr("description", ""),
              source,
              lineage.location(),
              given(body, "run_id", lineage.runId()),
              body.textOr("run_link", ""),
              given(body, "model_id", lineage.modelId()),
              readiness.status(),
              readiness.message());
          TAGS.put(handle, List.of(name, version), body.pairs("tags"), LONGEST_TAG);
          return one(handle, name, version);
        });
  }

  private static String given(Body body, String name, String otherwise) {
    return body.text(name).filter(text -> !text.isEmpty()).orElse(otherwise);
  }

  private static int nextNumber(Handle handle, String name, long now) {
    return handle
        .createQuery(
            """
                        UPDATE registered_models SET next_version = next_version + 1, last_updated_timestamp = :now
                        WHERE name = :name RETURNING next_version - 1""")
        .bind("name", name)
        .bind("now", now)
        .mapTo(Integer.class)
        .findOne()
        .orElseThrow(
            () ->
                FaultException.notFound("Registered Model with name=%s not found".formatted(name)));
  }

  Map<String, @Nullable Object> get(String name, int version) {
    var found = database.read(handle -> one(handle, name, version));
    if (!"PENDING_REGISTRATION".equals(found.get("status"))) {
      return found;
    }
    var readiness =
        artifacts.readiness(String.valueOf(found.get("source")), downloadUri(name, version));
    return database.write(
        handle -> {
          handle.execute(
              "UPDATE model_versions SET status = ?, status_message = ? WHERE name = ? AND version = ?",
              readiness.status(),
              readiness.message(),
              name,
              version);
          return one(handle, name, version);
        });
  }

  Map<String, @Nullable Object> byAlias(String name, String alias) {
    int version =
        database.read(
            handle -> {
              Models.require(handle, name);
              if (alias.equalsIgnoreCase("latest")) {
                return latestNumber(handle, name);
              }
              return Aliases.current(handle, name, alias)
                  .orElseThrow(
                      () ->
                          FaultException.badRequest(
                              "Registered model alias %s not found.".formatted(alias)));
            });
    return get(name, version);
  }

  private static int latestNumber(Handle handle, String name) {
    return handle
        .createQuery("SELECT MAX(version) FROM model_versions WHERE name = ?")
        .bind(0, name)
        .mapTo(Integer.class)
        .findOne()
        .orElseThrow(
            () ->
                FaultException.notFound("Latest version not found for model %s.".formatted(name)));
  }

  String downloadUri(String name, int version) {
    return database.read(
        handle -> {
          one(handle, name, version);
          return handle
              .createQuery(
                  "SELECT storage_location FROM model_versions WHERE name = ? AND version = ?")
              .bind(0, name)
              .bind(1, version)
              .mapTo(String.class)
              .one();
        });
  }

  Map<String, @Nullable Object> describe(String name, int version, String description) {
    return database.write(
        handle -> {
          require(handle, name, version);
          handle.execute(
              "UPDATE model_versions SET description = ?, last_updated_timestamp = ? WHERE name = ? AND version = ?",
              description,
              time.millis(),
              name,
              version);
          return one(handle, name, version);
        });
  }

  Map<String, @Nullable Object> stage(
      String name, int version, String wanted, boolean archiveOthers) {
    var stage = STAGES.get(wanted.toLowerCase(Locale.ROOT));
    if (stage == null) {
      throw FaultException.badRequest(
          "Invalid Model Version stage: %s. Value must be one of None, Staging, Production, Archived."
              .formatted(wanted));
    }
    return database.write(
        handle -> {
          require(handle, name, version);
          if (archiveOthers) {
            handle.execute(
                "UPDATE model_versions SET stage = 'Archived' WHERE name = ? AND stage = ? AND version <> ?",
                name,
                stage,
                version);
          }
          handle.execute(
              "UPDATE model_versions SET stage = ?, last_updated_timestamp = ? WHERE name = ? AND version = ?",
              stage,
              time.millis(),
              name,
              version);
          return one(handle, name, version);
        });
  }

  void delete(String name, int version, Because because) {
    database.write(
        handle -> {
          require(handle, name, version);
          aliases.noteEnd(handle, name, Optional.of(version), because);
          return handle.execute(
              "DELETE FROM model_versions WHERE name = ? AND version = ?", name, version);
        });
  }

  void setTag(String name, int version, Pair tag) {
    database.write(
        handle -> {
          require(handle, name, version);
          TAGS.put(handle, List.of(name, version), List.of(tag), LONGEST_TAG);
          return true;
        });
  }

  void deleteTag(String name, int version, String key) {
    database.write(
        handle -> {
          require(handle, name, version);
          return TAGS.delete(handle, List.of(name, version), key);
        });
  }

  Map<String, @Nullable Object> search(Body body) {
    var page = ResultPage.of(body, 10_000, 200_000);
    var search =
        new SearchSql(SEARCH, database.isPostgreSql())
            .filter(body.textOr("filter", ""))
            .orderBy(
                body.texts("order_by"),
                "v.last_updated_timestamp DESC, v.name ASC, v.version DESC");
    var sql =
        "SELECT v.* FROM model_versions v WHERE 1 = 1"
            + search.conditions()
            + search.order()
            + page.sql();
    return database.read(
        handle -> {
          var found = search.bindTo(handle.createQuery(sql)).map((row, _) -> row(row)).list();
          return page.answer("model_versions", withRest(handle, found));
        });
  }

  /// The latest version of a model in each stage, or in each of the given stages.
  static List<Map<String, @Nullable Object>> latest(
      Handle handle, String name, List<String> stages) {
    var newest = new TreeMap<String, Map<String, @Nullable Object>>();
    handle
        .createQuery(
            """
                        SELECT v.* FROM model_versions v WHERE v.name = ? AND v.version =
                            (SELECT MAX(x.version) FROM model_versions x WHERE x.name = v.name AND x.stage = v.stage)""")
        .bind(0, name)
        .map((row, _) -> newest.put(row.getString("stage"), row(row)))
        .list();
    var wanted =
        stages.stream()
            .map(stage -> STAGES.getOrDefault(stage.toLowerCase(Locale.ROOT), stage))
            .toList();
    return withRest(
        handle,
        newest.entrySet().stream()
            .filter(entry -> wanted.isEmpty() || wanted.contains(entry.getKey()))
            .map(Map.Entry::getValue)
            .toList());
  }

  List<Map<String, @Nullable Object>> latest(String name, List<String> stages) {
    return database.read(
        handle -> {
          Models.require(handle, name);
          return latest(handle, name, stages);
        });
  }

  static void require(Handle handle, String name, int version) {
    one(handle, name, version);
  }

  private static Map<String, @Nullable Object> one(Handle handle, String name, int version) {
    var found =
        handle
            .createQuery("SELECT * FROM model_versions WHERE name = ? AND version = ?")
            .bind(0, name)
            .bind(1, version)
            .map((row, _) -> row(row))
            .list();
    if (found.isEmpty()) {
      throw FaultException.notFound(
          "Model Version (name=%s, version=%d) not found".formatted(name, version));
    }
    return withRest(handle, found).getFirst();
  }

  private static Map<String, @Nullable Object> row(ResultSet row) throws SQLException {
    return Json.object(
        "name", row.getString("name"),
        "version", Integer.toString(row.getInt("version")),
        "creation_timestamp", row.getLong("creation_timestamp"),
        "last_updated_timestamp", row.getLong("last_updated_timestamp"),
        "current_stage", row.getString("stage"),
        "description", row.getString("description"),
        "source", row.getString("source"),
        "run_id", row.getString("run_id"),
        "run_link", row.getString("run_link"),
        "model_id", row.getString("model_id"),
        "status", row.getString("status"),
        "status_message", row.getString("status_message"));
  }

  private static List<Map<String, @Nullable Object>> withRest(
      Handle handle, List<Map<String, @Nullable Object>> found) {
    var tags =
        gather(
            handle,
            found,
            "SELECT name, version, key, value FROM model_version_tags WHERE name IN (<names>) ORDER BY key",
            row -> Json.object("key", row.getString("key"), "value", row.getString("value")));
    var names =
        gather(
            handle,
            found,
            "SELECT name, version, alias FROM aliases WHERE name IN (<names>) ORDER BY alias",
            row -> row.getString("alias"));
    var versions = new ArrayList<Map<String, @Nullable Object>>();
    for (var one : found) {
      var full = new LinkedHashMap<>(one);
      var id = one.get("name") + "/" + one.get("version");
      full.put("tags", tags.getOrDefault(id, List.of()));
      full.put("aliases", names.getOrDefault(id, List.of()));
      versions.add(full);
    }
    return versions;
  }

  private interface Read {
    Object from(ResultSet row) throws SQLException;
  }

  private static Map<String, List<Object>> gather(
      Handle handle, List<Map<String, @Nullable Object>> found, String sql, Read read) {
    var gathered = new HashMap<String, List<Object>>();
    if (!found.isEmpty()) {
      var names = found.stream().map(one -> String.valueOf(one.get("name"))).distinct().toList();
      handle
          .createQuery(sql)
          .bindList("names", names)
          .map(
              (row, _) ->
                  gathered
                      .computeIfAbsent(
                          row.getString("name") + "/" + row.getInt("version"),
                          _ -> new ArrayList<>())
                      .add(read.from(row)))
          .list();
    }
    return gathered;
  }
}
