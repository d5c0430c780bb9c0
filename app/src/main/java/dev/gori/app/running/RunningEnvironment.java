package dev.gori.app.running;

import dev.gori.base.conf.SecretFile;
import dev.gori.base.json.Json;
import dev.gori.clients.AlertmanagerClient;
import dev.gori.clients.DeliveryClient;
import dev.gori.clients.GatewayClient;
import dev.gori.clients.LokiClient;
import dev.gori.clients.MlflowAccess;
import dev.gori.clients.MlflowClient;
import dev.gori.clients.PipelinesClient;
import dev.gori.clients.PrometheusClient;
import dev.gori.clients.s3.ObjectStoreClient;
import dev.gori.clients.s3.S3Access;
import dev.gori.http.ClientResponse;
import dev.gori.http.HttpCalls;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.life.Closer;
import dev.gori.kernel.time.Time;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// One environment of a running platform, with its token and keys, which it reads from the
/// environment's folder.
public final class RunningEnvironment implements AutoCloseable {

  private static final Duration DEADLINE = Duration.ofSeconds(15);

  private final String name;
  private final Addresses.EnvironmentAddresses addresses;
  private final Path folder;
  private final String token;
  private final MlflowAccess tracking;
  private final S3Access storeAccess;
  private final Time time;
  private final Closer closer = new Closer();
  private final HttpCalls calls;
  private final GatewayClient gateway;
  private final PipelinesClient pipelines;
  private final DeliveryClient delivery;
  private final AlertmanagerClient alerts;
  private final PrometheusClient metrics;
  private final LokiClient logs;

  private RunningEnvironment(
      String name,
      Addresses.EnvironmentAddresses addresses,
      Path folder,
      String token,
      Optional<String> registryToken,
      S3Access storeAccess,
      Time time) {
    this.time = time;
    this.storeAccess = storeAccess;
    this.tracking = new MlflowAccess(addresses.registry(), registryToken, Optional.of(storeAccess));
    this.name = name;
    this.addresses = addresses;
    this.folder = folder;
    this.token = token;
    var mine = Optional.of(token);
    this.calls = closer.add("calls", HttpCalls.within(DEADLINE));
    this.gateway = closer.add("gateway", GatewayClient.open(addresses.gateway(), mine, DEADLINE));
    this.pipelines =
        closer.add("pipelines", PipelinesClient.open(addresses.base(), mine, DEADLINE));
    this.delivery = closer.add("delivery", DeliveryClient.open(addresses.base(), mine, DEADLINE));
    this.alerts = closer.add("alerts", new AlertmanagerClient(addresses.alerts(), token, DEADLINE));
    this.logs = closer.add("logs", new LokiClient(addresses.logs(), token, DEADLINE));
    boolean isOwn = addresses.metrics().getAuthority().equals(addresses.base().getAuthority());
    this.metrics =
        new PrometheusClient(addresses.metrics(), isOwn ? mine : Optional.empty(), DEADLINE);
  }

  static RunningEnvironment open(
      String name, Addresses.EnvironmentAddresses addresses, Path folder, Time time)
      throws IOException {
    var keys = addresses.keys();
    Optional<String> registryToken =
        keys.registry().isPresent()
            ? Optional.of(SecretFile.given(keys.registry().get()))
            : Optional.empty();
    var storeAccess = S3Access.read(addresses.store(), keys.region(), keys.store());
    return new RunningEnvironment(
        name,
        addresses,
        folder,
        SecretFile.own(folder.resolve("token")),
        registryToken,
        storeAccess,
        time);
  }

  public String name() {
    return name;
  }

  public Path folder() {
    return folder;
  }

  public String token() {
    return token;
  }

  public Instant now() {
    return time.now();
  }

  public URI base() {
    return addresses.base();
  }

  public URI at(String path) {
    return URI.create(addresses.base() + path);
  }

  public GatewayClient gateway() {
    return gateway;
  }

  public PipelinesClient pipelines() {
    return pipelines;
  }

  public DeliveryClient delivery() {
    return delivery;
  }

  public AlertmanagerClient alerts() {
    return alerts;
  }

  public PrometheusClient metrics() {
    return metrics;
  }

  public LokiClient logs() {
    return logs;
  }

  /// A client of the registry; the caller closes it.
  public MlflowClient registry() {
    return MlflowClient.open(tracking, DEADLINE);
  }

  /// A client of the store; the caller closes it.
  public ObjectStoreClient store() {
    return ObjectStoreClient.open(storeAccess);
  }

  /// Sends a GET request, for paths that no client covers.
  public ClientResponse get(String path) {
    return calls.get(at(path), HttpCalls.bearer(token));
  }

  /// @throws FaultException BACKEND_DOWN when the response status is not a success
  public JsonNode json(String path) {
    var answer = get(path);
    if (!answer.isOk()) {
      throw new FaultException(
          Fault.BACKEND_DOWN,
          "GET %s: status %d: %s".formatted(path, answer.status(), answer.text()));
    }
    return Json.parse(answer.body());
  }

  public ClientResponse send(String method, String path, Map<String, ?> body) {
    return calls.call(
        method, at(path), "application/json", Json.write(body), HttpCalls.bearer(token));
  }

  @Override
  public void close() {
    closer.close();
  }
}
