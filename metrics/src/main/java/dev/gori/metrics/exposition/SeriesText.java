package dev.gori.metrics.exposition;

import dev.gori.kernel.label.Labels;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/// The text of a series in a body: name and labels. Equal texts of a target are the same series;
/// labels are parsed only for unknown series. Mutable: valid until the parser goes on.
public final class SeriesText {

  private byte[] in = new byte[0];
  private int from;
  private int to;
  private MetricType type = MetricType.UNKNOWN;

  SeriesText() {}

  SeriesText at(byte[] body, int start, int end, MetricType family) {
    in = body;
    from = start;
    to = end;
    type = family;
    return this;
  }

  public byte[] bytes() {
    return in;
  }

  public int from() {
    return from;
  }

  public int to() {
    return to;
  }

  /// Name and labels. Bucket bounds and quantiles are normalized, so that a series is the same in
  /// every format.
  ///
  /// @throws ExpositionException if a label is duplicate, or the text is not UTF-8
  public Labels labels() throws ExpositionException {
    return Labels.of(writtenLabels());
  }

  /// The same with empty labels, which {@link #labels} leaves out.
  ///
  /// @throws ExpositionException if a label is duplicate, or the text is not UTF-8
  public Map<String, String> writtenLabels() throws ExpositionException {
    return writtenLabels(in, from, to, type);
  }

  static Labels labels(byte[] in, int from, int to, MetricType type) throws ExpositionException {
    return Labels.of(writtenLabels(in, from, to, type));
  }

  /// Parses a text that the parser has validated; the labels of any other text are undefined.
  private static Map<String, String> writtenLabels(byte[] in, int from, int to, MetricType type)
      throws ExpositionException {
    var labels = new TreeMap<String, String>();
    int at = from;
    while (at < to && in[at] != '{' && !isSpace(in[at])) {
      at++;
    }
    if (at > from) {
      labels.put(Labels.NAME, AsciiBytes.text(in, from, at));
    }
    while (at < to) {
      byte c = in[at];
      if (c == '{' || c == '}' || c == ',' || isSpace(c)) {
        at++;
        continue;
      }
      int stop = c == '"' ? afterQuoted(in, at, to) : afterName(in, at, to);
      var key = c == '"' ? unquoted(in, at, stop) : AsciiBytes.text(in, at, stop);
      at = afterSpace(in, stop, to);
      if (at < to && in[at] == '=') {
        at = afterSpace(in, at + 1, to);
        stop = afterQuoted(in, at, to);
        put(labels, key, normalized(type, key, unquoted(in, at, stop)));
        at = stop;
      } else {
        put(labels, Labels.NAME, key);
      }
    }
    return labels;
  }

  private static void put(TreeMap<String, String> labels, String name, String value)
      throws ExpositionException {
    if (labels.put(name, value) != null) {
      throw new ExpositionException("duplicate label '%s' in one series".formatted(name));
    }
  }

  private static String normalized(MetricType type, String label, String value) {
    boolean bound =
        (type == MetricType.HISTOGRAM && label.equals("le"))
            || (type == MetricType.SUMMARY && label.equals("quantile"));
    if (!bound) {
      return value;
    }
    try {
      var bytes = value.getBytes(StandardCharsets.UTF_8);
      return FloatText.bound(FloatText.parse(bytes, 0, bytes.length));
    } catch (NumberFormatException _) {
      return value;
    }
  }

  private static boolean isSpace(byte c) {
    return c == ' ' || c == '\t';
  }

  private static int afterSpace(byte[] in, int from, int to) {
    int at = from;
    while (at < to && isSpace(in[at])) {
      at++;
    }
    return at;
  }

  private static int afterName(byte[] in, int from, int to) {
    int at = from;
    while (at < to && in[at] != '=' && in[at] != ',' && in[at] != '}' && !isSpace(in[at])) {
      at++;
    }
    return at;
  }

  private static int afterQuoted(byte[] in, int from, int to) {
    int at = from + 1;
    while (at < to && in[at] != '"') {
      at += in[at] == '\\' ? 2 : 1;
    }
    return Math.min(at + 1, to);
  }

  /// @param from at the opening quote
  /// @param to after the closing one
  private static String unquoted(byte[] in, int from, int to) throws ExpositionException {
    int end = Math.max(from + 1, to - 1); // a text that was not validated may have no closing quote
    for (int i = from + 1; i < end; i++) {
      if (in[i] == '\\') {
        var out = new byte[to - from];
        return AsciiBytes.text(out, 0, unescaped(in, from + 1, end, out));
      }
    }
    return AsciiBytes.text(in, from + 1, end);
  }

  private static int unescaped(byte[] in, int from, int to, byte[] out) {
    int n = 0;
    for (int i = from; i < to; i++) {
      if (in[i] != '\\' || i + 1 == to) {
        out[n++] = in[i];
        continue;
      }
      byte next = in[++i];
      switch (next) {
        case 'n' -> out[n++] = '\n';
        case '"', '\\' -> out[n++] = next;
        default -> {
          out[n++] = '\\';
          out[n++] = next;
        }
      }
    }
    return n;
  }

  /// The text of labels, which {@link #labels()} can parse.
  static byte[] textOf(Labels labels) {
    var text = new StringBuilder("{\"").append(escaped(labels.metric())).append('"');
    labels.forEach(
        (name, value) -> {
          if (!name.equals(Labels.NAME)) {
            text.append(",\"")
                .append(escaped(name))
                .append("\"=\"")
                .append(escaped(value))
                .append('"');
          }
        });
    return text.append('}').toString().getBytes(StandardCharsets.UTF_8);
  }

  private static String escaped(String value) {
    return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }

  @Override
  public String toString() {
    return new String(Arrays.copyOfRange(in, from, to), StandardCharsets.UTF_8);
  }
}
