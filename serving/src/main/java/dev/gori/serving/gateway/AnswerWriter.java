package dev.gori.serving.gateway;

import dev.gori.base.json.Json;
import dev.gori.serving.inference.Predictions;
import java.nio.charset.StandardCharsets;

/// Writes a prediction response as JSON text, without building a tree, in the documented key order.
final class AnswerWriter {

  private AnswerWriter() {}

  static byte[] write(Predictions predictions, Loaded loaded, Traffic.Choice choice) {
    var out =
        new StringBuilder(64 + 32 * predictions.rows() * Math.max(1, predictions.classes()) + 128);
    out.append("{\"predictions\":[");
    values(out, predictions.values());
    out.append(']');
    if (predictions.classes() > 0) {
      out.append(",\"probabilities\":[");
      probabilities(out, predictions);
      out.append(']');
    }
    out.append(loaded.identity())
        .append(",\"traffic\":{\"mode\":\"")
        .append(choice.mode())
        .append("\",\"reason\":\"")
        .append(choice.reason())
        .append("\"}}");
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void values(StringBuilder out, Predictions.Values values) {
    switch (values) {
      case Predictions.Values.Labels(long[] labels) -> {
        for (int i = 0; i < labels.length; i++) {
          comma(out, i).append(labels[i]);
        }
      }
      case Predictions.Values.Names(String[] names) -> {
        for (int i = 0; i < names.length; i++) {
          comma(out, i).append(Json.text(names[i]));
        }
      }
      case Predictions.Values.Numbers(double[] numbers, int width) -> {
        for (int i = 0; i < numbers.length; i++) {
          comma(out, i);
          out.append(width > 1 && i % width == 0 ? "[" : "");
          number(out, numbers[i]);
          out.append(width > 1 && i % width == width - 1 ? "]" : "");
        }
      }
    }
  }

  private static void probabilities(StringBuilder out, Predictions predictions) {
    int classes = predictions.classes();
    for (int row = 0; row < predictions.rows(); row++) {
      comma(out, row).append('[');
      for (int i = 0; i < classes; i++) {
        float share = predictions.probabilities()[row * classes + i];
        comma(out, i);
        if (Float.isFinite(share)) {
          out.append(share);
        } else {
          out.append("null");
        }
      }
      out.append(']');
    }
  }

  /// Writes NaN and infinities as null, because JSON cannot represent them.
  private static void number(StringBuilder out, double value) {
    if (Double.isFinite(value)) {
      out.append(value);
    } else {
      out.append("null");
    }
  }

  private static StringBuilder comma(StringBuilder out, int i) {
    return i == 0 ? out : out.append(',');
  }
}
