package dev.gori.alerts;

import dev.gori.alerts.routing.Receiver.Access;
import dev.gori.alerts.routing.Receiver.Target;
import dev.gori.base.conf.ConfinedDirectory;
import dev.gori.base.json.Json;
import dev.gori.http.ClientResponse;
import dev.gori.http.HttpCalls;
import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.time.Time;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/// Makes one attempt to send one message. A Slack receiver without a URL sends to the inbox.
final class NotificationSender implements AutoCloseable {

  /// The result of an attempt.
  sealed interface Outcome {
    record Delivered() implements Outcome {}

    /// A failure that may pass.
    ///
    /// @param after the receiver's `Retry-After`
    record RetryLater(Duration after, String why) implements Outcome {}

    record GaveUp(String why) implements Outcome {}
  }

  /// Bytes of a receiver's response: only its status and one line are used.
  private static final long LONGEST_ANSWER = 1L << 20;

  private static final long LONGEST_SECRET = 64 << 10;

  private final Disk disk;
  private final ConfinedDirectory names;
  private final InboxStore inbox;
  private final Time time;
  private final HttpCalls calls;
  private final Semaphore permits;

  /// @param names the folder that file names in the configuration are relative to and may not leave
  NotificationSender(
      Disk disk, ConfinedDirectory names, InboxStore inbox, Time time, AlertsSettings settings) {
    this.disk = disk;
    this.names = names;
    this.inbox = inbox;
    this.time = time;
    this.calls = HttpCalls.within(settings.sendDeadline(), LONGEST_ANSWER);
    this.permits = new Semaphore(settings.sendsAtOnce());
  }

  Outcome send(Integration integration, String body) {
    try {
      var url = url(integration.target());
      if (url.isEmpty()) {
        inbox.receive(body, time.now());
        return new Outcome.Delivered();
      }
      return postTo(URI.create(url.get()), integration, body);
    } catch (FaultException e) {
      return new Outcome.RetryLater(Duration.ZERO, e.reason());
    } catch (IOException | IllegalArgumentException e) {
      return new Outcome.RetryLater(Duration.ZERO, String.valueOf(e.getMessage()));
    }
  }

  /// The path of a webhook's URL is its secret and stays out of messages.
  private Outcome postTo(URI uri, Integration integration, String body) throws IOException {
    try {
      var answer = post(uri, integration.access(), body);
      return integration.kind().equals(Integration.SLACK)
          ? slackOutcome(answer)
          : webhookOutcome(answer);
    } catch (FaultException e) {
      var path = uri.getRawPath();
      var why =
          path == null || path.length() < 2 ? e.reason() : e.reason().replace(path, "/<secret>");
      return new Outcome.RetryLater(Duration.ZERO, why);
    }
  }

  /// @return nothing when the message goes to the inbox
  private Optional<String> url(Target target) throws IOException {
    if (target.file().isEmpty()) {
      return target.url();
    }
    return Optional.of(secret(target.file().get(), "a file with the URL"));
  }

  /// An empty file is an error: the message is retried until the file has a secret.
  private String secret(Path name, String expected) throws IOException {
    var file = names.open(name);
    try {
      long size = disk.size(file);
      if (size > LONGEST_SECRET) {
        throw new IOException(
            "file %s has %d bytes (expected: a secret of at most %d)"
                .formatted(file, size, LONGEST_SECRET));
      }
      var text = new String(disk.readWhole(file), StandardCharsets.UTF_8).strip();
      if (text.isEmpty()) {
        throw new IOException("file %s is empty (expected: %s)".formatted(file, expected));
      }
      return text;
    } catch (NoSuchFileException e) {
      throw new IOException("file %s is not there (expected: %s)".formatted(file, expected), e);
    }
  }

  private ClientResponse post(URI uri, Optional<Access> access, String body) throws IOException {
    Map<String, String> headers =
        access.isEmpty() ? Map.of() : Map.of("Authorization", authorization(access.get()));
    permits.acquireUninterruptibly();
    try {
      return calls.post(uri, "application/json", body.getBytes(StandardCharsets.UTF_8), headers);
    } finally {
      permits.release();
    }
  }

  private String authorization(Access access) throws IOException {
    var file = access.file();
    var secret =
        file.isPresent()
            ? secret(file.get(), "a file with the credentials")
            : access.secret().orElse("");
    return access.scheme() + " " + secret;
  }

  private static Outcome webhookOutcome(ClientResponse answer) {
    if (answer.isOk()) {
      return new Outcome.Delivered();
    }
    var why = "status %d: %s".formatted(answer.status(), shortened(answer));
    return answer.status() == 429 || answer.status() >= 500
        ? new Outcome.RetryLater(retryAfter(answer), why)
        : new Outcome.GaveUp(why);
  }

  /// Slack answers with status 200 and either the text `ok` or JSON with a field `ok`.
  private static Outcome slackOutcome(ClientResponse answer) {
    if (!answer.isOk()) {
      return webhookOutcome(answer);
    }
    if (answer.header("Content-Type").orElse("").startsWith("application/json")) {
      var json = Json.parse(answer.body());
      return json.path("ok").asBoolean(false)
          ? new Outcome.Delivered()
          : new Outcome.GaveUp("Slack answered: " + json.path("error").asString("no error text"));
    }
    return answer.text().equals("ok")
        ? new Outcome.Delivered()
        : new Outcome.GaveUp("Slack answered: " + shortened(answer));
  }

  private static Duration retryAfter(ClientResponse answer) {
    try {
      return Duration.ofSeconds(
          Math.clamp(Long.parseLong(answer.header("Retry-After").orElse("0").strip()), 0, 3600));
    } catch (NumberFormatException _) {
      return Duration.ZERO;
    }
  }

  private static String shortened(ClientResponse answer) {
    var text = answer.text().strip();
    return text.substring(0, Math.min(200, text.length()));
  }

  @Override
  public void close() {
    calls.close();
  }
}
