package dev.gori.logs.logql;

import dev.gori.kernel.label.Labels;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A log line in a pipeline. Labels are copied only when a stage changes them.
final class LogLine {

  static final String ERROR = "__error__";
  static final String DETAILS = "__error_details__";

  private final Labels stream;
  private final Labels start;
  private final long nanos;
  private String text;
  private @Nullable TreeMap<String, String> changed;
  private @Nullable Labels built;
  private double value = Double.NaN;

  LogLine(Labels stream, long nanos, String text, Labels metadata) {
    this.stream = stream;
    this.start = metadata.isEmpty() ? stream : stream.overlaid(metadata);
    this.nanos = nanos;
    this.text = text;
  }

  long nanos() {
    return nanos;
  }

  String text() {
    return text;
  }

  void text(String newText) {
    text = newText;
  }

  /// The value that `unwrap` extracted.
  double value() {
    return value;
  }

  void value(double newValue) {
    value = newValue;
  }

  String get(String name) {
    return changed == null ? start.get(name) : changed.getOrDefault(name, "");
  }

  boolean has(String name) {
    return changed == null ? start.has(name) : changed.containsKey(name);
  }

  void set(String name, String newValue) {
    writable().put(name, newValue);
  }

  void remove(String name) {
    if (has(name)) {
      writable().remove(name);
    }
  }

  /// Sets a label that a parser extracted. When the stream has a label of this name, the extracted
  /// label gets the suffix `_extracted`.
  void addExtracted(String name, String newValue) {
    set(stream.has(name) ? name + "_extracted" : name, newValue);
  }

  void error(PipelineError kind, String details) {
    if (!has(ERROR)) {
      set(ERROR, kind.text());
      set(DETAILS, details);
    }
  }

  Labels labels() {
    if (changed == null) {
      return start;
    }
    if (built == null) {
      built = Labels.of(changed);
    }
    return built;
  }

  private TreeMap<String, String> writable() {
    if (changed == null) {
      changed = start.toMap();
    }
    built = null;
    return changed;
  }

  /// Returns a valid label name: every other character becomes `_`.
  static String sanitized(String name) {
    var clean = new StringBuilder(name.length() + 1);
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean digit = c >= '0' && c <= '9';
      if (digit && i == 0) {
        clean.append('_');
      }
      clean.append(digit || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' ? c : '_');
    }
    return clean.toString();
  }
}
