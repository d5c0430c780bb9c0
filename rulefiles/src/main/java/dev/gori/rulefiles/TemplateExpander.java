package dev.gori.rulefiles;

import dev.gori.kernel.label.Labels;
import java.util.Optional;

/// The template engine of alerting rules: Go templates with `$labels` and `$value`.
public interface TemplateExpander {

  /// The text with its templates expanded. A template that fails at run time becomes `<error
  /// expanding template: …>`, as in Prometheus; it does not throw.
  ///
  /// @param labels the labels of the result that made the alert
  /// @param value the value of that result
  String expand(String template, Labels labels, double value);

  /// Why the template does not parse; empty when it parses.
  default Optional<String> problem(String template) {
    return Optional.empty();
  }
}
