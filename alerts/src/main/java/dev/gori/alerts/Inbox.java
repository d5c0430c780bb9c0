package dev.gori.alerts;

import dev.gori.base.conf.SecretFile;
import dev.gori.base.json.Json;
import dev.gori.http.Request;
import dev.gori.http.Response;
import dev.gori.http.Routes;
import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.id.Bytes;
import dev.gori.kernel.time.Time;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Receives Slack webhook calls where there is no Slack, and lists them.
///
/// `POST /api/v1/inbox/slack/{key}` is a Slack incoming webhook: the key in its path is its secret,
/// as with Slack's own. The role writes its URL to the file `slack-url` in its folder, which
/// `slack_api_url_file: slack-url` reads, in this role and in a real Alertmanager that is started
/// in that folder. The role does not overwrite a file with another URL, such as a real Slack's.
final class Inbox {
  static final String URL_FILE = "slack-url";
  private static final String KEY_FILE = "inbox-key";
  private static final String PATH = "/api/v1/inbox/slack/";
  private static final int LONGEST = 256 << 10;
  private static final Bytes LONGEST_FORM = Bytes.mebi(1); // with what a form escapes
  private static final int MOST = 1_000;

  private final InboxStore messages;
  private final Time time;
  private final String key;

  private Inbox(InboxStore messages, Time time, String key) {
    this.messages = messages;
    this.time = time;
    this.key = key;
  }

  /// @param self the environment's own address, such as `http://127.0.0.1:7010`
  static Inbox open(InboxStore messages, Time time, Disk disk, Path folder, URI self)
      throws IOException {
    var keyFile = folder.resolve(KEY_FILE);
    if (!disk.exists(keyFile)) {
      var random = new byte[16];
      new SecureRandom().nextBytes(random);
      disk.writeWhole(keyFile, HexFormat.of().formatHex(random).getBytes(StandardCharsets.UTF_8));
    }
    var inbox = new Inbox(messages, time, secret(disk, keyFile, "to get a new one"));
    var urlFile = folder.resolve(URL_FILE);
    if (!disk.exists(urlFile)
        || secret(disk, urlFile, "to have messages in the inbox").contains(PATH)) {
      disk.writeWhole(
          urlFile,
          (self.toString().replaceAll("/+$", "") + PATH + inbox.key)
              .getBytes(StandardCharsets.UTF_8));
    }
    return inbox;
  }

  private static String secret(Disk disk, Path file, String deleted) throws IOException {
    var text = new String(disk.readWhole(file), StandardCharsets.UTF_8).strip();
    if (text.length() < SecretFile.LEAST) {
      throw new IOException(
          "%s: %d characters (expected: at least %d); restore it, or delete it %s"
              .formatted(file, text.length(), SecretFile.LEAST, deleted));
    }
    return text;
  }

  Routes routes(Routes routes) {
    return routes
        .get("", this::list)
        .post("/slack/{key}", this::take)
        .takes(LONGEST_FORM)
        .alwaysOpen();
  }

  private Response take(Request request) {
    var given = request.param("key").getBytes(StandardCharsets.UTF_8);
    if (!MessageDigest.isEqual(given, key.getBytes(StandardCharsets.UTF_8))) {
      throw new FaultException(
          Fault.FORBIDDEN,
          "the key in the path is not this inbox's (expected: the URL in its file '%s')"
              .formatted(URL_FILE));
    }
    var form =
        request.header("Content-Type").orElse("").startsWith("application/x-www-form-urlencoded");
    var body =
        form
            ? request.form().getOrDefault("payload", List.of("")).getFirst()
            : new String(request.body(), StandardCharsets.UTF_8);
    if (body.length() > LONGEST) {
      throw new FaultException(
          Fault.TOO_LARGE,
          "message: %d characters (expected: at most %d)".formatted(body.length(), LONGEST));
    }
    if (!Json.parseBounded(body.getBytes(StandardCharsets.UTF_8)).isObject()) {
      throw FaultException.badRequest(
          "invalid_payload (expected: a JSON object, as for a Slack incoming webhook)");
    }
    messages.receive(body, time.now());
    return Response.text(200, "ok");
  }

  /// Newest first; `limit` (100), `since` (only messages with a larger id).
  private Response list(Request request) {
    long limit = number(request, "limit", 100);
    long since = number(request, "since", 0);
    var shown =
        messages.list().stream()
            .filter(message -> message.id() > since)
            .limit(Math.min(limit, MOST))
            .map(Inbox::json)
            .toList();
    return Response.json(Json.object("messages", shown));
  }

  private static long number(Request request, String name, long otherwise) {
    var text = request.query(name).orElse("");
    try {
      return text.isEmpty() ? otherwise : Math.max(0, Long.parseLong(text));
    } catch (NumberFormatException _) {
      throw FaultException.badRequest("%s: '%s' (expected: a whole number)".formatted(name, text));
    }
  }

  /// `payload` is the message; `body` is the same, byte for byte as it was sent.
  private static Map<String, @Nullable Object> json(InboxMessage message) {
    return Json.object(
        "id",
        message.id(),
        "received",
        AlertViews.time(message.received()),
        "payload",
        Json.parse(message.body()),
        "body",
        message.body());
  }
}
