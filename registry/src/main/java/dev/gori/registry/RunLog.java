package dev.gori.registry;

import dev.gori.base.json.Json;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.time.Time;
import dev.gori.registry.Body.Pair;
import dev.gori.registry.RunMetrics.Metric;
import dev.gori.sql.Database;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// The data that runs log: immutable parameters, metrics, tags, and the datasets and models that
/// are their inputs and outputs.
///
/// A batch is one transaction: it is stored completely or not at all.
final class RunLog {

  static final int LONGEST_TAG = 8000;
  private static final int LONGEST_PARAM = 6000;
  private static final int MOST_PAIRS = 100;
  private static final int MOST_ENTRIES = 1000;
  static final KeyValues TAGS = new KeyValues("tags", "run_id");
  private static final KeyValues PARAMS = new KeyValues("params", "run_id");

  private final Database database;
  private final Time time;

  RunLog(Database database, Time time) {
    this.database = database;
    this.time = time;
  }

  void batch(Body body) {
    var params = body.pairs("params");
    var tags = body.pairs("tags");
    long now = time.millis();
    var metrics = body.objects("metrics").stream().map(metric -> Metric.of(metric, now)).toList();
    expectAtMost("params", params.size(), MOST_PAIRS);
    expectAtMost("tags", tags.size(), MOST_PAIRS);
    expectAtMost("metrics", metrics.size(), MOST_ENTRIES);
    expectAtMost(
        "params, tags and metrics together",
        params.size() + tags.size() + metrics.size(),
        MOST_ENTRIES);
    log(body.runId(), params, metrics, tags);
  }

  private static void expectAtMost(String what, int count, int most) {
    if (count > most) {
      throw FaultException.badRequest(
          "A batch logging request can contain at most %d %s. Got %d. Please split up %s across multiple requests and try again."
              .formatted(most, what, count, what));
    }
  }

  void metric(Body body) {
    log(body.runId(), List.of(), List.of(Metric.of(body, time.millis())), List.of());
  }

  void param(Body body) {
    log(body.runId(), List.of(body.pair()), List.of(), List.of());
  }

  void tag(Body body) {
    log(body.runId(), List.of(), List.of(), List.of(body.pair()));
  }

  private void log(String runId, List<Pair> params, List<Metric> metrics, List<Pair> tags) {
    database.write(
        handle -> {
          Runs.require(handle, runId, "active");
          putParams(handle, runId, params);
          RunMetrics.put(handle, runId, metrics);
          TAGS.put(handle, List.of(runId), tags, LONGEST_TAG);
          for (var tag : tags) {
            if (tag.key().equals(Runs.NAME_TAG)) {
              handle.execute("UPDATE runs SET name = ? WHERE run_id = ?", tag.value(), runId);
            }
          }
          return true;
        });
  }

  private static void putParams(Handle handle, String runId, List<Pair> params) {
    if (params.isEmpty()) {
      return;
    }
    var batch =
        handle.prepareBatch(
            "INSERT INTO params (run_id, key, value) VALUES (?, ?, ?) ON CONFLICT DO NOTHING");
    for (var param : params) {
      KeyValues.checkKey(param.key());
      KeyValues.checkLength("Param value of '" + param.key() + "'", param.value(), LONGEST_PARAM);
      batch.add(runId, param.key(), param.value());
    }
    batch.execute();
    var kept = new HashMap<String, String>();
    handle
        .createQuery("SELECT key, value FROM params WHERE run_id = ?")
        .bind(0, runId)
        .map(
            (row, _) -> {
              kept.put(row.getString("key"), row.getString("value"));
              return true;
            })
        .list();
    for (var param : params) {
      if (!param.value().equals(kept.get(param.key()))) {
        throw FaultException.badRequest(
            "Changing param values is not allowed. Param with key='%s' was already logged with value='%s' for run ID='%s'. Attempted logging new value '%s'."
                .formatted(param.key(), kept.get(param.key()), runId, param.value()));
      }
    }
  }

  void deleteTag(String runId, String key) {
    database.write(
        handle -> {
          Runs.require(handle, runId, "active");
          if (!TAGS.delete(handle, List.of(runId), key)) {
            throw FaultException.notFound(
                "No tag with name: %s in run with id %s".formatted(key, runId));
          }
          return true;
        });
  }

  void inputs(Body body) {
    var runId = body.runId();
    database.write(
        handle -> {
          Runs.require(handle, runId, "active");
          for (var input : body.objects("datasets")) {
            var dataset = input.object("dataset");
            handle.execute(
                "INSERT INTO run_datasets (run_id, name, digest, body) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                runId,
                dataset.required("name"),
                dataset.required("digest"),
                input.json());
          }
          body.objects("models").forEach(model -> putModel(handle, runId, "input", model));
          return true;
        });
  }

  void outputs(Body body) {
    var runId = body.runId();
    database.write(
        handle -> {
          Runs.require(handle, runId, "active");
          body.objects("models").forEach(model -> putModel(handle, runId, "output", model));
          return true;
        });
  }

  private static void putModel(Handle handle, String runId, String direction, Body model) {
    handle.execute(
        "INSERT INTO run_models (run_id, direction, model_id, step) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        runId,
        direction,
        model.required("model_id"),
        model.integerOr("step", 0));
  }

  /// Runs as MLflow returns them: `{"info", "data": {"params", "metrics", "tags"}, "inputs",
  /// "outputs"}`. Queries each table once for all runs.
  static List<Map<String, @Nullable Object>> withData(
      Handle handle, List<Map<String, @Nullable Object>> infos) {
    var ids = infos.stream().map(info -> String.valueOf(info.get("run_id"))).toList();
    var params = PARAMS.of(handle, ids);
    var tags = TAGS.of(handle, ids);
    var metrics = RunMetrics.latest(handle, ids);
    var datasets = datasets(handle, ids);
    var inputs = models(handle, ids, "input");
    var outputs = models(handle, ids, "output");
    var runs = new ArrayList<Map<String, @Nullable Object>>();
    for (var info : infos) {
      var id = String.valueOf(info.get("run_id"));
      var data = new LinkedHashMap<String, @Nullable Object>();
      data.put("metrics", metrics.getOrDefault(id, List.of()));
      data.put("params", params.getOrDefault(id, List.of()));
      data.put("tags", tags.getOrDefault(id, List.of()));
      runs.add(
          Json.object(
              "info",
              info,
              "data",
              data,
              "inputs",
              Json.object(
                  "dataset_inputs",
                  datasets.getOrDefault(id, List.of()),
                  "model_inputs",
                  inputs.getOrDefault(id, List.of())),
              "outputs",
              Json.object("model_outputs", outputs.getOrDefault(id, List.of()))));
    }
    return runs;
  }

  private static Map<String, List<Object>> datasets(Handle handle, Collection<String> ids) {
    var found = new HashMap<String, List<Object>>();
    if (!ids.isEmpty()) {
      handle
          .createQuery(
              "SELECT run_id, body FROM run_datasets WHERE run_id IN (<ids>) ORDER BY name, digest")
          .bindList("ids", List.copyOf(ids))
          .map(
              (row, _) ->
                  found
                      .computeIfAbsent(row.getString("run_id"), _ -> new ArrayList<>())
                      .add(Json.parse(row.getString("body"))))
          .list();
    }
    return found;
  }

  private static Map<String, List<Object>> models(
      Handle handle, Collection<String> ids, String direction) {
    var found = new HashMap<String, List<Object>>();
    if (!ids.isEmpty()) {
      handle
          .createQuery(
              "SELECT * FROM run_models WHERE direction = :direction AND run_id IN (<ids>) ORDER BY step, model_id")
          .bind("direction", direction)
          .bindList("ids", List.copyOf(ids))
          .map(
              (row, _) ->
                  found
                      .computeIfAbsent(row.getString("run_id"), _ -> new ArrayList<>())
                      .add(
                          direction.equals("input")
                              ? Json.object("model_id", row.getString("model_id"))
                              : Json.object(
                                  "model_id",
                                  row.getString("model_id"),
                                  "step",
                                  row.getLong("step"))))
          .list();
    }
    return found;
  }
}
