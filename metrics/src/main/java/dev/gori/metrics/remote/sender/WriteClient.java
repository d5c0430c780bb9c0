package dev.gori.metrics.remote.sender;

import dev.gori.kernel.time.Time;
import dev.gori.metrics.client.TargetHttpClients;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Sends requests to one destination, each with a deadline.
final class WriteClient implements AutoCloseable {

  /// Upper bound on `Retry-After`.
  private static final Duration MAX_RETRY_AFTER = Duration.ofMinutes(5);

  private static final long MAX_RESPONSE = 1 << 20;

  private final RemoteWriteConfig to;
  private final Time time;
  private final TargetHttpClients clients;

  WriteClient(RemoteWriteConfig to, Time time) {
    this.to = to;
    this.time = time;
    this.clients = new TargetHttpClients(time);
  }

  SendResult send(byte[] packed) {
    try {
      var client = clients.client(to.http().connection());
      var call =
          client.sendAsync(
              request(packed),
              HttpResponse.BodyHandlers.limiting(
                  HttpResponse.BodyHandlers.ofByteArray(), MAX_RESPONSE));
      try {
        return outcome(call.get(to.timeout().toMillis(), TimeUnit.MILLISECONDS));
      } catch (TimeoutException _) {
        call.cancel(true);
        return recoverable("no response within %d ms".formatted(to.timeout().toMillis()));
      } catch (InterruptedException e) {
        call.cancel(true);
        throw e;
      }
    } catch (ExecutionException e) {
      return recoverable("cannot be reached: " + reason(e));
    } catch (IOException | IllegalArgumentException e) {
      return recoverable("cannot be sent: " + e.getMessage());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return recoverable("interrupted");
    }
  }

  private HttpRequest request(byte[] packed) throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(to.url()).timeout(to.timeout());
    for (var line : clients.headers(to.http(), to.timeout())) {
      int colon = line.indexOf(':');
      request.header(line.substring(0, colon), line.substring(colon + 1).strip());
    }
    return request
        .header("Content-Type", to.content().protocol().contentType())
        .header("Content-Encoding", "snappy")
        .header("X-Prometheus-Remote-Write-Version", to.content().protocol().version())
        .header("User-Agent", "gori")
        .POST(HttpRequest.BodyPublishers.ofByteArray(packed))
        .build();
  }

  private static SendResult recoverable(String why) {
    return new SendResult.Recoverable(why, Duration.ZERO);
  }

  private static String reason(ExecutionException e) {
    var cause = e.getCause();
    return cause == null
        ? "unknown"
        : cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }

  private SendResult outcome(HttpResponse<byte[]> answer) {
    int status = answer.statusCode();
    if (!answer.request().method().equals("POST")) {
      return recoverable(
          "a redirect led to '%s' without the request body; set url to the final URL"
              .formatted(answer.uri()));
    }
    if (status / 100 == 2) {
      return new SendResult.Accepted();
    }
    if (status < 400) {
      return recoverable(
          "%d, a redirect to '%s'; set url to that URL"
              .formatted(status, answer.headers().firstValue("Location").orElse("")));
    }
    if (status == 401) {
      clients.unauthorized(to.http());
    }
    var why =
        "%d %s".formatted(status, shortened(new String(answer.body(), StandardCharsets.UTF_8)));
    return status >= 500 || (status == 429 && to.queueConfig().retryOnHttp429())
        ? new SendResult.Recoverable(
            why,
            answer
                .headers()
                .firstValue("Retry-After")
                .flatMap(this::retryAfter)
                .orElse(Duration.ZERO))
        : new SendResult.Rejected(status, why);
  }

  private static String shortened(String text) {
    var line = text.strip().lines().findFirst().orElse("");
    return line.length() > 300 ? line.substring(0, 300) + "…" : line;
  }

  /// Parses `Retry-After`: seconds or a date.
  private Optional<Duration> retryAfter(String text) {
    try {
      var pause =
          text.strip().matches("\\d{1,9}")
              ? Duration.ofSeconds(Long.parseLong(text.strip()))
              : Duration.between(
                  time.now(),
                  ZonedDateTime.parse(text.strip(), DateTimeFormatter.RFC_1123_DATE_TIME)
                      .toInstant());
      return Optional.of(
          pause.compareTo(MAX_RETRY_AFTER) > 0
              ? MAX_RETRY_AFTER
              : pause.isNegative() ? Duration.ZERO : pause);
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    clients.close();
  }
}
