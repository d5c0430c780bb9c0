package dev.gori.console;

import dev.gori.base.json.Json;
import dev.gori.clients.AlertmanagerClient;
import dev.gori.clients.DeliveryClient;
import dev.gori.clients.GatewayClient;
import dev.gori.clients.PipelinesClient;
import dev.gori.http.HttpCalls;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.life.Closer;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// The clients for one environment's roles. They show its token, since its reads may need one; the
/// console only reads.
final class RoleClients implements AutoCloseable {

  private static final Duration DEADLINE = Duration.ofSeconds(2);

  private final BaseUrls urls;
  private final Closer closer = new Closer();
  private final HttpCalls calls = closer.add("calls", HttpCalls.within(DEADLINE));
  private final GatewayClient gateway;
  private final PipelinesClient pipelines;
  private final DeliveryClient delivery;
  private final AlertmanagerClient alerts;

  RoleClients(BaseUrls place) {
    this.urls = place;
    this.gateway = closer.add("gateway", GatewayClient.open(place.base(), place.token(), DEADLINE));
    this.pipelines =
        closer.add("pipelines", PipelinesClient.open(place.base(), place.token(), DEADLINE));
    this.delivery =
        closer.add("delivery", DeliveryClient.open(place.base(), place.token(), DEADLINE));
    this.alerts =
        closer.add(
            "alerts",
            new AlertmanagerClient(
                place.alerts(), place.tokenFor(place.alerts()).orElse(null), DEADLINE));
  }

  BaseUrls urls() {
    return urls;
  }

  GatewayClient.Serving serving() {
    return gateway.models();
  }

  List<PipelinesClient.RunInfo> runs(int most) {
    return pipelines.runs(most).stream().map(run -> pipelines.run(run.id()).orElse(run)).toList();
  }

  JsonNode changes(int most) {
    return delivery.changes(most);
  }

  List<AlertmanagerClient.Known> alerts() {
    return alerts.alerts(List.of());
  }

  /// What the local inbox took, newest first.
  JsonNode inbox(int most) {
    var answer =
        calls.get(
            URI.create(urls.base() + "/api/v1/inbox?limit=" + most),
            urls.token().map(HttpCalls::bearer).orElse(Map.of()));
    if (!answer.isOk()) {
      throw new FaultException(Fault.BACKEND_DOWN, "inbox: status %d".formatted(answer.status()));
    }
    return Json.parse(answer.body());
  }

  @Override
  public void close() {
    closer.close();
  }
}
