package dev.gori.promql.script;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.FloatHistogram;
import dev.gori.kernel.sample.Sample;
import dev.gori.promql.syntax.Expr;
import dev.gori.promql.syntax.Syntax;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads `metric{a="b"} 1+1x3 _ stale {{count:2 sum:3}}`: a series and its values.
final class SeriesDescription {

  private static final String NUMBER =
      "[+-]?(?:[0-9][0-9_]*\\.?[0-9]*(?:[eE][+-]?[0-9]+)?|\\.[0-9]+(?:[eE][+-]?[0-9]+)?|0[xX][0-9a-fA-F]+|[iI][nN][fF]|[nN][aA][nN])";
  private static final Pattern EXPANDING =
      Pattern.compile("(" + NUMBER + ")(?:([+-])(" + NUMBER.substring(5) + "))?(?:x([0-9]+))?");
  private static final Pattern REPEATED = Pattern.compile("(_|stale)(?:x([0-9]+))?");

  /// @param value empty for a gap
  record Value(Optional<Double> value, Optional<FloatHistogram> histogram) {
    static final Value GAP = new Value(Optional.empty(), Optional.empty());

    static Value of(double value) {
      return new Value(Optional.of(value), Optional.empty());
    }

    static Value of(FloatHistogram histogram) {
      return new Value(Optional.empty(), Optional.of(histogram));
    }

    boolean isGap() {
      return value.isEmpty() && histogram.isEmpty();
    }
  }

  /// @param startTimes whether the values are start timestamps (`metric{…}@st`), relative to their
  ///   samples
  record Series(Labels labels, boolean startTimes, List<Value> values) {}

  private SeriesDescription() {}

  static Series read(String line) {
    int end = labelsEnd(line);
    var name = line.substring(0, end);
    boolean startTimes = line.startsWith("@st", end);
    var rest = line.substring(startTimes ? end + 3 : end).strip();
    return new Series(
        labels(name), startTimes, startTimes ? StartTimestampNotation.values(rest) : values(rest));
  }

  private static int labelsEnd(String line) {
    int i = 0;
    char quote = 0;
    boolean braces = false;
    for (; i < line.length(); i++) {
      char c = line.charAt(i);
      if (quote != 0) {
        if (c == '\\' && quote != '`') {
          i++;
        } else if (c == quote) {
          quote = 0;
        }
      } else if (c == '"' || c == '\'' || c == '`') {
        quote = c;
      } else if (c == '{') {
        braces = true;
      } else if (c == '}') {
        return i + 1;
      } else if (!braces && (Character.isWhitespace(c) || c == '@')) {
        int next = i;
        while (next < line.length() && Character.isWhitespace(line.charAt(next))) {
          next++;
        }
        if (next < line.length() && line.charAt(next) == '{' && !line.startsWith("{{", next)) {
          i = next - 1;
          continue;
        }
        return i;
      }
    }
    return i;
  }

  static Labels labels(String text) {
    if (text.isBlank() || text.strip().equals("{}")) {
      return Labels.EMPTY;
    }
    var bare = text.strip();
    boolean named = !bare.startsWith("{");
    var selector = named ? bare : bare.replaceFirst("\\{", "{\"__none__\"=\"\",__any__=~\".+\",");
    if (named && bare.endsWith("{}")) {
      selector = bare.substring(0, bare.length() - 2);
    }
    var parsed = Syntax.parseSelector(selector);
    return labels(parsed);
  }

  private static Labels labels(Expr.VectorSelector selector) {
    var labels = Labels.EMPTY;
    for (var m : selector.matchers()) {
      if (!m.name().equals("__none__") && !m.name().equals("__any__")) {
        labels = labels.with(m.name(), m.value());
      }
    }
    return labels;
  }

  static List<Value> values(String text) {
    var values = new ArrayList<Value>();
    int at = 0;
    while (at < text.length()) {
      if (Character.isWhitespace(text.charAt(at))) {
        at++;
      } else if (text.startsWith("{{", at)) {
        at = histograms(text, at, values);
      } else {
        int end = at;
        while (end < text.length() && !Character.isWhitespace(text.charAt(end))) {
          end++;
        }
        floats(text.substring(at, end), values);
        at = end;
      }
    }
    return values;
  }

  private static void floats(String word, List<Value> to) {
    var repeated = REPEATED.matcher(word);
    if (repeated.matches()) {
      int times = repeated.group(2) == null ? 1 : Integer.parseInt(repeated.group(2));
      for (int i = 0; i < times; i++) {
        to.add(repeated.group(1).equals("_") ? Value.GAP : Value.of(Sample.STALE));
      }
      return;
    }
    var m = EXPANDING.matcher(word);
    if (!m.matches()) {
      throw new IllegalArgumentException(
          "series value '%s' (expected: a number, start+stepxtimes, _ or stale)".formatted(word));
    }
    double value = number(m.group(1));
    // Adding -0 leaves every number unchanged, also -0.
    double step =
        m.group(3) == null ? -0.0 : number(m.group(3)) * (m.group(2).equals("-") ? -1 : 1);
    int times = m.group(4) == null ? 0 : Integer.parseInt(m.group(4));
    for (int i = 0; i <= times; i++) {
      to.add(Value.of(value));
      value += step;
    }
  }

  static double number(String text) {
    var lower = text.replace("_", "").toLowerCase(Locale.ROOT);
    return switch (lower) {
      case "inf", "+inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      case "nan", "+nan", "-nan" -> Double.NaN;
      default -> lower.contains("0x") ? Long.decode(lower) : Double.parseDouble(lower);
    };
  }

  private static final Pattern AFTER = Pattern.compile("([+-])(\\{\\{)|x([0-9]+)");

  private static int histograms(String text, int from, List<Value> to) {
    int end = text.indexOf("}}", from) + 2;
    var first = HistogramDescription.read(text.substring(from + 2, end - 2));
    FloatHistogram step = null;
    boolean minus = false;
    Matcher after = AFTER.matcher(text).region(end, text.length());
    if (after.lookingAt() && after.group(1) != null) {
      minus = after.group(1).equals("-");
      int stepEnd = text.indexOf("}}", end) + 2;
      step = HistogramDescription.read(text.substring(end + 3, stepEnd - 2));
      end = stepEnd;
      after = AFTER.matcher(text).region(end, text.length());
    }
    int times = 0;
    if (after.lookingAt() && after.group(3) != null) {
      times = Integer.parseInt(after.group(3));
      end = after.end();
    }
    expand(first, step, minus, times, to);
    return end;
  }

  private static void expand(
      FloatHistogram first,
      @Nullable FloatHistogram step,
      boolean minus,
      int times,
      List<Value> to) {
    var value = first;
    to.add(Value.of(value));
    for (int i = 0; i < times; i++) {
      if (step != null) {
        value = (minus ? value.minus(step) : value.plus(step)).histogram().withHint(first.hint());
        if (value.schema() > step.schema()) {
          throw new IllegalArgumentException("histogram step in a finer schema");
        }
      }
      to.add(Value.of(value));
    }
  }
}
