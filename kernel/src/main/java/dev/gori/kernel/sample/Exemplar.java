package dev.gori.kernel.sample;

import dev.gori.kernel.label.Labels;

/// An exemplar: one observation with labels, such as a trace id.
///
/// @param millis milliseconds since the epoch
public record Exemplar(Labels labels, double value, long millis) {

  /// The maximum total of characters in the names and values of an exemplar's labels, as
  /// OpenMetrics specifies.
  public static final int LONGEST_LABELS = 128;

  /// Whether the labels are longer than OpenMetrics allows.
  public boolean isTooLong() {
    int length = 0;
    for (int i = 0; i < labels.size(); i++) {
      length += characters(labels.nameAt(i)) + characters(labels.valueAt(i));
    }
    return length > LONGEST_LABELS;
  }

  private static int characters(String text) {
    return text.codePointCount(0, text.length());
  }
}
