package dev.gori.logs.logql;

import dev.gori.kernel.label.Labels;

/// Compiles the templates of `line_format` and `label_format`.
@FunctionalInterface
public interface LineTemplates {

  /// A compiled template.
  @FunctionalInterface
  interface LineTemplate {
    /// @throws IllegalArgumentException when it cannot be expanded for this line
    String expand(Labels labels, String line, long nanos);
  }

  /// @throws IllegalArgumentException with the reason when the template is invalid
  LineTemplate compile(String text);

  /// Rejects every template.
  LineTemplates NONE =
      text -> {
        throw new IllegalArgumentException("templates are not available here");
      };
}
