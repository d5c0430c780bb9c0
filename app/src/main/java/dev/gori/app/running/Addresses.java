package dev.gori.app.running;

import dev.gori.base.json.Json;
import dev.gori.kernel.disk.Disk;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// The addresses of a running platform and the paths of its key files, never the keys themselves.
/// The platform writes them to `addresses.json` in the data folder when every role accepts
/// requests.
///
/// @param console empty when this process has none
/// @param environments by name
public record Addresses(
    long process, String console, Map<String, EnvironmentAddresses> environments) {

  /// The base URLs of one environment's roles, embedded or external.
  ///
  /// @param base the base URL of pipelines, delivery and the inbox
  /// @param gateway the same URL, unless the gateway runs in another process
  public record EnvironmentAddresses(
      URI base,
      URI gateway,
      URI registry,
      URI metrics,
      URI logs,
      URI alerts,
      URI store,
      Keys keys) {
    private Map<String, String> json() {
      return Map.of(
          "base", base.toString(),
          "gateway", gateway.toString(),
          "registry", registry.toString(),
          "metrics", metrics.toString(),
          "logs", logs.toString(),
          "alerts", alerts.toString(),
          "store", store.toString(),
          "store_region", keys.region(),
          "store_credentials", keys.store().toString(),
          "registry_token", keys.registry().map(Path::toString).orElse(""));
    }

    private static EnvironmentAddresses read(JsonNode json) {
      return new EnvironmentAddresses(
          uri(json, "base"),
          uri(json, "gateway"),
          uri(json, "registry"),
          uri(json, "metrics"),
          uri(json, "logs"),
          uri(json, "alerts"),
          uri(json, "store"),
          Keys.read(json));
    }

    private static URI uri(JsonNode json, String name) {
      return URI.create(json.path(name).asString(""));
    }
  }

  /// @param store an AWS credentials file
  /// @param region of the store
  /// @param registry a file with the registry's token; empty if it needs none
  public record Keys(Path store, String region, Optional<Path> registry) {
    private static Keys read(JsonNode json) {
      var token = json.path("registry_token").asString("");
      return new Keys(
          Path.of(json.path("store_credentials").asString("")),
          json.path("store_region").asString(""),
          token.isEmpty() ? Optional.empty() : Optional.of(Path.of(token)));
    }
  }

  public Addresses {
    environments = Map.copyOf(environments);
  }

  public void write(Path file) throws IOException {
    var byName = new LinkedHashMap<String, Object>();
    environments.forEach((name, urls) -> byName.put(name, urls.json()));
    Disk.local()
        .writeWhole(
            file,
            Json.write(
                Json.object("process", process, "console", console, "environments", byName)));
  }

  static Addresses read(byte[] content) {
    var json = Json.parse(content);
    var byName = new LinkedHashMap<String, EnvironmentAddresses>();
    for (Map.Entry<String, JsonNode> entry : json.path("environments").properties()) {
      byName.put(entry.getKey(), EnvironmentAddresses.read(entry.getValue()));
    }
    return new Addresses(json.path("process").asLong(0), json.path("console").asString(""), byName);
  }
}
