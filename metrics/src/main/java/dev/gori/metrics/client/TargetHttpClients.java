package dev.gori.metrics.client;

import dev.gori.http.HttpCalls;
import dev.gori.kernel.time.Time;
import dev.gori.metrics.client.HttpClientConfig.Connection;
import dev.gori.metrics.client.HttpClientConfig.Credentials;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLParameters;

/// One HTTP client for each kind of connection, made anew when a file of its certificates changes;
/// and the headers of calls, with tokens that are fetched when they are needed. Safe from any
/// thread.
public final class TargetHttpClients implements AutoCloseable {

  private record CachedClient(HttpClient client, List<FileTime> times) {}

  private final Time time;
  private final Map<Connection, CachedClient> clients = new HashMap<>();
  private final Map<Credentials.OAuth2, OAuth2TokenSource> tokens = new HashMap<>();
  private boolean closed;

  public TargetHttpClients(Time time) {
    this.time = time;
  }

  /// @throws IOException when a certificate or key cannot be used
  public synchronized HttpClient client(Connection connection) throws IOException {
    var times = times(connection.tls().files());
    var there = clients.get(connection);
    if (there != null && there.times.equals(times)) {
      return there.client;
    }
    if (closed) {
      throw new IOException("calls have stopped");
    }
    var client = build(connection);
    clients.put(connection, new CachedClient(client, times));
    if (there != null) {
      there.client.shutdown(); // what is under way ends on its own
    }
    return client;
  }

  private static List<FileTime> times(List<Path> files) throws IOException {
    var times = new ArrayList<FileTime>(files.size());
    for (var file : files) {
      if (!Files.isReadable(file)) {
        throw new IOException("file '%s' of tls_config cannot be read".formatted(file));
      }
      times.add(Files.getLastModifiedTime(file));
    }
    return times;
  }

  private static HttpClient build(Connection connection) throws IOException {
    var client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(
                connection.followRedirects()
                    ? HttpClient.Redirect.NORMAL
                    : HttpClient.Redirect.NEVER)
            .proxy(connection.proxy().selector());
    var tls = connection.tls();
    if (!tls.equals(HttpClientConfig.Tls.PLATFORM)) {
      client.sslContext(TlsContext.of(tls));
      if (!tls.versions().isEmpty()) {
        var parameters = new SSLParameters();
        parameters.setProtocols(tls.versions().toArray(String[]::new));
        client.sslParameters(parameters);
      }
    }
    return client.build();
  }

  /// Lines of `name: value` that the options add to a call.
  ///
  /// @param patience for a token that has to be fetched
  /// @throws IOException when a secret cannot be had, or is no line
  public List<String> headers(HttpClientConfig options, Duration patience)
      throws IOException, InterruptedException {
    var lines = new ArrayList<String>();
    for (var header : options.headers()) {
      header.read().forEach(value -> lines.add(header.name() + ": " + value));
    }
    authorization(options.credentials(), patience)
        .ifPresent(value -> lines.add("Authorization: " + value));
    for (var line : lines) {
      if (line.indexOf('\n') >= 0 || line.indexOf('\r') >= 0) {
        throw new IOException(
            "the value of header '%s' has more than one line"
                .formatted(line.substring(0, line.indexOf(':'))));
      }
    }
    return lines;
  }

  /// Calls that are made as options say.
  ///
  /// @param deadline for each
  public static HttpCalls calls(HttpClientConfig options, Time time, Duration deadline) {
    var clients = new TargetHttpClients(time);
    return HttpCalls.in(
        new HttpCalls.HttpClientProvider() {
          @Override
          public HttpClient client() throws IOException {
            return clients.client(options.connection());
          }

          @Override
          public Map<String, String> headers() throws IOException, InterruptedException {
            var headers = new LinkedHashMap<String, String>();
            for (var line : clients.headers(options, deadline)) {
              int colon = line.indexOf(':');
              headers.merge(
                  line.substring(0, colon),
                  line.substring(colon + 1).strip(),
                  (one, other) -> one + ", " + other);
            }
            return headers;
          }

          @Override
          public void close() {
            clients.close();
          }
        },
        deadline);
  }

  private Optional<String> authorization(Credentials credentials, Duration patience)
      throws IOException, InterruptedException {
    return switch (credentials) {
      case Credentials.None() -> Optional.empty();
      case Credentials.Basic(var user, var password) ->
          Optional.of(basic(user.read().strip(), password.read().strip()));
      case Credentials.Token(var type, var secret) ->
          Optional.of(type + " " + secret.read().strip());
      case Credentials.OAuth2 oauth2 ->
          Optional.of(token(oauth2).header(client(oauth2.connection()), patience));
    };
  }

  static String basic(String user, String password) {
    return "Basic "
        + Base64.getEncoder()
            .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
  }

  private synchronized OAuth2TokenSource token(Credentials.OAuth2 oauth2) {
    return tokens.computeIfAbsent(oauth2, one -> new OAuth2TokenSource(one, time));
  }

  /// Tells that a call with these options was answered 401: a token that was fetched is fetched
  /// anew for the next one.
  public void unauthorized(HttpClientConfig options) {
    if (options.credentials() instanceof Credentials.OAuth2 oauth2) {
      token(oauth2).forget();
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    clients.values().forEach(one -> one.client.shutdownNow());
    clients.clear();
  }
}
