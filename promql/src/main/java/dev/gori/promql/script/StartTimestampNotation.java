package dev.gori.promql.script;

import dev.gori.promql.script.SeriesDescription.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Reads start timestamps such as `-30s-1mx2 _ 0`: durations relative to each sample, in
/// milliseconds.
final class StartTimestampNotation {

  private static final String DURATION = "(?:[0-9]+(?:ms|[smhd]))+|0";
  private static final Pattern EXPANDING =
      Pattern.compile("([+-]?)(" + DURATION + ")(?:([+-])(" + DURATION + "))?(?:x([0-9]+))?");
  private static final Pattern GAPS = Pattern.compile("_(?:x([0-9]+))?");

  private StartTimestampNotation() {}

  static List<Value> values(String text) {
    var values = new ArrayList<Value>();
    for (var word : text.strip().split("\\s+")) {
      var gaps = GAPS.matcher(word);
      if (gaps.matches()) {
        int times = gaps.group(1) == null ? 1 : Integer.parseInt(gaps.group(1));
        for (int i = 0; i < times; i++) {
          values.add(Value.GAP);
        }
        continue;
      }
      var m = EXPANDING.matcher(word);
      if (!m.matches()) {
        throw new IllegalArgumentException(
            "start time '%s' (expected: a duration, or start-stepxtimes)".formatted(word));
      }
      double value = ScriptDuration.millis(m.group(2)) * (m.group(1).equals("-") ? -1 : 1);
      double step =
          m.group(4) == null
              ? 0
              : ScriptDuration.millis(m.group(4)) * (m.group(3).equals("-") ? -1 : 1);
      int times = m.group(5) == null ? 0 : Integer.parseInt(m.group(5));
      for (int i = 0; i <= times; i++) {
        values.add(Value.of(value));
        value += step;
      }
    }
    return values;
  }
}
