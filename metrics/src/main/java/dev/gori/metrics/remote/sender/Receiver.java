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

/// The calls to one receiver, each with a deadline.
final class Receiver implements AutoCloseable {

  /// The longest that a receiver can put off the next call.
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

  private static final long LONGEST_ANSWER = 1 << 20;

  private final Destination to;
  private final Time time;
  private final TargetHttpClients clients;

  Receiver(Destination to, Time time) {
    this.to = to;
    this.time = time;
    this.clients = new TargetHttpClients(time);
  }

  Outcome send(byte[] packed) {
    try {
      var client = clients.client(to.http().connection());
      var call =
          client.sendAsync(
              request(packed),
              HttpResponse.BodyHandlers.limiting(
                  HttpResponse.BodyHandlers.ofByteArray(), LONGEST_ANSWER));
      try {
        return outcome(call.get(to.timeout().toMillis(), TimeUnit.MILLISECONDS));
      } catch (TimeoutException _) {
        call.cancel(true);
        return later("no answer within %d ms".formatted(to.timeout().toMillis()));
      } catch (InterruptedException e) {
        call.cancel(true);
        throw e;
      }
    } catch (ExecutionException e) {
      return later("cannot be reached: " + reason(e));
    } catch (IOException | IllegalArgumentException e) {
      return later("cannot be called: " + e.getMessage());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return later("interrupted");
    }
  }

  private HttpRequest request(byte[] packed) throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(to.url()).timeout(to.timeout());
    for (var line : clients.headers(to.http(), to.timeout())) {
      int colon = line.indexOf(':');
      request.header(line.substring(0, colon), line.substring(colon + 1).strip());
    }
    return request
        .header("Content-Type", to.content().protocol().contentType)
        .header("Content-Encoding", "snappy")
        .header("X-Prometheus-Remote-Write-Version", to.content().protocol().version)
        .header("User-Agent", "gori")
        .POST(HttpRequest.BodyPublishers.ofByteArray(packed))
        .build();
  }

  private static Outcome later(String why) {
    return new Outcome.Later(why, Duration.ZERO);
  }

  private static String reason(ExecutionException e) {
    var cause = e.getCause();
    return cause == null
        ? "unknown"
        : cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }

  private Outcome outcome(HttpResponse<byte[]> answer) {
    int status = answer.statusCode();
    if (!answer.request().method().equals("POST")) {
      return later(
          "a redirect led to '%s' without the request's body; name the right address in url"
              .formatted(answer.uri()));
    }
    if (status / 100 == 2) {
      return new Outcome.Taken();
    }
    if (status < 400) {
      return later(
          "%d, a redirect to '%s'; name that address in url"
              .formatted(status, answer.headers().firstValue("Location").orElse("")));
    }
    if (status == 401) {
      clients.unauthorized(to.http());
    }
    var why =
        "%d %s".formatted(status, shortened(new String(answer.body(), StandardCharsets.UTF_8)));
    return status >= 500 || (status == 429 && to.pace().tooMany())
        ? new Outcome.Later(
            why,
            answer.headers().firstValue("Retry-After").flatMap(this::pause).orElse(Duration.ZERO))
        : new Outcome.Refused(status, why);
  }

  private static String shortened(String text) {
    var line = text.strip().lines().findFirst().orElse("");
    return line.length() > 300 ? line.substring(0, 300) + "…" : line;
  }

  /// Seconds, or a date.
  private Optional<Duration> pause(String text) {
    try {
      var pause =
          text.strip().matches("\\d{1,9}")
              ? Duration.ofSeconds(Long.parseLong(text.strip()))
              : Duration.between(
                  time.now(),
                  ZonedDateTime.parse(text.strip(), DateTimeFormatter.RFC_1123_DATE_TIME)
                      .toInstant());
      return Optional.of(
          pause.compareTo(LONGEST_PAUSE) > 0
              ? LONGEST_PAUSE
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
