package dev.gori.registry;

import dev.gori.base.json.Json;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.time.Time;
import dev.gori.sql.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// The aliases of registered models, and the append-only history of their changes. Each change and
/// its history entry are one transaction, so no change lacks its entry.
final class Aliases {

  /// The user who moved an alias, and the reason.
  record Because(String who, String why) {}

  private final Database database;
  private final Time time;

  Aliases(Database database, Time time) {
    this.database = database;
    this.time = time;
  }

  void set(String name, String alias, int version, Because because) {
    check(alias);
    database.write(
        handle -> {
          Versions.require(handle, name, version);
          var before = current(handle, name, alias);
          handle.execute(
              """
                    INSERT INTO aliases (name, alias, version) VALUES (?, ?, ?)
                    ON CONFLICT (name, alias) DO UPDATE SET version = excluded.version""",
              name,
              alias,
              version);
          if (before.isEmpty() || before.get() != version) {
            note(handle, name, alias, before.orElse(null), version, because);
          }
          return true;
        });
  }

  private static void check(String alias) {
    if (!alias.matches("[\\w-]{1,255}")) {
      throw FaultException.badRequest(
          "Invalid alias name: '%s' (expected: letters, digits, '_' and '-')".formatted(alias));
    }
    if (alias.equalsIgnoreCase("latest") || alias.matches("[vV]\\d+")) {
      throw FaultException.badRequest("'%s' alias name is reserved.".formatted(alias));
    }
  }

  /// Removes an alias; does nothing when there is none with that name.
  void delete(String name, String alias, Because because) {
    database.write(
        handle -> {
          Models.require(handle, name);
          current(handle, name, alias)
              .ifPresent(
                  version -> {
                    handle.execute("DELETE FROM aliases WHERE name = ? AND alias = ?", name, alias);
                    note(handle, name, alias, version, null, because);
                  });
          return true;
        });
  }

  static Optional<Integer> current(Handle handle, String name, String alias) {
    return handle
        .createQuery("SELECT version FROM aliases WHERE name = ? AND alias = ?")
        .bind(0, name)
        .bind(1, alias)
        .mapTo(Integer.class)
        .findOne();
  }

  private void note(
      Handle handle,
      String name,
      String alias,
      @Nullable Integer from,
      @Nullable Integer to,
      Because because) {
    handle.execute(
        "INSERT INTO alias_history (id, name, alias, from_version, to_version, moved_at, who, why) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        Counters.next(handle, "alias_move"),
        name,
        alias,
        from,
        to,
        time.millis(),
        because.who,
        because.why);
  }

  /// Records the removal of all aliases of a model, or of one of its versions, before the caller
  /// deletes it.
  void noteEnd(Handle handle, String name, Optional<Integer> version, Because because) {
    of(handle, name)
        .forEach(
            (alias, at) -> {
              if (version.isEmpty() || version.get().equals(at)) {
                note(handle, name, alias, at, null, because);
              }
            });
  }

  /// Records that a model's aliases moved to its new name.
  void noteRename(Handle handle, String name, String newName, Because because) {
    of(handle, name)
        .forEach(
            (alias, at) -> {
              note(handle, name, alias, at, null, because);
              note(handle, newName, alias, null, at, because);
            });
  }

  /// A model's aliases and their versions, sorted by alias.
  static Map<String, Integer> of(Handle handle, String name) {
    var found = new java.util.TreeMap<String, Integer>();
    handle
        .createQuery("SELECT alias, version FROM aliases WHERE name = ?")
        .bind(0, name)
        .map((row, _) -> found.put(row.getString("alias"), row.getInt("version")))
        .list();
    return found;
  }

  /// The changes of all aliases of a model, or of one alias, oldest first.
  List<Map<String, @Nullable Object>> history(String name, Optional<String> alias) {
    return database.read(
        handle ->
            handle
                .createQuery(
                    "SELECT * FROM alias_history WHERE name = :name AND (:alias = '' OR alias = :alias) ORDER BY id")
                .bind("name", name)
                .bind("alias", alias.orElse(""))
                .map((row, _) -> move(row))
                .list());
  }

  private static Map<String, @Nullable Object> move(ResultSet row) throws SQLException {
    return Json.object(
        "name", row.getString("name"),
        "alias", row.getString("alias"),
        "from", integer(row, "from_version"),
        "to", integer(row, "to_version"),
        "timestamp", row.getLong("moved_at"),
        "who", row.getString("who"),
        "why", row.getString("why"));
  }

  private static @Nullable Integer integer(ResultSet row, String column) throws SQLException {
    int value = row.getInt(column);
    return row.wasNull() ? null : value;
  }

  /// The versions of a model's aliases at a timestamp: `[{"alias", "version"}, …]`.
  List<Map<String, @Nullable Object>> at(String name, Instant moment) {
    return database.read(
        handle -> {
          var then = new ArrayList<Map<String, @Nullable Object>>();
          handle
              .createQuery(
                  """
                    SELECT h.alias, h.to_version FROM alias_history h
                    WHERE h.name = :name AND h.id = (
                        SELECT MAX(x.id) FROM alias_history x WHERE x.name = h.name AND x.alias = h.alias AND x.moved_at <= :at)
                    ORDER BY h.alias""")
              .bind("name", name)
              .bind("at", moment.toEpochMilli())
              .map(
                  (row, _) -> {
                    var version = integer(row, "to_version");
                    return version != null
                        && then.add(
                            Json.object("alias", row.getString("alias"), "version", version));
                  })
              .list();
          return then;
        });
  }
}
