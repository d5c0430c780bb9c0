package dev.gori.app;

import dev.gori.base.conf.Conf;
import dev.gori.base.conf.Problems;
import dev.gori.base.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/// The OpenAPI document of an environment's REST API, merged from the roles' parts.
final class OpenApi {

  private static final List<String> PARTS = List.of("pipelines", "delivery");

  private OpenApi() {}

  /// @throws IllegalStateException when a part is not on the class path, or is invalid YAML
  static String yaml() {
    var whole = new LinkedHashMap<String, @Nullable Object>();
    whole.put("openapi", "3.1.0");
    whole.put(
        "info",
        Json.object(
            "title",
            "Gori",
            "version",
            "0.1.0",
            "description",
            "Pipelines and delivery of one environment."));
    PARTS.forEach(part -> merge(whole, read(part)));
    return new Dump(DumpSettings.builder().setDefaultFlowStyle(FlowStyle.BLOCK).build())
        .dumpToString(whole);
  }

  /// Merges mappings recursively; if both have another value for a key, keeps the first.
  @SuppressWarnings("unchecked")
  private static void merge(
      Map<String, @Nullable Object> into, Map<String, @Nullable Object> from) {
    from.forEach(
        (key, value) -> {
          if (into.get(key) instanceof Map<?, ?> inner && value instanceof Map<?, ?> more) {
            merge((Map<String, @Nullable Object>) inner, (Map<String, @Nullable Object>) more);
          } else {
            into.putIfAbsent(key, value);
          }
        });
  }

  @SuppressWarnings("unchecked")
  private static Map<String, @Nullable Object> read(String part) {
    var name = "/openapi/%s.yaml".formatted(part);
    try (var in = OpenApi.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("resource %s is not on the class path".formatted(name));
      }
      var problems = new Problems();
      var value = Conf.value(name, new String(in.readAllBytes(), StandardCharsets.UTF_8), problems);
      problems.throwIfAny();
      return (Map<String, @Nullable Object>) value.map(Conf::plain).orElseThrow();
    } catch (IOException e) {
      throw new IllegalStateException("reading " + name, e);
    }
  }
}
