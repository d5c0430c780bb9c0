package dev.gori.promql.script;

import dev.gori.kernel.sample.BucketScheme;
import dev.gori.kernel.sample.Buckets;
import dev.gori.kernel.sample.FloatHistogram;
import dev.gori.kernel.sample.ResetHint;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/// Reads `schema:0 count:4 sum:5 buckets:[1 2 1]`, a histogram between `{{` and `}}` in a script.
final class HistogramDescription {

  private static final Pattern FIELD = Pattern.compile("([a-z_]+):(\\[[^\\]]*\\]|[^\\s]+)");

  private HistogramDescription() {}

  static FloatHistogram read(String text) {
    Map<String, String> fields = new HashMap<>();
    var found = FIELD.matcher(text);
    while (found.find()) {
      fields.put(found.group(1), found.group(2));
    }
    int schema = Integer.parseInt(fields.getOrDefault("schema", "0"));
    var positive = buckets(fields, "offset", "buckets");
    var negative = buckets(fields, "n_offset", "n_buckets");
    return new FloatHistogram(
        hint(fields.getOrDefault("counter_reset_hint", "unknown")),
        schema,
        number(fields, "z_bucket_w"),
        number(fields, "z_bucket"),
        number(fields, "count"),
        number(fields, "sum"),
        positive,
        negative,
        schema == BucketScheme.CUSTOM
            ? numbers(fields.getOrDefault("custom_values", "[]"))
            : new double[0]);
  }

  private static ResetHint hint(String text) {
    return ResetHint.valueOf(text.toUpperCase(Locale.ROOT));
  }

  private static double number(Map<String, String> fields, String name) {
    return SeriesDescription.number(fields.getOrDefault(name, "0"));
  }

  private static Buckets buckets(Map<String, String> fields, String offset, String name) {
    return Buckets.from(
        Integer.parseInt(fields.getOrDefault(offset, "0")),
        numbers(fields.getOrDefault(name, "[]")));
  }

  private static double[] numbers(String list) {
    var inside = list.substring(1, list.length() - 1).strip();
    if (inside.isEmpty()) {
      return new double[0];
    }
    var words = inside.split("\\s+");
    var numbers = new double[words.length];
    for (int i = 0; i < words.length; i++) {
      numbers[i] = SeriesDescription.number(words[i]);
    }
    return numbers;
  }
}
