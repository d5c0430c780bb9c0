package dev.gori.delivery;

import dev.gori.base.json.Json;
import dev.gori.clients.AlertmanagerClient;
import dev.gori.clients.GatewayClient;
import dev.gori.clients.Mlflow;
import dev.gori.clients.MlflowClient;
import dev.gori.clients.PipelinesClient;
import dev.gori.clients.PrometheusClient;
import dev.gori.delivery.controller.ModelRegistry;
import dev.gori.delivery.controller.PromQlSource;
import dev.gori.delivery.controller.ServingGateway;
import dev.gori.delivery.record.AlertRecord;
import dev.gori.delivery.rollout.Measurement;
import dev.gori.delivery.sync.Pipelines;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.life.Closer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// The HTTP clients of the other roles, each behind the port that delivery declares.
final class RoleConnections implements AutoCloseable {

  private static final Duration LOAD = Duration.ofSeconds(60);
  private static final Duration CALL = Duration.ofSeconds(10);
  private static final Duration QUERY = Duration.ofSeconds(5);
  private static final int RUNS_LOOKED_AT = 50;

  private final Closer closer = new Closer();
  private final GatewayClient gatewayClient;
  private final MlflowClient mlflow;
  private final PrometheusClient prometheus;
  private final AlertmanagerClient alertmanager;
  private final PipelinesClient pipelinesClient;

  RoleConnections(RoleUrls urls) {
    this.gatewayClient =
        closer.add("gateway", GatewayClient.open(urls.gateway(), urls.token(), LOAD));
    this.mlflow = closer.add("registry", MlflowClient.open(urls.mlflow(), CALL));
    this.prometheus = new PrometheusClient(urls.prometheus(), tokenOfOwnMetrics(urls), QUERY);
    this.alertmanager =
        closer.add(
            "alerts",
            new AlertmanagerClient(urls.alertmanager(), urls.token().orElse(null), QUERY));
    this.pipelinesClient =
        closer.add("pipelines", PipelinesClient.open(urls.pipelines(), urls.token(), CALL));
  }

  /// Sends the environment's token only to a Prometheus that has the gateway's host and port, not
  /// to an external one.
  private static Optional<String> tokenOfOwnMetrics(RoleUrls urls) {
    return urls.token()
        .filter(_ -> urls.gateway().getAuthority().equals(urls.prometheus().getAuthority()));
  }

  ServingGateway gateway() {
    return new ServingGateway() {
      @Override
      public Serving serving() {
        var models = gatewayClient.models();
        var variants = new HashMap<String, Loaded>();
        models
            .variants()
            .forEach(
                (name, variant) ->
                    variants.put(
                        name,
                        new Loaded(variant.model(), variant.version(), variant.columns().size())));
        return new Serving(variants, models.traffic());
      }

      @Override
      public void reload(String variant, String model, int version, String commit) {
        gatewayClient.reload(
            variant,
            Optional.of(model),
            OptionalInt.of(version),
            commit.isEmpty() ? Optional.empty() : Optional.of(commit));
      }

      @Override
      public Answered probe(String variant, double[][] rows) {
        var answer = gatewayClient.probe(variant, rows);
        return new Answered(answer.model(), answer.version());
      }

      @Override
      public void traffic(Map<String, Object> policy) {
        gatewayClient.setTraffic(policy);
      }
    };
  }

  ModelRegistry registry() {
    return new ModelRegistry() {
      @Override
      public Optional<Version> version(String model, int number) {
        return mlflow
            .modelVersion(model, number)
            .map(
                version ->
                    new Version(
                        number,
                        version.runId(),
                        version.status() == Mlflow.ModelStatus.READY,
                        version.status()
                            + (version.statusMessage().isEmpty()
                                ? ""
                                : ": " + version.statusMessage()),
                        version.tags()));
      }

      @Override
      public OptionalInt alias(String model, String alias) {
        return mlflow
            .modelVersionByAlias(model, alias)
            .map(version -> OptionalInt.of(version.version()))
            .orElse(OptionalInt.empty());
      }

      @Override
      public void pointAlias(String model, String alias, int version, String why) {
        mlflow.setAlias(model, alias, version, new Mlflow.Because("delivery", why));
      }

      @Override
      public void dropAlias(String model, String alias, String why) {
        mlflow.deleteAlias(model, alias, new Mlflow.Because("delivery", why));
      }
    };
  }

  PromQlSource metrics() {
    return this::ask;
  }

  private Measurement ask(String query, Instant at) {
    return switch (prometheus.instant(query, at)) {
      case PrometheusClient.Outcome.Answer answer -> Measurement.of(answer.value());
      case PrometheusClient.Outcome.NoData _ -> new Measurement.NoData();
      case PrometheusClient.Outcome.Failed(var why) -> new Measurement.Failed(why);
    };
  }

  Optional<String> send(List<AlertRecord> alerts) {
    var sent =
        alerts.stream()
            .map(
                alert ->
                    new AlertmanagerClient.Alert(
                        Labels.of(alert.labels()),
                        Labels.of(alert.annotations()),
                        alert.starts(),
                        alert.ends().orElse(null),
                        ""))
            .toList();
    return switch (alertmanager.send(sent)) {
      case AlertmanagerClient.Outcome.Accepted _ -> Optional.empty();
      case AlertmanagerClient.Outcome.Refused(_, var why) -> Optional.of(why);
      case AlertmanagerClient.Outcome.Unavailable(var why) -> Optional.of(why);
    };
  }

  Pipelines pipelines() {
    return (pipeline, commit) ->
        pipelinesClient.runs(pipeline, RUNS_LOOKED_AT).stream()
            .filter(run -> run.commit().equals(commit) && run.trigger().equals("change"))
            .findFirst()
            .orElseGet(
                () -> pipelinesClient.trigger(pipeline, PipelinesClient.Trigger.because(commit)))
            .id();
  }

  /// The runs of a commit, with the field names of the REST API.
  List<Map<String, @Nullable Object>> runsOf(String commit) {
    return pipelinesClient.runsOf(commit, RUNS_LOOKED_AT).stream()
        .map(
            run ->
                Json.object(
                    "id", run.id(),
                    "pipeline", run.pipeline(),
                    "trigger", run.trigger(),
                    "state", run.state(),
                    "logical_time", run.logicalTime().toString()))
        .toList();
  }

  @Override
  public void close() {
    closer.close();
  }
}
