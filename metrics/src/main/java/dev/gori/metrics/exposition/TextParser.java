package dev.gori.metrics.exposition;

import dev.gori.kernel.label.Labels;
import dev.gori.metrics.exposition.MetricSink.MetadataKind;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;

/// Parses Prometheus's text format and OpenMetrics 1.0 as bytes, without strings for known series.
final class TextParser {

  /// The keywords of metadata lines.
  private static final Map<MetadataKind, byte[]> WORDS = new EnumMap<>(MetadataKind.class);

  static {
    for (var what : MetadataKind.values()) {
      WORDS.put(what, what.name().getBytes(StandardCharsets.US_ASCII));
    }
  }

  private final byte[] in;
  private final int limit;
  private final boolean openMetrics;
  private final boolean startTimes;
  private final MetricSink sink;
  private final SeriesText series = new SeriesText();
  private CreatedTimestamps created = CreatedTimestamps.NONE;
  private MetricType type = MetricType.UNKNOWN;
  private int line = 1;
  private int at;

  TextParser(byte[] in, boolean openMetrics, ExpositionParser.Options options, MetricSink sink) {
    this.in = in;
    this.limit = in.length;
    this.openMetrics = openMetrics;
    this.startTimes = openMetrics && options.startTimes();
    this.sink = sink;
  }

  void read() throws ExpositionException {
    boolean over = false;
    while (at < limit) {
      if (over) {
        throw error("data after '# EOF' (expected: nothing)");
      }
      if (in[at] == '#') {
        over = comment();
      } else if (isEmptyLine()) {
        if (openMetrics) {
          throw error("an empty line (expected: none in OpenMetrics)");
        }
      } else {
        sample();
      }
      endLine();
    }
    if (openMetrics && !over) {
      throw error("no '# EOF' at the end");
    }
  }

  private boolean isEmptyLine() {
    skipSpace();
    return atLineEnd();
  }

  private void endLine() throws ExpositionException {
    if (at < limit) {
      if (in[at] != '\n') {
        throw error("%s (expected: the end of the line)".formatted(excerpt()));
      }
      at++;
      line++;
    } else if (openMetrics
        && !AsciiBytes.startsWith(
            AsciiBytes.EOF, in, Math.max(0, limit - AsciiBytes.EOF.length), limit)) {
      throw error("the last line is not terminated");
    }
  }

  /// Parses a line that begins with `#`.
  ///
  /// @return whether it is `# EOF` of OpenMetrics
  private boolean comment() throws ExpositionException {
    int start = at;
    int end = lineEnd();
    at++;
    if (openMetrics && AsciiBytes.equal(AsciiBytes.EOF, in, start, end)) {
      at = end;
      return true;
    }
    skipSpace();
    int word = at;
    skipWord(end);
    for (var about : WORDS.entrySet()) {
      if (AsciiBytes.equal(about.getValue(), in, word, at)) {
        metadata(about.getKey(), end);
        at = end;
        return false;
      }
    }
    if (openMetrics) {
      throw error("a comment (expected: TYPE, HELP, UNIT or EOF in OpenMetrics)");
    }
    at = end;
    return false;
  }

  private void metadata(MetadataKind what, int end) throws ExpositionException {
    skipSpace();
    int from = at;
    boolean quoted = at < end && in[at] == '"';
    if (quoted) {
      skipQuoted(end);
    } else {
      skipWord(end);
    }
    int to = at;
    if (to == from) {
      if (openMetrics) {
        throw error("%s (expected: a metric name)".formatted(excerpt()));
      }
      return; // a comment that resembles metadata
    }
    skipSpace();
    int nameFrom = quoted ? from + 1 : from;
    int nameTo = quoted ? to - 1 : to;
    int textTo = what == MetadataKind.HELP ? end : withoutSpace(at, end);
    if (what == MetadataKind.TYPE) {
      type(nameFrom, nameTo, textTo);
    } else if (what == MetadataKind.UNIT && textTo > at && openMetrics) {
      checkUnit(nameFrom, nameTo, textTo);
    }
    try {
      sink.metadata(what, in, nameFrom, nameTo, at, textTo);
    } catch (ExpositionException e) {
      throw error(String.valueOf(e.getMessage()));
    }
  }

  private void type(int nameFrom, int nameTo, int textTo) throws ExpositionException {
    int from = at;
    type =
        MetricType.of(in, from, textTo, openMetrics)
            .orElseThrow(
                () ->
                    error(
                        "metric type '%s' (expected: counter, gauge, histogram, summary%s)"
                            .formatted(
                                AsciiBytes.excerpt(in, from, textTo),
                                openMetrics
                                    ? ", gaugehistogram, info, stateset or unknown"
                                    : " or untyped")));
    if (startTimes) {
      created = CreatedTimestamps.ahead(in, textTo, nameFrom, nameTo, type);
    }
  }

  private void checkUnit(int nameFrom, int nameTo, int textTo) throws ExpositionException {
    int length = textTo - at;
    boolean suffix =
        nameTo - nameFrom > length
            && in[nameTo - length - 1] == '_'
            && AsciiBytes.excerpt(in, at, textTo)
                .equals(AsciiBytes.excerpt(in, nameTo - length, nameTo));
    if (!suffix) {
      throw error(
          "unit '%s' (expected: the end of the metric's name '%s')"
              .formatted(
                  AsciiBytes.excerpt(in, at, textTo), AsciiBytes.excerpt(in, nameFrom, nameTo)));
    }
  }

  private void sample() throws ExpositionException {
    int start = at;
    int known = sink.expected(in, start, limit);
    int end = known > 0 && endsSeries(start + known) ? start + known : skipSeries();
    at = end;
    series.at(in, start, end, type);
    skipSpace();
    double value = number("a value", "value");
    long millis = MetricSink.NO_TIMESTAMP;
    skipSpace();
    if (!atLineEnd() && in[at] != '#') {
      millis = time();
      skipSpace();
    }
    boolean exemplar = openMetrics && !atLineEnd() && in[at] == '#';
    if (!exemplar && !atLineEnd()) {
      throw error("%s after the value (expected: the end of the line)".formatted(excerpt()));
    }
    if (startTimes && created.isCreated(in, start, end)) {
      skipToLineEnd();
      return;
    }
    give(value, millis);
    if (exemplar) {
      exemplar();
    }
  }

  private void give(double value, long millis) throws ExpositionException {
    try {
      sink.sample(series, value, millis);
      if (startTimes) {
        long start = created.of(series);
        if (start != MetricSink.NO_TIMESTAMP) {
          sink.startedAt(start);
        }
      }
    } catch (ExpositionException e) {
      throw error(String.valueOf(e.getMessage()));
    }
  }

  /// Whether the expected text is the whole series: `up` is not, before `{…}`.
  private boolean endsSeries(int after) {
    if (after >= limit) {
      return false;
    }
    boolean braces = in[after - 1] == '}';
    int next = after;
    while (next < limit && (in[next] == ' ' || in[next] == '\t')) {
      next++;
    }
    return braces || (next > after && next < limit && in[next] != '{');
  }

  private int skipSeries() throws ExpositionException {
    boolean named = skipName();
    int end = at;
    skipSpace();
    if (at < limit && in[at] == '{') {
      skipLabels(named);
      return at;
    }
    if (!named) {
      throw error("%s (expected: a metric name)".formatted(excerpt()));
    }
    return end;
  }

  private boolean skipName() {
    int start = at;
    while (at < limit && isNameByte(in[at], at == start)) {
      at++;
    }
    return at > start;
  }

  private static boolean isNameByte(byte c, boolean first) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || c == '_'
        || c == ':'
        || (!first && c >= '0' && c <= '9');
  }

  /// Skips `{name="value", …}`; a quoted string without a value is the metric name.
  private void skipLabels(boolean named) throws ExpositionException {
    at++;
    boolean hasName = named;
    while (true) {
      skipSpace();
      if (at < limit && in[at] == '}') {
        at++;
        break;
      }
      boolean quoted = at < limit && in[at] == '"';
      if (quoted) {
        skipQuoted(limit);
      } else if (!skipName()) {
        throw error("%s (expected: a label name)".formatted(excerpt()));
      }
      skipSpace();
      if (at < limit && in[at] == '=') {
        at++;
        skipSpace();
        skipQuoted(limit);
      } else if (quoted && !hasName) {
        hasName = true;
      } else {
        throw error("%s (expected: '=')".formatted(excerpt()));
      }
      skipSpace();
      if (at < limit && in[at] == ',') {
        at++;
      } else if (at >= limit || in[at] != '}') {
        throw error("%s (expected: ',' or '}')".formatted(excerpt()));
      }
    }
    if (!hasName) {
      throw error("labels without a metric name");
    }
  }

  private void skipQuoted(int end) throws ExpositionException {
    if (at >= end || in[at] != '"') {
      throw error("%s (expected: a quoted string)".formatted(excerpt()));
    }
    int next = at + 1;
    while (next < end && in[next] != '"' && in[next] != '\n') {
      next += in[next] == '\\' ? 2 : 1;
    }
    if (next >= end || in[next] != '"') {
      throw error("an unterminated quoted string");
    }
    at = next + 1;
  }

  /// Parses ` # {labels} value [time]` after an OpenMetrics sample.
  private void exemplar() throws ExpositionException {
    at++;
    skipSpace();
    int from = at;
    if (at >= limit || in[at] != '{') {
      throw error("%s (expected: an exemplar's labels)".formatted(excerpt()));
    }
    skipLabels(true);
    int to = at;
    skipSpace();
    double value = number("an exemplar's value", "exemplar");
    long millis = MetricSink.NO_TIMESTAMP;
    skipSpace();
    if (!atLineEnd()) {
      millis = time();
      skipSpace();
    }
    Labels labels;
    try {
      labels = SeriesText.labels(in, from, to, MetricType.UNKNOWN);
    } catch (ExpositionException e) {
      throw error(String.valueOf(e.getMessage()));
    }
    sink.exemplar(labels, value, millis);
  }

  private double number(String expected, String what) throws ExpositionException {
    int from = at;
    skipWord(limit);
    if (at == from) {
      throw error("%s (expected: %s)".formatted(excerpt(), expected));
    }
    try {
      return FloatText.parse(in, from, at);
    } catch (NumberFormatException _) {
      throw error("%s '%s' (expected: a number)".formatted(what, AsciiBytes.excerpt(in, from, at)));
    }
  }

  private long time() throws ExpositionException {
    int from = at;
    skipWord(limit);
    try {
      if (!openMetrics) {
        if (in[from] == '-' || in[from] == '+') {
          throw new NumberFormatException("a sign");
        }
        return Long.parseLong(AsciiBytes.excerpt(in, from, at));
      }
      double seconds = FloatText.parse(in, from, at);
      if (!Double.isNaN(seconds) && !Double.isInfinite(seconds)) {
        return (long) (seconds * 1000); // truncated, as Prometheus does, so that both get the
        // same millisecond
      }
    } catch (NumberFormatException _) {
      // reported below
    }
    throw error(
        "time '%s' (expected: %s)"
            .formatted(
                AsciiBytes.excerpt(in, from, at),
                openMetrics ? "seconds" : "whole milliseconds without a sign"));
  }

  private void skipSpace() {
    while (at < limit && (in[at] == ' ' || in[at] == '\t')) {
      at++;
    }
  }

  private void skipWord(int end) {
    while (at < end && in[at] != ' ' && in[at] != '\t' && in[at] != '\n') {
      at++;
    }
  }

  private void skipToLineEnd() {
    at = lineEnd();
  }

  private boolean atLineEnd() {
    return at >= limit || in[at] == '\n';
  }

  /// The end of the line, without the line terminator.
  private int lineEnd() {
    int end = at;
    while (end < limit && in[end] != '\n') {
      end++;
    }
    return end;
  }

  private int withoutSpace(int from, int to) {
    int end = to;
    while (end > from && (in[end - 1] == ' ' || in[end - 1] == '\t')) {
      end--;
    }
    return end;
  }

  private String excerpt() {
    int end = Math.min(lineEnd(), at + 20);
    return atLineEnd() ? "the line's end" : "'" + AsciiBytes.excerpt(in, at, end) + "'";
  }

  private ExpositionException error(String what) {
    return new ExpositionException("line %d: %s".formatted(line, what));
  }
}
