package dev.gori.metrics.rules;

import dev.gori.kernel.label.Labels;
import java.util.Optional;

/// Applies `alert_relabel_configs`.
@FunctionalInterface
public interface AlertRelabeling {

  AlertRelabeling NONE = Optional::of;

  /// The labels to send; empty if the alert is dropped.
  Optional<Labels> relabel(Labels labels);
}
