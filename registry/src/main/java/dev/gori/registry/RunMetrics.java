package dev.gori.registry;

import dev.gori.base.json.Json;
import dev.gori.kernel.fault.FaultException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// The values of metrics: every logged value, and separately the latest of each run and key, which
/// searches use.
final class RunMetrics {

  /// One value. The database stores infinity as the largest double, as MLflow does, and NaN as a
  /// flag.
  record Metric(
      String key,
      double value,
      long timestamp,
      long step,
      String modelId,
      String datasetName,
      String datasetDigest) {

    static Metric of(Body body, long now) {
      var key = body.required("key");
      KeyValues.checkKey(key);
      long timestamp = body.integerOr("timestamp", now);
      if (timestamp < 0) {
        throw FaultException.badRequest(
            "Got invalid timestamp %d for metric '%s' (expected: 0 or more)"
                .formatted(timestamp, key));
      }
      return new Metric(
          key,
          Math.clamp(body.number("value"), -Double.MAX_VALUE, Double.MAX_VALUE),
          timestamp,
          body.integerOr("step", 0),
          body.textOr("model_id", ""),
          body.textOr("dataset_name", ""),
          body.textOr("dataset_digest", ""));
    }

    boolean newerThan(Metric other) {
      return step != other.step
          ? step > other.step
          : timestamp != other.timestamp
              ? timestamp > other.timestamp
              : Double.compare(value, other.value) >= 0;
    }

    double stored() {
      return Double.isNaN(value) ? 0 : value;
    }

    int nan() {
      return Double.isNaN(value) ? 1 : 0;
    }
  }

  private RunMetrics() {}

  static void put(Handle handle, String runId, List<Metric> metrics) {
    if (metrics.isEmpty()) {
      return;
    }
    var all =
        handle.prepareBatch(
            """
                INSERT INTO metrics (run_id, key, step, timestamp, value, is_nan) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING""");
    var newest = new LinkedHashMap<String, Metric>();
    for (var metric : metrics) {
      all.add(runId, metric.key, metric.step, metric.timestamp, metric.stored(), metric.nan());
      newest.merge(metric.key, metric, (old, next) -> next.newerThan(old) ? next : old);
    }
    all.execute();
    putLatest(handle, runId, newest.values());
    putOfModels(
        handle, runId, metrics.stream().filter(metric -> !metric.modelId.isEmpty()).toList());
  }

  private static void putOfModels(Handle handle, String runId, List<Metric> metrics) {
    if (metrics.isEmpty()) {
      return;
    }
    var batch =
        handle.prepareBatch(
            """
                INSERT INTO logged_model_metrics (model_id, key, step, timestamp, value, is_nan, run_id, dataset_name, dataset_digest)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING""");
    for (var metric : metrics) {
      LoggedModels.artifactUri(handle, metric.modelId);
      batch.add(
          metric.modelId,
          metric.key,
          metric.step,
          metric.timestamp,
          metric.stored(),
          metric.nan(),
          runId,
          metric.datasetName,
          metric.datasetDigest);
    }
    batch.execute();
  }

  private static void putLatest(Handle handle, String runId, Collection<Metric> newest) {
    var latest =
        handle.prepareBatch(
            """
                INSERT INTO latest_metrics (run_id, key, step, timestamp, value, is_nan) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (run_id, key) DO UPDATE
                SET step = excluded.step, timestamp = excluded.timestamp, value = excluded.value, is_nan = excluded.is_nan
                WHERE excluded.step > latest_metrics.step
                   OR (excluded.step = latest_metrics.step AND excluded.timestamp > latest_metrics.timestamp)
                   OR (excluded.step = latest_metrics.step AND excluded.timestamp = latest_metrics.timestamp
                       AND excluded.value >= latest_metrics.value)""");
    newest.forEach(
        metric ->
            latest.add(
                runId, metric.key, metric.step, metric.timestamp, metric.stored(), metric.nan()));
    latest.execute();
  }

  /// The latest value of each metric, by run.
  static Map<String, List<Object>> latest(Handle handle, Collection<String> runIds) {
    var found = new HashMap<String, List<Object>>();
    if (!runIds.isEmpty()) {
      handle
          .createQuery("SELECT * FROM latest_metrics WHERE run_id IN (<ids>) ORDER BY key")
          .bindList("ids", List.copyOf(runIds))
          .map(
              (row, _) ->
                  found
                      .computeIfAbsent(row.getString("run_id"), _ -> new ArrayList<>())
                      .add(json(row)))
          .list();
    }
    return found;
  }

  /// Every value of a run's metric, ordered by timestamp, step and value.
  static List<Map<String, @Nullable Object>> history(
      Handle handle, String runId, String key, ResultPage page) {
    return handle
        .createQuery(
            "SELECT * FROM metrics WHERE run_id = :run AND key = :key ORDER BY timestamp, step, value"
                + page.sql())
        .bind("run", runId)
        .bind("key", key)
        .map((row, _) -> json(row))
        .list();
  }

  /// All metric values of logged models, by model, ordered by key, step and timestamp.
  static Map<String, List<Object>> ofModels(Handle handle, Collection<String> modelIds) {
    var found = new HashMap<String, List<Object>>();
    if (!modelIds.isEmpty()) {
      handle
          .createQuery(
              "SELECT * FROM logged_model_metrics WHERE model_id IN (<ids>) ORDER BY key, step, timestamp")
          .bindList("ids", List.copyOf(modelIds))
          .map(
              (row, _) -> {
                var json = new LinkedHashMap<>(json(row));
                json.put("model_id", row.getString("model_id"));
                json.put("run_id", row.getString("run_id"));
                return found
                    .computeIfAbsent(row.getString("model_id"), _ -> new ArrayList<>())
                    .add(json);
              })
          .list();
    }
    return found;
  }

  private static Map<String, @Nullable Object> json(ResultSet row) throws SQLException {
    return Json.object(
        "key", row.getString("key"),
        "value", row.getInt("is_nan") == 1 ? "NaN" : (Object) row.getDouble("value"),
        "timestamp", row.getLong("timestamp"),
        "step", row.getLong("step"));
  }
}
