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

/// Fetches what a target shows, with a deadline for the whole and a limit on its length, packed and
/// unpacked.
final class TargetScraper implements AutoCloseable {

  /// The longest body where the configuration sets no limit.
  private static final long MAX_BODY = 64L << 20;

  record Body(byte[] bytes, String contentType) {}

  /// A body that is longer than is allowed.
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

  /// A target's own connection, and what is said on it where that is always the same.
  ///
  /// @param lines of the request's head; none when secrets are read anew each time
  record DirectConnection(ScrapeHttpClient get, Optional<List<String>> lines) {}

  /// For a target that is called over plain HTTP and directly: that is a fraction of the general
  /// client's work.
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

  /// @param direct the target's own connection, where it has one
  /// @throws IOException with a reason that a person understands
  Body fetch(Target target, Optional<DirectConnection> direct) throws IOException, InterruptedException {
    var job = target.job();
    long limit =
        job.limits().bodySize() > 0 ? Math.min(job.limits().bodySize(), Integer.MAX_VALUE - 16) : MAX_BODY;
    var answer = direct.isPresent() ? answer(target, direct.get(), limit) : viaGeneralClient(target, limit);
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
        return viaGeneralClient(target, limit); // leads elsewhere, perhaps to another scheme
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

  private Answer viaGeneralClient(Target target, long limit) throws IOException, InterruptedException {
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
        || String.valueOf(cause.getMessage()).contains("received no bytes"); // as the JDK says it
  }

  /// A target that refuses the client's certificate under TLS 1.3 does so when the handshake is
  /// over for the client, and closes with the request unread: its alert is often lost with that.
  private static IOException closed(Throwable cause) {
    return new IOException(
        "the target closed the TLS connection without an answer (%s); if it asks for a client certificate, give cert_file and key_file in tls_config"
            .formatted(cause.getMessage()),
        cause);
  }

  private static IOException timedOut(Target target, Exception e) {
    return new IOException(
        "no whole answer within %d ms (scrape_timeout)".formatted(target.timeout().toMillis()), e);
  }

  private static IOException failure(Throwable cause, long limit) {
    var message = cause.getMessage();
    if (cause instanceof ScrapeHttpClient.TooLongException
        || (message != null && message.contains("body exceeds capacity"))) { // as the JDK says it
      return new BodySizeLimitException("body_size_limit exceeded: more than %d bytes".formatted(limit));
    }
    return new IOException(
        message == null
            ? "cannot be reached (%s)".formatted(cause.getClass().getSimpleName())
            : message,
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

  /// Lines of `name: value` that hold no secret.
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
        throw new BodySizeLimitException("body_size_limit exceeded: more than %d bytes unpacked".formatted(limit));
      }
      return bytes;
    } catch (BodySizeLimitException e) {
      throw e;
    } catch (IOException e) {
      throw new IOException("the packed body is damaged: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    clients.close();
  }
}
