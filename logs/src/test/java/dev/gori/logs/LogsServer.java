package dev.gori.logs;

import dev.gori.base.conf.ConfigException;
import dev.gori.base.observe.SelfMetrics;
import dev.gori.http.ClientResponse;
import dev.gori.http.HttpCalls;
import dev.gori.http.HttpServer;
import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.id.EnvironmentName;
import dev.gori.testkit.ManualClock;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import org.slf4j.LoggerFactory;

/// The role behind a port of its own, with time that a test moves.
final class LogsServer implements AutoCloseable {

  static final String TOKEN = "secret";

  final ManualClock time;
  final Logs logs;
  private final HttpServer server;
  private final HttpCalls calls = HttpCalls.within(Duration.ofSeconds(10));

  LogsServer(Path folder, String environment, ManualClock time, URI alertmanager, String... rules)
      throws IOException {
    this.time = time;
    server =
        HttpServer.open("127.0.0.1", 0, HttpServer.Limits.guardedBy(TOKEN + "-" + environment));
    var files = new ArrayList<LogsConfig.TextFile>();
    for (var rule : rules) {
      files.add(new LogsConfig.TextFile("rules.yaml", rule));
    }
    var config =
        new LogsConfig(
            new EnvironmentName(environment),
            server.uri(),
            alertmanager,
            TOKEN + "-" + environment,
            folder.resolve("logs"),
            files);
    try {
      logs =
          Logs.open(
              LogsSettings.DEFAULTS,
              config,
              time,
              Disk.local(),
              folder.resolve("data"),
              LoggerFactory.getLogger("logs-test"),
              new SelfMetrics());
    } catch (ConfigException e) {
      server.close();
      throw e;
    }
    server.mount(logs.mounts());
  }

  LogsServer(Path folder) throws IOException {
    this(folder, "dev", new ManualClock(), URI.create("http://127.0.0.1:9"));
  }

  URI uri() {
    return server.uri();
  }

  long nanos() {
    return TimeParameters.nanos(time.now());
  }

  ClientResponse get(String path, String... query) {
    var text = new StringBuilder(server.uri() + path);
    for (int i = 0; i < query.length; i += 2) {
      text.append(i == 0 ? '?' : '&')
          .append(URLEncoder.encode(query[i], StandardCharsets.UTF_8))
          .append('=')
          .append(URLEncoder.encode(query[i + 1], StandardCharsets.UTF_8));
    }
    return calls.get(URI.create(text.toString()));
  }

  ClientResponse push(String json) {
    return push(
        "application/json",
        json.getBytes(StandardCharsets.UTF_8),
        HttpCalls.bearer(TOKEN + "-dev"));
  }

  ClientResponse push(String type, byte[] body, Map<String, String> headers) {
    return calls.post(server.uri().resolve("/loki/api/v1/push"), type, body, headers);
  }

  /// One line, so many seconds before now.
  ClientResponse push(String labels, int secondsAgo, String line) {
    var at = nanos() - secondsAgo * 1_000_000_000L;
    return push(
        "{\"streams\":[{\"stream\":"
            + labels
            + ",\"values\":[[\""
            + at
            + "\",\""
            + line
            + "\"]]}]}");
  }

  @Override
  public void close() {
    logs.close();
    server.close();
    calls.close();
  }
}
