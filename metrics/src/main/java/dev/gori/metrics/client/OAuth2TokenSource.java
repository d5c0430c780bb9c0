package dev.gori.metrics.client;

import dev.gori.base.json.Json;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.time.Time;
import dev.gori.metrics.client.HttpClientConfig.Credentials.OAuth2;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Fetches the token of an OAuth 2.0 client-credentials grant, and caches it until it expires.
/// Concurrent callers wait for one fetch.
final class OAuth2TokenSource {

  private static final long MAX_RESPONSE = 1 << 20;

  /// A token is not used any more this long before its expiry.
  private static final Duration EXPIRY_MARGIN = Duration.ofSeconds(10);

  private record CachedToken(String header, long expiryMillis, String secret) {}

  private final OAuth2 client;
  private final Time time;
  private final ReentrantLock fetching = new ReentrantLock();
  private volatile @Nullable CachedToken cached;

  OAuth2TokenSource(OAuth2 client, Time time) {
    this.client = client;
    this.time = time;
  }

  void forget() {
    cached = null;
  }

  /// The value of `Authorization`.
  String header(HttpClient http, Duration patience) throws IOException, InterruptedException {
    if (!fetching.tryLock(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new IOException("no token from %s yet".formatted(client.address()));
    }
    try {
      var secret = client.secret().read().strip();
      var there = cached;
      if (there != null && there.secret.equals(secret) && time.millis() < there.expiryMillis) {
        return there.header;
      }
      var fetched = fetch(http, secret, patience);
      cached = fetched;
      return fetched.header;
    } finally {
      fetching.unlock();
    }
  }

  /// Servers expect the client's credentials in a header, as the specification says, or in the
  /// form; this tries both.
  private CachedToken fetch(HttpClient http, String secret, Duration patience)
      throws IOException, InterruptedException {
    var form = new TreeMap<>(client.parameters());
    form.put("grant_type", "client_credentials");
    if (!client.scopes().isEmpty()) {
      form.put("scope", String.join(" ", client.scopes()));
    }
    var request = request(form, patience);
    request.setHeader(
        "Authorization", TargetHttpClients.basic(encoded(client.id()), encoded(secret)));
    var answer = answer(http, request.build(), patience);
    if (answer.statusCode() == 400 || answer.statusCode() == 401) {
      form.put("client_id", client.id());
      form.put("client_secret", secret);
      answer = answer(http, request(form, patience).build(), patience);
    }
    if (answer.statusCode() / 100 != 2) {
      throw new IOException(
          "no token from %s: status %d".formatted(client.address(), answer.statusCode()));
    }
    return cached(answer.body(), secret);
  }

  private HttpRequest.Builder request(Map<String, String> form, Duration patience) {
    var body =
        form.entrySet().stream()
            .map(one -> encoded(one.getKey()) + "=" + encoded(one.getValue()))
            .collect(Collectors.joining("&"));
    return HttpRequest.newBuilder(client.address())
        .timeout(patience)
        .header("Content-Type", "application/x-www-form-urlencoded")
        .POST(HttpRequest.BodyPublishers.ofString(body));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private HttpResponse<byte[]> answer(HttpClient http, HttpRequest request, Duration patience)
      throws IOException, InterruptedException {
    var call =
        http.sendAsync(
            request,
            HttpResponse.BodyHandlers.limiting(
                HttpResponse.BodyHandlers.ofByteArray(), MAX_RESPONSE));
    try {
      return call.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      call.cancel(true);
      throw new IOException(
          "no token from %s within %d ms".formatted(client.address(), patience.toMillis()), e);
    } catch (ExecutionException e) {
      throw new IOException("no token from %s: %s".formatted(client.address(), e.getCause()), e);
    }
  }

  private CachedToken cached(byte[] body, String secret) throws IOException {
    JsonNode answer;
    try {
      answer = Json.parse(body);
    } catch (FaultException e) {
      throw new IOException(
          "no token from %s: the response is not JSON".formatted(client.address()), e);
    }
    var token = answer.path("access_token").asString("");
    if (token.isEmpty()) {
      throw new IOException(
          "no token from %s: the response has no access_token".formatted(client.address()));
    }
    var type = answer.path("token_type").asString("");
    long seconds = answer.path("expires_in").asLong(0);
    return new CachedToken(
        (type.isEmpty() || type.equalsIgnoreCase("bearer") ? "Bearer" : type) + " " + token,
        seconds > 0 ? time.millis() + seconds * 1000 - EXPIRY_MARGIN.toMillis() : Long.MAX_VALUE,
        secret);
  }
}
