package dev.gori.app.running;

import dev.gori.kernel.disk.Disk;
import dev.gori.machinery.json.Json;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// Where a running platform listens. It is written to `addresses.json` in the data folder when everything is ready.
///
/// @param console empty when this process has none
/// @param environments by name
public record Addresses(long process, String console, Map<String, Place> environments) {

    /// Where an environment's parts answer: our own, or the real servers in their place.
    ///
    /// @param base of the environment's own port
    public record Place(URI base, URI registry, URI metrics, URI logs, URI alerts, URI store) {
        private Map<String, String> json() {
            return Map.of(
                    "base", base.toString(),
                    "registry", registry.toString(),
                    "metrics", metrics.toString(),
                    "logs", logs.toString(),
                    "alerts", alerts.toString(),
                    "store", store.toString());
        }

        private static Place read(JsonNode json) {
            return new Place(
                    uri(json, "base"), uri(json, "registry"), uri(json, "metrics"), uri(json, "logs"), uri(json, "alerts"), uri(json, "store"));
        }

        private static URI uri(JsonNode json, String name) {
            return URI.create(json.path(name).asString(""));
        }
    }

    public Addresses {
        environments = Map.copyOf(environments);
    }

    public void write(Path file) throws IOException {
        var places = new LinkedHashMap<String, Object>();
        environments.forEach((name, place) -> places.put(name, place.json()));
        Disk.local().writeWhole(file, Json.write(Json.object("process", process, "console", console, "environments", places)));
    }

    static Addresses read(byte[] content) {
        var json = Json.parse(content);
        var places = new LinkedHashMap<String, Place>();
        for (Map.Entry<String, JsonNode> entry : json.path("environments").properties()) {
            places.put(entry.getKey(), Place.read(entry.getValue()));
        }
        return new Addresses(json.path("process").asLong(0), json.path("console").asString(""), places);
    }
}
