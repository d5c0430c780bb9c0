package dev.gori.metrics.api;

import dev.gori.kernel.gotext.GoFloat;
import dev.gori.kernel.sample.FloatHistogram;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Encodes federation in the text format. Native histograms with custom buckets become classic
/// ones; others are left out, because the format has none.
final class FederationText {

  private static final Pattern PLAIN = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");

  private final FederationFormat format;
  private final StringBuilder out = new StringBuilder();

  private FederationText(FederationFormat format) {
    this.format = format;
  }

  static String of(List<FederatedSample> found, FederationFormat format) {
    var text = new FederationText(format);
    FederatedSample before = null;
    for (var one : found) {
      if (one.histogram().filter(it -> !it.isCustom()).isEmpty()) {
        text.add(one, before);
        before = one;
      }
    }
    return text.out.toString();
  }

  private void add(FederatedSample one, @Nullable FederatedSample before) {
    var name = format.name(one.name());
    if (before == null || !one.belongsTo(before)) {
      out.append("# TYPE ")
          .append(PLAIN.matcher(name).matches() ? name : quoted(name))
          .append(' ')
          .append(one.type().text)
          .append('\n');
    }
    if (one.histogram().isPresent()) {
      buckets(name, one, one.histogram().get());
    } else {
      line(name, one.labels(), one.value(), one.millis());
    }
  }

  private void buckets(String name, FederatedSample one, FloatHistogram histogram) {
    double below = 0;
    int at = 0;
    var counts = histogram.positive();
    for (int i = 0; i < histogram.bounds().length; i++) {
      while (at < counts.size() && counts.indexAt(at) <= i) {
        below += counts.countAt(at++);
      }
      bucket(name, one, GoFloat.general(histogram.bounds()[i]), below);
    }
    bucket(name, one, "+Inf", histogram.count());
    line(name + "_sum", one.labels(), histogram.sum(), one.millis());
    line(name + "_count", one.labels(), histogram.count(), one.millis());
  }

  private void bucket(String name, FederatedSample one, String bound, double count) {
    var labels = new LinkedHashMap<>(one.labels());
    labels.put("le", bound);
    line(name + "_bucket", labels, count, one.millis());
  }

  private void line(String name, Map<String, String> labels, double value, long millis) {
    boolean plain = PLAIN.matcher(name).matches();
    out.append(plain ? name + "{" : "{" + quoted(name));
    boolean first = plain;
    for (var label : labels.entrySet()) {
      var key = format.name(label.getKey());
      out.append(first ? "" : ",")
          .append(PLAIN.matcher(key).matches() ? key : quoted(key))
          .append('=')
          .append(quoted(label.getValue()));
      first = false;
    }
    out.append("} ").append(GoFloat.general(value)).append(' ').append(millis).append('\n');
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\n", "\\n").replace("\"", "\\\"") + '"';
  }
}
