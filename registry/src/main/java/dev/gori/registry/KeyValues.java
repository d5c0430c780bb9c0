package dev.gori.registry;

import dev.gori.base.json.Json;
import dev.gori.kernel.fault.FaultException;
import dev.gori.registry.Body.Pair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/// A table of keys and values that have an owner, such as tags and parameters.
///
/// @param owner the columns that identify the owner, separated by `, `
record KeyValues(String table, String owner) {

  private static final int LONGEST_KEY = 250;

  /// Sets values, and replaces those that have the same keys.
  void put(Handle handle, List<?> ownerIds, List<Pair> pairs, int longestValue) {
    var columns = owner.split(", ");
    var marks = ", ?".repeat(columns.length).substring(2);
    var sql =
        "INSERT INTO %s (%s, key, value) VALUES (%s, ?, ?) ON CONFLICT (%s, key) DO UPDATE SET value = excluded.value"
            .formatted(table, owner, marks, owner);
    for (var pair : pairs) {
      checkKey(pair.key());
      checkLength("Value of '" + pair.key() + "'", pair.value(), longestValue);
      var values = new ArrayList<Object>(ownerIds);
      values.add(pair.key());
      values.add(pair.value());
      handle.execute(sql, values.toArray());
    }
  }

  /// @return whether the key existed
  boolean delete(Handle handle, List<?> ownerIds, String key) {
    var where = owner.replace(", ", " = ? AND ") + " = ? AND key = ?";
    var values = new ArrayList<Object>(ownerIds);
    values.add(key);
    return handle.execute("DELETE FROM %s WHERE %s".formatted(table, where), values.toArray()) > 0;
  }

  /// `[{"key", "value"}, …]` by owner, without the owners that have none. Requires a single owner
  /// column.
  <K> Map<K, List<Object>> of(Handle handle, Collection<K> ids) {
    var found = new HashMap<K, List<Object>>();
    if (ids.isEmpty()) {
      return found;
    }
    @SuppressWarnings("unchecked")
    var kind = (Class<K>) ids.iterator().next().getClass();
    handle
        .createQuery(
            "SELECT %s AS id, key, value FROM %s WHERE %s IN (<ids>) ORDER BY key"
                .formatted(owner, table, owner))
        .bindList("ids", List.copyOf(ids))
        .map(
            (row, _) -> {
              var id =
                  kind.cast(kind == Long.class ? (Object) row.getLong("id") : row.getString("id"));
              found
                  .computeIfAbsent(id, _ -> new ArrayList<>())
                  .add(Json.object("key", row.getString("key"), "value", row.getString("value")));
              return true;
            })
        .list();
    return found;
  }

  static void checkKey(String key) {
    checkLength("Key", key, LONGEST_KEY);
    boolean legal =
        key.chars().allMatch(c -> Character.isLetterOrDigit(c) || "_-./ :".indexOf(c) >= 0);
    if (!legal || !isOnePath(key)) {
      throw FaultException.badRequest(
          "Invalid name '%s' (expected: letters, digits, '_', '-', '.', ' ', ':' and '/')"
              .formatted(key));
    }
  }

  /// Rejects line ends and other control characters, because logs, pages and paths contain the
  /// name.
  static void checkPlain(String what, String name) {
    if (name.chars().anyMatch(Character::isISOControl)) {
      throw FaultException.badRequest(
          "Invalid %s: '%s' (expected: no control characters)"
              .formatted(
                  what,
                  name.codePoints()
                      .mapToObj(
                          c ->
                              Character.isISOControl(c)
                                  ? "\\u%04x".formatted(c)
                                  : Character.toString(c))
                      .collect(Collectors.joining())));
    }
  }

  /// Whether the key is a normalized relative path.
  private static boolean isOnePath(String key) {
    return !key.startsWith("..")
        && Arrays.stream(key.split("/", -1))
            .noneMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."));
  }

  static void checkLength(String what, String value, int longest) {
    if (value.length() > longest) {
      throw FaultException.badRequest(
          "%s exceeds the maximum length of %d characters: it has %d"
              .formatted(what, longest, value.length()));
    }
  }
}
