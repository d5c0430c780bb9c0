package dev.gori.logs.store;

import java.util.List;

/// The result of a push. Valid entries are stored even when the push has invalid ones.
///
/// @param stored how many entries are new and durable
/// @param duplicates how many entries have the stream, timestamp and line of a stored entry
public record PushResult(int stored, int duplicates, List<Rejected> rejected) {

  public PushResult {
    rejected = List.copyOf(rejected);
  }

  /// Why the store rejected an entry or a stream.
  public enum Reason {
    MISSING_LABELS("missing_labels"),
    MAX_LABEL_NAMES("max_label_names_per_series"),
    INVALID_LABELS("invalid_labels"),
    LABEL_NAME_TOO_LONG("label_name_too_long"),
    LABEL_VALUE_TOO_LONG("label_value_too_long"),
    LINE_TOO_LONG("line_too_long"),
    TOO_OLD("greater_than_max_sample_age"),
    TOO_FAR_IN_FUTURE("too_far_in_future"),
    STREAM_LIMIT("stream_limit");

    private final String text;

    Reason(String text) {
      this.text = text;
    }

    /// The reason's name in Loki's documentation.
    public String text() {
      return text;
    }
  }

  /// @param entries how many entries were rejected for this reason
  /// @param message the value and the limit that it exceeds
  public record Rejected(Reason reason, int entries, String message) {}
}
