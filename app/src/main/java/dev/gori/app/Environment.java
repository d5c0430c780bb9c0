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

/// One environment of this process: its roles, its port, its addresses. It has no reference to
/// another environment.
final class Environment implements AutoCloseable {

  /// The URLs of the environment.
  ///
  /// @param gateway the base URL of the environment's gateway
  /// @param own the base URL of the environment's port in this process
  record EnvironmentUrls(BaseUrls roles, URI gateway, URI own, Addresses.Keys keys) {}

  private final List<Role> roles;
  private final HttpServer server;
  private final EnvironmentUrls all;
  private final Closer closer;

  Environment(List<Role> roles, HttpServer server, EnvironmentUrls all, Closer closer) {
    this.roles = List.copyOf(roles);
    this.server = server;
    this.all = all;
    this.closer = closer;
  }

  EnvironmentName name() {
    return all.roles().name();
  }

  BaseUrls urls() {
    return all.roles();
  }

  Addresses.EnvironmentAddresses addresses() {
    var urls = all.roles();
    return new Addresses.EnvironmentAddresses(
        urls.base(),
        all.gateway(),
        urls.registry(),
        urls.metrics(),
        urls.logs(),
        urls.alerts(),
        urls.store(),
        all.keys());
  }

  URI ownUrl() {
    return all.own();
  }

  /// The routes on the environment's port.
  List<HttpServer.RouteInfo> routes() {
    return server.routes();
  }

  void start() {
    roles.forEach(Role::start);
  }

  /// The reasons why roles are not ready, by role.
  Map<String, String> notReady() {
    var reasons = new LinkedHashMap<String, String>();
    roles.forEach(role -> role.notReady().ifPresent(reason -> reasons.put(role.name(), reason)));
    return reasons;
  }

  @Override
  public void close() {
    closer.close();
  }
}
