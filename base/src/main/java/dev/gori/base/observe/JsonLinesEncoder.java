package dev.gori.base.observe;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.io.JsonStringEncoder;

/// Writes an event as one JSON object on one line: `ts` (RFC 3339 with nanoseconds, UTC), `level`,
/// `msg`, then the event's own keys. `msg` is one line: text from a request cannot begin a line of
/// its own when `msg` is taken out of the JSON.
///
/// The text is put together by hand, with the second's part of `ts` made once a second: a busy
/// gateway writes a line for each request.
final class JsonLinesEncoder extends EncoderBase<ILoggingEvent> {

  private static final byte[] NOTHING = new byte[0];
  private static final DateTimeFormatter TO_THE_SECOND =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final int A_SECOND_IN_NANOS = 1_000_000_000;
  private static final JsonStringEncoder QUOTING = JsonStringEncoder.getInstance();
  private static final Set<String> OWN = Set.of("ts", "level", "msg");

  private Instant last = Instant.EPOCH;
  private String second = TO_THE_SECOND.format(last); // the one of `last`

  @Override
  public byte[] headerBytes() {
    return NOTHING;
  }

  @Override
  public byte[] footerBytes() {
    return NOTHING;
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    var message = LogText.oneLine(event.getFormattedMessage());
    var line = new StringBuilder(message.length() + 96).append("{\"ts\":\"");
    stamp(event.getInstant(), line);
    line.append("\",\"level\":\"")
        .append(event.getLevel().toString().toLowerCase(Locale.ROOT))
        .append('"');
    value(line, "msg", message);
    keys(event).forEach((key, text) -> value(line, key, text));
    return line.append("}\n").toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void value(StringBuilder line, String key, String text) {
    quoted(line.append(",\""), key);
    quoted(line.append("\":\""), text);
    line.append('"');
  }

  /// Most text has nothing to escape and is copied as a whole.
  private static void quoted(StringBuilder line, String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c == '"' || c == '\\') {
        QUOTING.quoteAsString(text, line);
        return;
      }
    }
    line.append(text);
  }

  /// What the event has beside its message; no name of the line's own, and each name once.
  private static Map<String, String> keys(ILoggingEvent event) {
    var pairs = event.getKeyValuePairs();
    var thrown = event.getThrowableProxy();
    if (pairs == null && thrown == null) {
      return Map.of();
    }
    var keys = new LinkedHashMap<String, String>();
    if (pairs != null) {
      pairs.forEach(pair -> keys.putIfAbsent(pair.key, String.valueOf(pair.value)));
    }
    if (thrown != null) {
      keys.putIfAbsent("error", ThrowableProxyUtil.asString(thrown));
    }
    keys.keySet().removeAll(OWN);
    return keys;
  }

  /// Each line of a file has a timestamp of its own, a nanosecond after the one before if
  /// necessary: a log store keeps equal lines with different timestamps apart.
  private synchronized void stamp(Instant timestamp, StringBuilder line) {
    var next = timestamp.isAfter(last) ? timestamp : last.plusNanos(1);
    if (next.getEpochSecond() != last.getEpochSecond()) {
      second = TO_THE_SECOND.format(next);
    }
    last = next;
    var nanos =
        Integer.toString(
            A_SECOND_IN_NANOS + next.getNano()); // a 1, which is not copied, then nine digits
    line.append(second).append(nanos, 1, nanos.length()).append('Z');
  }
}
