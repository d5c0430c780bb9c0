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

    /// @param base of the environment's port
    /// @param store of its S3
    public record Place(URI base, URI store) {}

    public Addresses {
        environments = Map.copyOf(environments);
    }

    public void write(Path file) throws IOException {
        var places = new LinkedHashMap<String, Object>();
        environments.forEach((name, place) -> places.put(name, Json.object("base", place.base().toString(), "store", place.store().toString())));
        Disk.local().writeWhole(file, Json.write(Json.object("process", process, "console", console, "environments", places)));
    }

    static Addresses read(byte[] content) {
        var json = Json.parse(content);
        var places = new LinkedHashMap<String, Place>();
        for (Map.Entry<String, JsonNode> entry : json.path("environments").properties()) {
            places.put(
                    entry.getKey(),
                    new Place(
                            URI.create(entry.getValue().path("base").asString("")),
                            URI.create(entry.getValue().path("store").asString(""))));
        }
        return new Addresses(json.path("process").asLong(0), json.path("console").asString(""), places);
    }
}
