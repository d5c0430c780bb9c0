package dev.gori.logs.logql;

import dev.gori.kernel.label.Labels;

/// What `line_format` and `label_format` need from a template engine.
@FunctionalInterface
public interface LineTemplates {

  /// A template that was read.
  @FunctionalInterface
  interface LineTemplate {
    /// @throws IllegalArgumentException when it cannot be expanded for this line
    String expand(Labels labels, String line, long nanos);
  }

  /// @throws IllegalArgumentException with the reason when the text is no template
  LineTemplate compile(String text);

  /// Refuses every template.
  LineTemplates NONE =
      text -> {
        throw new IllegalArgumentException("templates are not available here");
      };
}
