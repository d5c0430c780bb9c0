package dev.gori.objectstore;

import dev.gori.http.AllowedHosts;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.shaded.org.eclipse.jetty.http.HttpCompliance;
import org.gaul.shaded.org.eclipse.jetty.http.HttpCompliance.Violation;
import org.gaul.shaded.org.eclipse.jetty.http.HttpHeader;
import org.gaul.shaded.org.eclipse.jetty.server.Handler;
import org.gaul.shaded.org.eclipse.jetty.server.HttpConnectionFactory;
import org.gaul.shaded.org.eclipse.jetty.server.NetworkConnectionLimit;
import org.gaul.shaded.org.eclipse.jetty.server.Request;
import org.gaul.shaded.org.eclipse.jetty.server.Response;
import org.gaul.shaded.org.eclipse.jetty.server.Server;
import org.gaul.shaded.org.eclipse.jetty.server.ServerConnector;
import org.gaul.shaded.org.eclipse.jetty.util.Callback;

/// Limits for S3Proxy's embedded Jetty server: an idle timeout, a maximum number of connections,
/// and only requests whose `Host` is one of the server's names. The server rejects an unsigned
/// request before it reads the body.
final class StorePort {

  private static final Duration IDLE = Duration.ofSeconds(30);

  /// The idle timeout while all connections are in use.
  private static final Duration IDLE_WHEN_FULL = Duration.ofSeconds(1);

  /// How long an idle connection delays a shutdown; a request in progress may take longer.
  private static final Duration IDLE_AT_SHUTDOWN = Duration.ofMillis(100);

  private static final int CONNECTIONS = 512;

  /// S3Proxy's lenient compliance, except for requests with ambiguous framing: the server rejects
  /// them and closes their connection.
  private static final HttpCompliance ONE_FRAMING =
      HttpCompliance.LEGACY.without(
          "ONE_FRAMING",
          Violation.MULTIPLE_CONTENT_LENGTHS,
          Violation.TRANSFER_ENCODING_WITH_CONTENT_LENGTH,
          Violation.WHITESPACE_AFTER_FIELD_NAME);

  private StorePort() {}

  /// Configures the server before its start. S3Proxy offers no way to configure its server, so this
  /// reads the field by reflection.
  ///
  /// @param proxy not started yet
  static void prepare(S3Proxy proxy, AllowedHosts hosts) throws ReflectiveOperationException {
    var field = S3Proxy.class.getDeclaredField("server");
    field.setAccessible(true);
    var server = (Server) field.get(proxy);
    for (var connector : server.getConnectors()) {
      if (connector instanceof ServerConnector port) {
        port.setIdleTimeout(IDLE.toMillis());
        port.setShutdownIdleTimeout(IDLE_AT_SHUTDOWN.toMillis());
        port.getConnectionFactory(HttpConnectionFactory.class)
            .getHttpConfiguration()
            .setHttpCompliance(ONE_FRAMING);
      }
    }
    var limit = new NetworkConnectionLimit(CONNECTIONS, server);
    limit.setEndPointIdleTimeout(IDLE_WHEN_FULL.toMillis());
    server.addBean(limit);
    server.setHandler(new KnownHosts(server.getHandler(), hosts));
  }

  private static final class KnownHosts extends Handler.Wrapper {
    private final AllowedHosts hosts;

    KnownHosts(Handler handler, AllowedHosts hosts) {
      super(handler);
      this.hosts = hosts;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
      var host = request.getHeaders().get(HttpHeader.HOST);
      if (host == null || hosts.allow(host)) {
        return super.handle(request, response, callback);
      }
      var refusal = AllowedHosts.refusal(host);
      response.setStatus(refusal.fault().status());
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain; charset=utf-8");
      response.write(true, StandardCharsets.UTF_8.encode(refusal.reason() + "\n"), callback);
      return true;
    }
  }
}
