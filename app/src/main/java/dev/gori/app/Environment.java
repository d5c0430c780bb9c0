package dev.gori.app;

import dev.gori.app.running.Addresses;
import dev.gori.console.BaseUrls;
import dev.gori.http.HttpServer;
import dev.gori.http.Role;
import dev.gori.kernel.id.EnvironmentName;
import dev.gori.kernel.life.Closer;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One environment of this process: its parts, its port, its addresses. It holds no reference to
/// another environment's.
final class Environment implements AutoCloseable {

  /// Where to find it.
  ///
  /// @param gateway where the environment's gateway answers
  /// @param own where this process answers for the environment
  record Addressed(BaseUrls place, URI gateway, URI own, Addresses.Keys keys) {}

  private final List<Role> parts;
  private final HttpServer face;
  private final Addressed addressed;
  private final Closer closer;

  Environment(List<Role> parts, HttpServer face, Addressed addressed, Closer closer) {
    this.parts = List.copyOf(parts);
    this.face = face;
    this.addressed = addressed;
    this.closer = closer;
  }

  EnvironmentName name() {
    return addressed.place().name();
  }

  BaseUrls place() {
    return addressed.place();
  }

  Addresses.Place addresses() {
    var place = addressed.place();
    return new Addresses.Place(
        place.base(),
        addressed.gateway(),
        place.registry(),
        place.metrics(),
        place.logs(),
        place.alerts(),
        place.store(),
        addressed.keys());
  }

  URI own() {
    return addressed.own();
  }

  /// The routes of its port.
  List<HttpServer.RouteInfo> routes() {
    return face.routes();
  }

  void start() {
    parts.forEach(Role::start);
  }

  /// What cannot serve yet, and why, by role.
  Map<String, String> notReady() {
    var reasons = new LinkedHashMap<String, String>();
    parts.forEach(part -> part.notReady().ifPresent(reason -> reasons.put(part.name(), reason)));
    return reasons;
  }

  @Override
  public void close() {
    closer.close();
  }
}
