package dev.gori.metrics.scrape;

import dev.gori.metrics.exposition.ExpositionException;
import dev.gori.metrics.exposition.MetricSink;
import dev.gori.metrics.exposition.MetricType;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The metadata of a target's metrics. Scrapes mostly repeat the same lines, so only changed lines
/// are parsed. One writer, any number of readers.
final class MetadataCache {

  /// @param type UNKNOWN without a TYPE line
  record Entry(MetricType type, String help, String unit) {
    private static final Entry NOTHING = new Entry(MetricType.UNKNOWN, "", "");

    private Entry with(MetricSink.MetadataKind what, String text) {
      return switch (what) {
        case TYPE -> new Entry(MetricType.of(text), help, unit);
        case HELP -> new Entry(type, unescaped(text), unit);
        case UNIT -> new Entry(type, help, text);
      };
    }

    private static String unescaped(String text) {
      if (text.indexOf('\\') < 0) {
        return text;
      }
      var out = new StringBuilder();
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        char next = c == '\\' && i + 1 < text.length() ? text.charAt(i + 1) : ' ';
        if (next == 'n' || next == '\\' || next == '"') {
          out.append(next == 'n' ? '\n' : next);
          i++;
        } else {
          out.append(c);
        }
      }
      return out.toString();
    }
  }

  private record Line(MetricSink.MetadataKind kind, String metric, byte[] bytes, int nameLength) {
    boolean says(
        MetricSink.MetadataKind other,
        byte[] in,
        int nameFrom,
        int nameTo,
        int textFrom,
        int textTo) {
      return kind == other
          && Arrays.equals(bytes, 0, nameLength, in, nameFrom, nameTo)
          && Arrays.equals(bytes, nameLength, bytes.length, in, textFrom, textTo);
    }
  }

  /// Limit on the metadata lines of one scrape that are cached.
  static final int MAX_LINES = 50_000;

  private final Map<String, Entry> byMetric = new ConcurrentHashMap<>();
  private final List<Line> lines = new ArrayList<>();
  private int next;
  private boolean changed;

  void begin() {
    next = 0;
    changed = false;
  }

  void set(
      MetricSink.MetadataKind what, byte[] in, int nameFrom, int nameTo, int textFrom, int textTo)
      throws ExpositionException {
    if (next < lines.size() && lines.get(next).says(what, in, nameFrom, nameTo, textFrom, textTo)) {
      next++;
      return;
    }
    if (next >= MAX_LINES) {
      return;
    }
    changed = true;
    var metric = text(in, nameFrom, nameTo);
    var said = text(in, textFrom, textTo);
    byMetric.compute(metric, (_, old) -> (old == null ? Entry.NOTHING : old).with(what, said));
    var bytes =
        Arrays.copyOf(
            Arrays.copyOfRange(in, nameFrom, nameTo), nameTo - nameFrom + textTo - textFrom);
    System.arraycopy(in, textFrom, bytes, nameTo - nameFrom, textTo - textFrom);
    var line = new Line(what, metric, bytes, nameTo - nameFrom);
    if (next < lines.size()) {
      lines.set(next, line);
    } else {
      lines.add(line);
    }
    next++;
  }

  private static String text(byte[] in, int from, int to) throws ExpositionException {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(in, from, to - from))
          .toString();
    } catch (CharacterCodingException e) {
      throw new ExpositionException("metadata that is not UTF-8");
    }
  }

  /// Ends a successful scrape: removes metrics that it did not mention.
  void commit() {
    end(true);
  }

  /// Ends a failed scrape: keeps older metadata that it did not replace.
  void fail() {
    end(false);
  }

  private void end(boolean good) {
    if (changed || (good && next < lines.size())) {
      if (good) {
        lines.subList(next, lines.size()).clear();
      }
      var said = new HashSet<String>();
      lines.forEach(line -> said.add(line.metric));
      byMetric.keySet().retainAll(said);
    }
  }

  Map<String, Entry> byMetric() {
    return byMetric;
  }
}
