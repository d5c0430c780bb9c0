package dev.gori.tsdb;

import dev.gori.kernel.label.Labels;
import org.jspecify.annotations.Nullable;

/// A writer's cached reference to a series, which saves the store the lookup by labels. Not
/// thread-safe.
public final class SeriesRef {

  private Labels labels;
  private @Nullable MemSeries series;

  public SeriesRef(Labels labels) {
    this.labels = labels;
  }

  /// The labels that it was created with; after the first append, the store's equal instance with
  /// interned strings.
  public Labels labels() {
    return labels;
  }

  /// The series of the last append, which may have been removed since.
  @Nullable MemSeries series() {
    return series;
  }

  void resolve(MemSeries series) {
    this.series = series;
    labels = series.labels;
  }
}
