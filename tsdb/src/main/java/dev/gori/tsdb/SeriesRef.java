package dev.gori.tsdb;

import dev.gori.kernel.label.Labels;
import org.jspecify.annotations.Nullable;

/// A series as its writer knows it. Who writes the same series again and again keeps one of these:
/// the store notes in it where it holds the series, and need not look for it by its labels. For one
/// thread at a time.
public final class SeriesRef {

  private Labels labels;
  private @Nullable MemSeries series;

  public SeriesRef(Labels labels) {
    this.labels = labels;
  }

  /// Equal to those that it was made with; once it was stored, the store's own, whose texts are
  /// shared by all series.
  public Labels labels() {
    return labels;
  }

  /// Where the store held it last, which may be no more.
  @Nullable MemSeries series() {
    return series;
  }

  void resolve(MemSeries series) {
    series = series;
    labels = series.labels;
  }
}
