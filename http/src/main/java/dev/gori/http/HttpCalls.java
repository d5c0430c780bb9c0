package dev.gori.http;

import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Calls to other servers. Each has a deadline for the whole of it and a limit on the answer's
/// length.
///
/// A server that cannot be reached is a {@link Fault#BACKEND_DOWN}, one that is too slow a {@link
/// Fault#TIMED_OUT}; an answer of any status is an {@link ClientResponse}.
public final class HttpCalls implements AutoCloseable {

  private static final long LONGEST_ANSWER = 32L << 20;

  /// The idempotent methods that the JDK's client does not send again by itself when a kept
  /// connection ends before the first byte of the answer (RFC 9110, 9.2.2).
  private static final Set<String> REPEATABLE = Set.of("OPTIONS", "PUT", "DELETE");

  /// How a call is made, where that is known only when it is: which certificates are trusted, which
  /// secrets are shown.
  public interface HttpClientProvider {
    HttpClient client() throws IOException;

    /// Headers of every call, by name.
    Map<String, String> headers() throws IOException, InterruptedException;

    /// What was opened for it is closed.
    void close();
  }

  private final HttpClientProvider manner;
  private final Duration deadline;
  private final long longest;

  private HttpCalls(HttpClientProvider manner, Duration deadline, long longest) {
    this.manner = manner;
    this.deadline = deadline;
    this.longest = longest;
  }

  /// Calls whose answers have at most 32 MiB.
  public static HttpCalls within(Duration deadline) {
    return within(deadline, LONGEST_ANSWER);
  }

  /// @param longest the most bytes of an answer; a longer one is a {@link Fault#BACKEND_DOWN}
  public static HttpCalls within(Duration deadline, long longest) {
    var client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(deadline)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    return new HttpCalls(new Plain(client), deadline, longest);
  }

  /// Calls made in another manner, which is closed with them.
  public static HttpCalls in(HttpClientProvider manner, Duration deadline) {
    return new HttpCalls(manner, deadline, LONGEST_ANSWER);
  }

  private record Plain(HttpClient client) implements HttpClientProvider {
    @Override
    public Map<String, String> headers() {
      return Map.of();
    }

    @Override
    public void close() {
      client.shutdownNow();
    }
  }

  public ClientResponse get(URI uri, Map<String, String> headers) {
    return send(request(uri, headers).GET().build());
  }

  public ClientResponse get(URI uri) {
    return get(uri, Map.of());
  }

  public ClientResponse post(URI uri, String type, byte[] body, Map<String, String> headers) {
    return call("POST", uri, type, body, headers);
  }

  public ClientResponse call(
      String method, URI uri, String type, byte[] body, Map<String, String> headers) {
    return send(
        request(uri, headers)
            .header("Content-Type", type)
            .method(method, HttpRequest.BodyPublishers.ofByteArray(body))
            .build());
  }

  public ClientResponse delete(URI uri, Map<String, String> headers) {
    return send(request(uri, headers).DELETE().build());
  }

  /// The header that guarded calls need.
  public static Map<String, String> bearer(String token) {
    return Map.of("Authorization", "Bearer " + token);
  }

  private HttpRequest.Builder request(URI uri, Map<String, String> headers) {
    var builder = HttpRequest.newBuilder(uri).timeout(deadline);
    headers.forEach(builder::header);
    try {
      manner.headers().forEach(builder::header);
    } catch (IOException e) {
      throw notMade(uri, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw notMade(uri, e);
    }
    return builder;
  }

  private static FaultException notMade(URI uri, Exception cause) {
    return new FaultException(
        Fault.BACKEND_DOWN, "%s is not called: %s".formatted(uri, reason(cause)), cause);
  }

  private HttpClient client(URI uri) {
    try {
      return manner.client();
    } catch (IOException e) {
      throw notMade(uri, e);
    }
  }

  private ClientResponse send(HttpRequest request) {
    return send(request, REPEATABLE.contains(request.method()));
  }

  private ClientResponse send(HttpRequest request, boolean again) {
    var body = HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofByteArray(), longest);
    var call = client(request.uri()).sendAsync(request, body);
    try {
      var response = call.get(deadline.toNanos(), TimeUnit.NANOSECONDS);
      return new ClientResponse(response.statusCode(), response.headers().map(), response.body());
    } catch (TimeoutException e) {
      call.cancel(true);
      throw tooSlow(request, e);
    } catch (ExecutionException e) {
      var cause = e.getCause();
      boolean closed =
          cause instanceof IOException
              && !(cause instanceof HttpTimeoutException || cause instanceof ConnectException);
      if (again && closed) {
        return send(request, false);
      }
      throw cause instanceof HttpTimeoutException && !(cause instanceof HttpConnectTimeoutException)
          ? tooSlow(request, e)
          : new FaultException(
              Fault.BACKEND_DOWN,
              "%s cannot be reached: %s".formatted(place(request), reason(cause)),
              e);
    } catch (InterruptedException e) {
      call.cancel(true);
      Thread.currentThread().interrupt();
      throw new FaultException(
          Fault.BACKEND_DOWN, "interrupted while waiting for " + place(request), e);
    }
  }

  private FaultException tooSlow(HttpRequest request, Exception cause) {
    return new FaultException(
        Fault.TIMED_OUT,
        "%s did not answer within %d ms".formatted(place(request), deadline.toMillis()),
        cause);
  }

  private static String place(HttpRequest request) {
    var uri = request.uri();
    return "%s %s://%s%s"
        .formatted(request.method(), uri.getScheme(), uri.getRawAuthority(), uri.getRawPath());
  }

  private static String reason(@Nullable Throwable cause) {
    if (cause == null) {
      return "unknown";
    }
    var message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message;
  }

  @Override
  public void close() {
    manner.close();
  }
}
