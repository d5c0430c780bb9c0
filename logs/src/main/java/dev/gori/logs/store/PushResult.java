package dev.gori.logs.store;

import java.util.List;

/// What became of a push. What was good is stored even when something beside it was refused.
///
/// @param stored entries that are new and safe on disk
/// @param known entries that were there already: the same stream, moment and line
public record PushResult(int stored, int duplicates, List<Rejected> rejected) {

  public PushResult {
    rejected = List.copyOf(rejected);
  }

  /// Why an entry or a whole stream was not taken.
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

    /// The word that Loki's documentation uses for it.
    public String text() {
      return text;
    }
  }

  /// @param entries how many entries this refused
  /// @param message names the offender and the limit
  public record Rejected(Reason reason, int entries, String message) {}
}
