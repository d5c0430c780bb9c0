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

/// HTTP clients, shared by connections with equal settings and rebuilt when a certificate file
/// changes; and request headers with their tokens. Thread-safe.
public final class TargetHttpClients implements AutoCloseable {

  private record CachedClient(HttpClient client, List<FileTime> times) {}

  private final Time time;
  private final Map<Connection, CachedClient> clients = new HashMap<>();
  private final Map<Credentials.OAuth2, OAuth2TokenSource> tokens = new HashMap<>();
  private boolean closed;

  public TargetHttpClients(Time time) {
    this.time = time;
  }

  /// @throws IOException if a certificate or key is invalid
  public synchronized HttpClient client(Connection connection) throws IOException {
    var times = times(connection.tls().files());
    var there = clients.get(connection);
    if (there != null && there.times.equals(times)) {
      return there.client;
    }
    if (closed) {
      throw new IOException("the client is closed");
    }
    var client = build(connection);
    clients.put(connection, new CachedClient(client, times));
    if (there != null) {
      there.client.shutdown(); // requests in progress complete
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

  /// The header lines of a request, as `name: value`.
  ///
  /// @param patience timeout for fetching a token
  /// @throws IOException if a secret cannot be read, or has several lines
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
            "header '%s' has more than one line".formatted(line.substring(0, line.indexOf(':'))));
      }
    }
    return lines;
  }

  /// A client for {@link HttpCalls}.
  ///
  /// @param deadline of each call
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

  /// Handles a 401: the next request fetches a new token.
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
