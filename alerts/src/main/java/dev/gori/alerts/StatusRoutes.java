package dev.gori.alerts;

import dev.gori.base.json.Json;
import dev.gori.http.Response;
import dev.gori.http.Routes;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// `/api/v2/status`, `/api/v2/receivers`, `/-/ready`, `/-/healthy`.
final class StatusRoutes {
  private final Dispatcher groups;
  private final Instant began;
  private final Supplier<Optional<String>> notReady;

  StatusRoutes(Dispatcher groups, Instant began, Supplier<Optional<String>> notReady) {
    this.groups = groups;
    this.began = began;
    this.notReady = notReady;
  }

  void mount(Routes routes) {
    routes.get("/api/v2/status", _ -> status());
    routes.get("/api/v2/receivers", _ -> Response.json(receivers()));
    routes.get("/-/healthy", _ -> Response.text(200, "OK")).alwaysOpen();
    routes
        .get(
            "/-/ready",
            _ ->
                notReady
                    .get()
                    .map(why -> Response.text(503, why + "\n"))
                    .orElseGet(() -> Response.text(200, "OK")))
        .alwaysOpen();
  }

  private List<Map<String, String>> receivers() {
    return groups.config().stream()
        .flatMap(config -> config.configuration().receivers().keySet().stream().sorted())
        .map(name -> Map.of("name", name))
        .toList();
  }

  private Response status() {
    var version =
        Json.object(
            "branch",
            "",
            "buildDate",
            "",
            "buildUser",
            "",
            "goVersion",
            "",
            "revision",
            "",
            "version",
            "0.25.0-gori");
    return Response.json(
        Json.object(
            "cluster", Json.object("name", "", "peers", List.of(), "status", "disabled"),
            "config", Json.object("original", groups.config().map(LoadedConfig::shown).orElse("")),
            "uptime", AlertViews.time(began),
            "versionInfo", version));
  }
}
