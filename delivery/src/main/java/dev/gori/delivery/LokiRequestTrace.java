package dev.gori.delivery;

import dev.gori.clients.LokiClient;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.id.EnvironmentName;
import dev.gori.kernel.time.Time;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/// Finds a request in the gateway's access log over the Loki API. Searches the last 24 hours.
public final class LokiRequestTrace implements RequestTrace {

  private static final Duration LOOK_BACK = Duration.ofDays(1);
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._:-]{1,128}");

  /// Matches in the text of a JSON log line: a value ends at whitespace or at the closing quote.
  private static final Pattern LINE =
      Pattern.compile(
          " version=(?<version>\\d{1,9}) request_id=(?<id>[^\\s\"]+)(?: model=(?<model>[^\\s\"]+))?");

  private final EnvironmentName environment;
  private final LokiClient loki;
  private final Time time;

  public LokiRequestTrace(EnvironmentName environment, LokiClient loki, Time time) {
    this.environment = environment;
    this.loki = loki;
    this.time = time;
  }

  @Override
  public Optional<Answered> answered(String requestId) {
    if (!ID.matcher(requestId).matches()) {
      throw FaultException.badRequest(
          "request id '%s' (expected: up to 128 letters, digits, '.', '_', ':' or '-')"
              .formatted(requestId));
    }
    var now = time.now();
    var query = "{namespace=\"serving-%s\"} |= \"request_id=%s\"".formatted(environment, requestId);
    return loki.queryRange(query, now.minus(LOOK_BACK), now, 10).stream()
        .flatMap(stream -> stream.entries().stream())
        .map(entry -> LINE.matcher(entry.line()))
        .filter(found -> found.find() && found.group("id").equals(requestId))
        .map(
            found ->
                new Answered(
                    URLDecoder.decode(
                        Optional.ofNullable(found.group("model")).orElse(""),
                        StandardCharsets.UTF_8),
                    Integer.parseInt(found.group("version"))))
        .findFirst();
  }
}
