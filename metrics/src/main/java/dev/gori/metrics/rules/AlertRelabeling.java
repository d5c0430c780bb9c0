package dev.gori.metrics.rules;

import dev.gori.kernel.label.Labels;
import java.util.Optional;

/// What happens to an alert's labels on the way out (`alert_relabel_configs`).
@FunctionalInterface
public interface AlertRelabeling {

  AlertRelabeling NONE = Optional::of;

  /// The labels to send, or nothing when the alert is not to be sent.
  Optional<Labels> relabel(Labels labels);
}
