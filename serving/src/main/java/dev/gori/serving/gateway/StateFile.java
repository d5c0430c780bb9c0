package dev.gori.serving.gateway;

import dev.gori.base.json.Json;
import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The file with the variants' versions and the traffic policy. The gateway writes it atomically
/// before it changes the state in memory, and restores from it after a crash.
final class StateFile {

  /// A variant's model.
  ///
  /// @param previous the previous version, which stays on disk for a rollback; 0 if there was none
  record Bound(String model, int version, String commit, int previous) {}

  /// @param traffic as `PUT /traffic` takes it; null before it was first set
  record State(Map<String, Bound> variants, @Nullable JsonNode traffic) {
    State {
      variants = Map.copyOf(variants);
    }

    State with(String variant, Bound bound) {
      var all = new TreeMap<>(variants);
      all.put(variant, bound);
      return new State(all, traffic);
    }

    State without(String variant) {
      var all = new TreeMap<>(variants);
      all.remove(variant);
      return new State(all, traffic);
    }

    State with(JsonNode newTraffic) {
      return new State(variants, newTraffic);
    }
  }

  private final Disk disk;
  private final Path file;

  StateFile(Disk disk, Path file) {
    this.disk = disk;
    this.file = file;
  }

  /// @throws FaultException BROKEN_INVARIANT when the file exists but is damaged: starting without
  ///   a state would hide the damage
  State read() throws IOException {
    if (!disk.exists(file)) {
      return new State(Map.of(), null);
    }
    var json = json(disk.readWhole(file));
    var variants = new TreeMap<String, Bound>();
    for (var entry : json.path("variants").properties()) {
      var node = entry.getValue();
      var bound =
          new Bound(
              node.path("model").asString(""),
              node.path("version").asInt(0),
              node.path("commit").asString(""),
              node.path("previous").asInt(0));
      if (bound.model().isEmpty() || bound.version() < 1) {
        throw damaged("variant '%s' has no model and version".formatted(entry.getKey()));
      }
      variants.put(entry.getKey(), bound);
    }
    return new State(variants, json.has("traffic") ? json.path("traffic") : null);
  }

  private JsonNode json(byte[] content) {
    try {
      var json = Json.parse(content);
      if (json.path("variants").isObject()) {
        return json;
      }
    } catch (FaultException e) {
      throw damaged("%d bytes, %s".formatted(content.length, e.reason()));
    }
    throw damaged("%d bytes without 'variants'".formatted(content.length));
  }

  private FaultException damaged(String what) {
    return new FaultException(
        Fault.BROKEN_INVARIANT,
        "%s: %s (expected: what the gateway wrote, which variants serve which versions); restore the file, or delete it: delivery then loads what Git declares"
            .formatted(file, what));
  }

  boolean isThere() {
    return disk.exists(file);
  }

  void write(State state) throws IOException {
    var variants = new TreeMap<String, Object>();
    state
        .variants()
        .forEach(
            (name, bound) ->
                variants.put(
                    name,
                    Json.object(
                        "model",
                        bound.model(),
                        "version",
                        bound.version(),
                        "commit",
                        bound.commit(),
                        "previous",
                        bound.previous())));
    var json = Json.object("variants", variants);
    if (state.traffic() != null) {
      json.put("traffic", state.traffic());
    }
    disk.writeWhole(file, Json.write(json));
  }

  /// The file's path.
  @Override
  public String toString() {
    return file.toString();
  }
}
