package dev.gori.metrics.scrape;

import dev.gori.kernel.label.Labels;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A target as the API shows it.
///
/// @param health `up`, `down` or `unknown`
public record TargetView(
    Labels discovered,
    Labels labels,
    String pool,
    String url,
    String lastError,
    Optional<Instant> lastScrape,
    Duration lastDuration,
    String health,
    Duration interval,
    Duration timeout) {

  /// A target that relabelling dropped.
  public record Dropped(Labels discovered, String pool) {}

  /// What a target says about one of its metrics.
  public record Metadata(Labels target, String metric, String type, String help, String unit) {}

  /// What one step of relabelling left of a target's labels.
  ///
  /// @param rule the step's keys
  /// @param isKept whether the target is still there; it has no labels when it is not
  public record Relabelled(Map<String, @Nullable Object> rule, Labels output, boolean isKept) {}
}
