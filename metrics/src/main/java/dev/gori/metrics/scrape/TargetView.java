package dev.gori.metrics.scrape;

import dev.gori.kernel.label.Labels;
import dev.gori.metrics.exposition.MetricType;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A target for the API.
///
/// @param health result of the last scrape
public record TargetView(
    Labels discovered,
    Labels labels,
    String pool,
    String url,
    String lastError,
    Optional<Instant> lastScrape,
    Duration lastDuration,
    TargetHealth health,
    Duration interval,
    Duration timeout) {

  /// A target dropped by relabelling.
  public record Dropped(Labels discovered, String pool) {}

  /// Metadata of one metric of a target.
  public record Metadata(Labels target, String metric, MetricType type, String help, String unit) {}

  /// The result of one relabelling step.
  ///
  /// @param rule the step's keys
  /// @param isKept false if the step drops the target; it has no labels then
  public record Relabelled(Map<String, @Nullable Object> rule, Labels output, boolean isKept) {}
}
