package dev.gori.metrics.scrape;

import dev.gori.http.ScrapeHttpClient;
import dev.gori.kernel.time.Time;
import dev.gori.metrics.client.TargetHttpClients;
import dev.gori.metrics.exposition.ScrapeProtocol;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Scrapes a target over HTTP with a deadline, and a limit on the compressed and the uncompressed
/// body.
final class TargetScraper implements AutoCloseable {

  /// Limit on the body without `body_size_limit`.
  private static final long MAX_BODY = 64L << 20;

  record Body(byte[] bytes, String contentType) {}

  /// The body exceeds its limit.
  static final class BodySizeLimitException extends IOException {
    private static final long serialVersionUID = 1L;

    BodySizeLimitException(String message) {
      super(message);
    }
  }

  private final TargetHttpClients clients;

  TargetScraper(Time time) {
    this.clients = new TargetHttpClients(time);
  }

  private record Answer(int status, String encoding, String type, byte[] body) {}

  /// A dedicated connection to a target, with the request header if it never changes.
  ///
  /// @param lines header lines; empty if secrets are read for each request
  record DirectConnection(ScrapeHttpClient get, Optional<List<String>> lines) {}

  /// For targets over plain HTTP without a proxy: much cheaper than the general client.
  static Optional<DirectConnection> direct(Target target) {
    var uri = target.uri();
    var http = target.job().http();
    if (!"http".equals(uri.getScheme()) || http.connection().proxy().proxyFor(uri).isPresent()) {
      return Optional.empty();
    }
    boolean same = http.isPlain();
    return Optional.of(
        new DirectConnection(
            new ScrapeHttpClient(uri),
            same ? Optional.of(plainHeaders(target)) : Optional.empty()));
  }

  /// @param direct dedicated connection of the target, if it has one
  /// @throws IOException with a message for people
  Body fetch(Target target, Optional<DirectConnection> direct)
      throws IOException, InterruptedException {
    var job = target.job();
    long limit =
        job.limits().bodySize() > 0
            ? Math.min(job.limits().bodySize(), Integer.MAX_VALUE - 16)
            : MAX_BODY;
    var answer =
        direct.isPresent() ? answer(target, direct.get(), limit) : viaGeneralClient(target, limit);
    if (answer.status() == 401) {
      clients.unauthorized(job.http());
    }
    if (answer.status() != 200) {
      throw new IOException("server returned HTTP status %d".formatted(answer.status()));
    }
    return new Body(
        answer.encoding().equals("gzip") ? decompressed(answer.body(), limit) : answer.body(),
        answer.type());
  }

  private Answer answer(Target target, DirectConnection direct, long limit)
      throws IOException, InterruptedException {
    try {
      var lines = direct.lines().isPresent() ? direct.lines().get() : headers(target);
      var fetched = direct.get().get(lines, target.timeout(), limit);
      if (fetched.status() / 100 == 3 && target.job().http().connection().followRedirects()) {
        return viaGeneralClient(target, limit); // redirects, perhaps to another scheme
      }
      var headers = fetched.headers();
      return new Answer(
          fetched.status(),
          headers.getOrDefault("content-encoding", ""),
          headers.getOrDefault("content-type", ""),
          fetched.body());
    } catch (SocketTimeoutException e) {
      throw timedOut(target, e);
    } catch (IOException e) {
      throw failure(e, limit);
    }
  }

  private Answer viaGeneralClient(Target target, long limit)
      throws IOException, InterruptedException {
    var body = HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofByteArray(), limit);
    var call = clients.client(target.job().http().connection()).sendAsync(request(target), body);
    try {
      var answer = call.get(target.timeout().toMillis(), TimeUnit.MILLISECONDS);
      var headers = answer.headers();
      return new Answer(
          answer.statusCode(),
          headers.firstValue("Content-Encoding").orElse(""),
          headers.firstValue("Content-Type").orElse(""),
          answer.body());
    } catch (TimeoutException e) {
      call.cancel(true);
      throw timedOut(target, e);
    } catch (ExecutionException e) {
      var cause = e.getCause() == null ? e : e.getCause();
      throw "https".equals(target.uri().getScheme()) && isClosed(cause)
          ? closed(cause)
          : failure(cause, limit);
    }
  }

  private static boolean isClosed(Throwable cause) {
    return (cause instanceof SocketException && !(cause instanceof ConnectException))
        || String.valueOf(cause.getMessage()).contains("received no bytes"); // as the JDK words it
  }

  /// With TLS 1.3, a target that rejects the client certificate does so after the client's
  /// handshake, and closes the connection with the request unread. Its TLS alert is often lost.
  private static IOException closed(Throwable cause) {
    return new IOException(
        "the target closed the TLS connection without a response (%s); if it requires a client certificate, set cert_file and key_file in tls_config"
            .formatted(cause.getMessage()),
        cause);
  }

  private static IOException timedOut(Target target, Exception e) {
    return new IOException(
        "no complete response within %d ms (scrape_timeout)".formatted(target.timeout().toMillis()),
        e);
  }

  private static IOException failure(Throwable cause, long limit) {
    var message = cause.getMessage();
    if (cause instanceof ScrapeHttpClient.TooLongException
        || (message != null && message.contains("body exceeds capacity"))) { // as the JDK words it
      return new BodySizeLimitException(
          "body_size_limit exceeded: more than %d bytes".formatted(limit));
    }
    return new IOException(
        message == null ? "unreachable (%s)".formatted(cause.getClass().getSimpleName()) : message,
        cause);
  }

  private HttpRequest request(Target target) throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(target.uri()).timeout(target.timeout().plus(Duration.ofSeconds(1)));
    for (var header : headers(target)) {
      int colon = header.indexOf(':');
      request.header(header.substring(0, colon), header.substring(colon + 1).strip());
    }
    return request.GET().build();
  }

  /// Header lines without secrets.
  private static List<String> plainHeaders(Target target) {
    var job = target.job();
    return List.of(
        "Accept: " + ScrapeProtocol.accept(job.options().protocols(), job.options().escaping()),
        "Accept-Encoding: " + (job.options().compression() ? "gzip" : "identity"),
        "User-Agent: gori",
        "X-Prometheus-Scrape-Timeout-Seconds: " + target.timeout().toMillis() / 1000.0);
  }

  private List<String> headers(Target target) throws IOException, InterruptedException {
    var headers = new ArrayList<>(plainHeaders(target));
    headers.addAll(clients.headers(target.job().http(), target.timeout()));
    return headers;
  }

  private static byte[] decompressed(byte[] packed, long limit) throws IOException {
    try (var in = new StrictGzipInputStream(packed)) {
      var bytes = in.readNBytes((int) limit + 1);
      if (bytes.length > limit) {
        throw new BodySizeLimitException(
            "body_size_limit exceeded: more than %d bytes uncompressed".formatted(limit));
      }
      return bytes;
    } catch (BodySizeLimitException e) {
      throw e;
    } catch (IOException e) {
      throw new IOException("the compressed body is damaged: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    clients.close();
  }
}
