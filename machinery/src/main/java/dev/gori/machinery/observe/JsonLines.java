package dev.gori.machinery.observe;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import dev.gori.machinery.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;

/// Writes an event as one JSON object on one line: `ts` (RFC 3339 with nanoseconds, UTC), `level`, `msg`, then the event's own keys.
final class JsonLines extends EncoderBase<ILoggingEvent> {

    private static final byte[] NOTHING = new byte[0];
    private static final DateTimeFormatter RFC3339 =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private Instant last = Instant.EPOCH;

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
        var line = new LinkedHashMap<String, Object>();
        line.put("ts", RFC3339.format(later(event.getInstant())));
        line.put("level", event.getLevel().toString().toLowerCase(Locale.ROOT));
        line.put("msg", event.getFormattedMessage());
        if (event.getKeyValuePairs() != null) {
            event.getKeyValuePairs().forEach(pair -> line.putIfAbsent(pair.key, String.valueOf(pair.value)));
        }
        if (event.getThrowableProxy() != null) {
            line.putIfAbsent("error", ThrowableProxyUtil.asString(event.getThrowableProxy()));
        }
        return (Json.text(line) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /// Each line of a file has a moment of its own, a nanosecond after the one before if need be: equal lines stay two lines in a log store.
    private synchronized Instant later(Instant moment) {
        last = moment.isAfter(last) ? moment : last.plusNanos(1);
        return last;
    }
}
