package dev.gori.registry;

import dev.gori.kernel.fault.FaultException;
import dev.gori.registry.Filter.Clause;
import dev.gori.registry.Filter.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/// Turns a filter and an order into SQL conditions with bound values; the SQL never contains text
/// of the caller.
final class SearchSql {

  /// Clients add `!= 'true'` for this tag to every search of models, and expect it to match models
  /// without the tag too; for any other tag, the comparison requires the tag.
  private static final String PROMPT = "mlflow.prompt.is_prompt";

  private static final int LONGEST_FILTER = 100_000;
  private static final int MOST_CLAUSES = 100;
  private static final int MOST_VALUES = 1_000;
  private static final int MOST_ORDERS = 20;

  /// The maximum number of wildcards in a pattern: their costs multiply.
  private static final int MOST_WILDCARDS = 20;

  /// The SQL of a searchable attribute.
  record Column(String sql, boolean numeric) {}

  /// A table of keys and values that belong to the searched entity. The condition `join` connects
  /// its rows, as `x`, with the entity.
  record PairTable(String table, String join, boolean numeric) {}

  /// What a search can filter: the entity's columns, and the tables of its metrics, parameters and
  /// tags.
  record Target(Map<String, Column> columns, Map<String, PairTable> pairs) {}

  private final Target target;
  private final boolean postgreSql;
  private final List<String> conditions = new ArrayList<>();
  private final List<String> order = new ArrayList<>();
  private final Map<String, Object> values = new LinkedHashMap<>();

  SearchSql(Target target, boolean postgreSql) {
    this.target = target;
    this.postgreSql = postgreSql;
  }

  SearchSql filter(String text) {
    KeyValues.checkLength("Filter", text, LONGEST_FILTER);
    var clauses = Filter.parse(text).clauses();
    expectAtMost("filter", "comparisons", clauses.size(), MOST_CLAUSES);
    expectAtMost(
        "filter",
        "values",
        clauses.stream().mapToInt(clause -> clause.values().size()).sum(),
        MOST_VALUES);
    clauses.forEach(this::add);
    return this;
  }

  /// Limits the filter here, because a database rejects too large a statement only after long work.
  private static void expectAtMost(String parameter, String what, int count, int most) {
    if (count > most) {
      throw FaultException.badRequest(
          "Invalid value for parameter '%s' supplied: %d %s (expected: at most %d)"
              .formatted(parameter, count, what, most));
    }
  }

  private void add(Clause clause) {
    var pairs = clause.entity().isEmpty() ? null : pairs(clause.entity());
    if (pairs == null) {
      var column = column(clause.key());
      if (clause.comparator().endsWith("NULL")) {
        conditions.add(column.sql + " " + clause.comparator());
      } else {
        conditions.add(comparison(column.sql, clause, column.numeric));
      }
      return;
    }
    var key = bind(clause.key());
    var here = "SELECT 1 FROM %s x WHERE %s AND x.key = %s".formatted(pairs.table, pairs.join, key);
    if (clause.comparator().equals("!=") && clause.key().equals(PROMPT)) {
      conditions.add("NOT EXISTS (%s AND %s)".formatted(here, equal(clause)));
      return;
    }
    conditions.add(
        switch (clause.comparator()) {
          case "IS NULL" -> "NOT EXISTS (" + here + ")";
          case "IS NOT NULL" -> "EXISTS (" + here + ")";
          default ->
              "EXISTS (%s%s AND %s)"
                  .formatted(
                      here,
                      pairs.numeric ? " AND x.is_nan = 0" : "",
                      comparison("x.value", clause, pairs.numeric));
        });
  }

  private String equal(Clause clause) {
    return comparison(
        "x.value", new Clause(clause.entity(), clause.key(), "=", clause.values()), false);
  }

  private String comparison(String left, Clause clause, boolean numeric) {
    var comparator = clause.comparator();
    boolean ordering = comparator.startsWith("<") || comparator.startsWith(">");
    boolean ofTexts = comparator.endsWith("LIKE");
    if (numeric ? ofTexts : ordering) {
      throw FaultException.badRequest(
          "Invalid comparator '%s' for '%s' (expected: %s)"
              .formatted(
                  comparator,
                  clause.key(),
                  numeric ? "= != > >= < <= IN" : "= != LIKE ILIKE IN 'NOT IN'"));
    }
    var right = clause.values().stream().map(value -> bind(value(clause, value, numeric))).toList();
    if (ofTexts && clause.values().getFirst() instanceof Value.Text(String pattern)) {
      expectAtMost(
          "filter",
          "wildcards in one pattern",
          (int) pattern.chars().filter(c -> c == '%').count(),
          MOST_WILDCARDS);
    }
    return switch (comparator) {
      case "IN", "NOT IN" -> "%s %s (%s)".formatted(left, comparator, String.join(", ", right));
      case "ILIKE" -> "LOWER(%s) LIKE LOWER(%s)".formatted(left, right.getFirst());
      case "LIKE" -> like(left, clause);
      default -> "%s %s %s".formatted(left, comparator, right.getFirst());
    };
  }

  /// Uses GLOB on SQLite, whose LIKE ignores case.
  private String like(String left, Clause clause) {
    var pattern = ((Value.Text) clause.values().getFirst()).text();
    if (postgreSql) {
      return "%s LIKE %s".formatted(left, bind(pattern));
    }
    var glob =
        pattern
            .replace("[", "[[]")
            .replace("*", "[*]")
            .replace("?", "[?]")
            .replace('%', '*')
            .replace('_', '?');
    return "%s GLOB %s".formatted(left, bind(glob));
  }

  private static Object value(Clause clause, Value value, boolean numeric) {
    return switch (value) {
      case Value.Number(double number) when numeric -> number;
      case Value.Text(String text) when !numeric -> text;
      case Value.Number(double number) ->
          throw FaultException.badRequest(
              "Invalid value %s for '%s' (expected: a text in quotes)"
                  .formatted(number, clause.key()));
      case Value.Text(String text) ->
          throw FaultException.badRequest(
              "Invalid value '%s' for '%s' (expected: a number)".formatted(text, clause.key()));
    };
  }

  /// @param orders such as `metrics.accuracy DESC`
  /// @param last the SQL order of equal items
  SearchSql orderBy(List<String> orders, String last) {
    expectAtMost("order_by", "columns", orders.size(), MOST_ORDERS);
    orders.stream().filter(text -> !text.isBlank()).forEach(this::addOrder);
    order.add(last);
    return this;
  }

  private void addOrder(String text) {
    var trimmed = text.strip();
    boolean down = trimmed.toUpperCase(Locale.ROOT).endsWith(" DESC");
    boolean up = trimmed.toUpperCase(Locale.ROOT).endsWith(" ASC");
    var what =
        (down
                ? trimmed.substring(0, trimmed.length() - 5)
                : up ? trimmed.substring(0, trimmed.length() - 4) : trimmed)
            .strip();
    var clause = Filter.parse(what + " IS NULL").clauses().getFirst();
    var pairs = clause.entity().isEmpty() ? null : pairs(clause.entity());
    var expression =
        pairs == null
            ? column(clause.key()).sql
            : "(SELECT %s FROM %s x WHERE %s AND x.key = %s)"
                .formatted(
                    pairs.numeric ? "CASE WHEN x.is_nan = 1 THEN NULL ELSE x.value END" : "x.value",
                    pairs.table,
                    pairs.join,
                    bind(clause.key()));
    order.add("(%s) IS NULL, %s%s".formatted(expression, expression, down ? " DESC" : " ASC"));
  }

  private @Nullable PairTable pairs(String entity) {
    var canonical =
        switch (entity) {
          case "metric", "metrics" -> "metrics";
          case "param", "params", "parameter", "parameters" -> "params";
          case "tag", "tags" -> "tags";
          default -> "attributes";
        };
    if (canonical.equals("attributes")) {
      return null;
    }
    var pairs = target.pairs.get(canonical);
    if (pairs == null) {
      throw FaultException.badRequest(
          "Invalid entity type '%s' (expected: one of %s)"
              .formatted(entity, target.pairs.keySet().stream().sorted().toList()));
    }
    return pairs;
  }

  private Column column(String key) {
    var column = target.columns.get(key);
    if (column == null) {
      throw FaultException.badRequest(
          "Invalid attribute key '%s' specified (expected: one of %s)"
              .formatted(
                  key,
                  target.columns.keySet().stream().sorted().collect(Collectors.joining(", "))));
    }
    return column;
  }

  private String bind(Object value) {
    var name = "s" + values.size();
    values.put(name, value);
    return ":" + name;
  }

  /// The conditions as SQL, each after ` AND `.
  String conditions() {
    return conditions.stream().map(condition -> " AND " + condition).collect(Collectors.joining());
  }

  /// The order as SQL, starting with ` ORDER BY `.
  String order() {
    return " ORDER BY " + String.join(", ", order);
  }

  <S extends SqlStatement<S>> S bindTo(S statement) {
    return statement.bindMap(values);
  }
}
