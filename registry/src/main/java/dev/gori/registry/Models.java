package dev.gori.registry;

import dev.gori.base.json.Json;
import dev.gori.kernel.fault.Fault;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// The registered models, each a name for a series of versions.
final class Models {

  private static final int LONGEST_TAG = 100_000;
  private static final KeyValues TAGS = new KeyValues("registered_model_tags", "name");
  private static final Target SEARCH =
      new Target(
          Map.of(
              "name", new Column("m.name", false),
              "creation_timestamp", new Column("m.creation_timestamp", true),
              "timestamp", new Column("m.last_updated_timestamp", true),
              "last_updated_timestamp", new Column("m.last_updated_timestamp", true)),
          Map.of("tags", new PairTable("registered_model_tags", "x.name = m.name", false)));

  private final Database database;
  private final Time time;
  private final Aliases aliases;

  Models(Database database, Time time, Aliases aliases) {
    this.database = database;
    this.time = time;
    this.aliases = aliases;
  }

  Map<String, @Nullable Object> create(String name, String description, List<Pair> tags) {
    checkName(name);
    long now = time.millis();
    return database.write(
        handle -> {
          int made =
              handle.execute(
                  """
                    INSERT INTO registered_models (name, description, creation_timestamp, last_updated_timestamp, next_version)
                    VALUES (?, ?, ?, ?, 1) ON CONFLICT DO NOTHING""",
                  name,
                  description,
                  now,
                  now);
          if (made == 0) {
            throw taken(name);
          }
          TAGS.put(handle, List.of(name), tags, LONGEST_TAG);
          return one(handle, name);
        });
  }

  private static FaultException taken(String name) {
    return new FaultException(
        Fault.CONFLICT, "Registered Model (name=%s) already exists.".formatted(name));
  }

  private static void checkName(String name) {
    if (name.isBlank()) {
      throw FaultException.badRequest("Registered model name cannot be empty.");
    }
    KeyValues.checkLength("Registered model name", name, 256);
    KeyValues.checkPlain("model name", name);
    if (name.contains("/") || name.contains(":")) {
      throw FaultException.badRequest(
          "Invalid model name: '%s' (expected: no '/' and no ':')".formatted(name));
    }
  }

  Map<String, @Nullable Object> get(String name) {
    return database.read(handle -> one(handle, name));
  }

  Map<String, @Nullable Object> rename(String name, String newName, Because because) {
    checkName(newName);
    return database.write(
        handle -> {
          require(handle, name);
          if (handle
              .createQuery("SELECT 1 FROM registered_models WHERE name = ?")
              .bind(0, newName)
              .mapTo(Integer.class)
              .findOne()
              .isPresent()) {
            throw taken(newName);
          }
          aliases.noteRename(handle, name, newName, because);
          handle.execute(
              "UPDATE registered_models SET name = ?, last_updated_timestamp = ? WHERE name = ?",
              newName,
              time.millis(),
              name);
          return one(handle, newName);
        });
  }

  Map<String, @Nullable Object> describe(String name, String description) {
    return database.write(
        handle -> {
          require(handle, name);
          handle.execute(
              "UPDATE registered_models SET description = ?, last_updated_timestamp = ? WHERE name = ?",
              description,
              time.millis(),
              name);
          return one(handle, name);
        });
  }

  void delete(String name, Because because) {
    database.write(
        handle -> {
          require(handle, name);
          aliases.noteEnd(handle, name, Optional.empty(), because);
          return handle.execute("DELETE FROM registered_models WHERE name = ?", name);
        });
  }

  void setTag(String name, Pair tag) {
    database.write(
        handle -> {
          require(handle, name);
          TAGS.put(handle, List.of(name), List.of(tag), LONGEST_TAG);
          return true;
        });
  }

  void deleteTag(String name, String key) {
    database.write(
        handle -> {
          require(handle, name);
          return TAGS.delete(handle, List.of(name), key);
        });
  }

  Map<String, @Nullable Object> search(Body body) {
    var page = ResultPage.of(body, 100, 1000);
    var search =
        new SearchSql(SEARCH, database.isPostgreSql())
            .filter(body.textOr("filter", ""))
            .orderBy(body.texts("order_by"), "m.name ASC");
    var sql =
        "SELECT m.* FROM registered_models m WHERE 1 = 1"
            + search.conditions()
            + search.order()
            + page.sql();
    return database.read(
        handle -> {
          var found = search.bindTo(handle.createQuery(sql)).map((row, _) -> row(row)).list();
          return page.answer("registered_models", withRest(handle, found));
        });
  }

  static void require(Handle handle, String name) {
    if (handle
        .createQuery("SELECT 1 FROM registered_models WHERE name = ?")
        .bind(0, name)
        .mapTo(Integer.class)
        .findOne()
        .isEmpty()) {
      throw FaultException.notFound("Registered Model with name=%s not found".formatted(name));
    }
  }

  private static Map<String, @Nullable Object> one(Handle handle, String name) {
    require(handle, name);
    var found =
        handle
            .createQuery("SELECT m.* FROM registered_models m WHERE m.name = ?")
            .bind(0, name)
            .map((row, _) -> row(row))
            .list();
    return withRest(handle, found).getFirst();
  }

  private static Map<String, @Nullable Object> row(ResultSet row) throws SQLException {
    return Json.object(
        "name", row.getString("name"),
        "description", row.getString("description"),
        "creation_timestamp", row.getLong("creation_timestamp"),
        "last_updated_timestamp", row.getLong("last_updated_timestamp"));
  }

  private static List<Map<String, @Nullable Object>> withRest(
      Handle handle, List<Map<String, @Nullable Object>> found) {
    var names = found.stream().map(one -> String.valueOf(one.get("name"))).toList();
    var tags = TAGS.of(handle, names);
    var models = new ArrayList<Map<String, @Nullable Object>>();
    for (var one : found) {
      var name = String.valueOf(one.get("name"));
      var full = new LinkedHashMap<>(one);
      full.put("tags", tags.getOrDefault(name, List.of()));
      full.put("latest_versions", Versions.latest(handle, name, List.of()));
      full.put(
          "aliases",
          Aliases.of(handle, name).entrySet().stream()
              .map(
                  entry ->
                      Json.object("alias", entry.getKey(), "version", entry.getValue().toString()))
              .toList());
      models.add(full);
    }
    return models;
  }
}
