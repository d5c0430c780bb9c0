package dev.gori.promql;

import dev.gori.promql.syntax.Expr;

/// The annotations of functions over ranges, at the position of their range vector.
final class RangeAnnotations {

  private final Annotations annotations;
  private final Expr where;

  RangeAnnotations(QueryContext context, Expr where) {
    this.annotations = context.annotations();
    this.where = where;
  }

  void mixedFloatsAndHistograms(Window w) {
    annotations.warn(
        where, "encountered a mix of histograms and floats" + Annotations.ofAnyMetric(w.metric()));
  }

  void mixedSchemas(Window w) {
    annotations.warn(
        where,
        "vector contains a mix of histograms with exponential and custom buckets schemas"
            + Annotations.ofAnyMetric(w.metric()));
  }

  void notACounter(Window w) {
    annotations.warn(
        where, "this native histogram metric is not a counter: " + Annotations.quoted(w.metric()));
  }

  void notAGauge(Window w) {
    annotations.warn(
        where, "this native histogram metric is not a gauge: " + Annotations.quoted(w.metric()));
  }

  void conflictingResets(String operation) {
    annotations.warn(where, "conflicting counter resets during histogram " + operation);
  }

  void overlappingStart(Window w) {
    annotations.warnCounted(
        where,
        "sample has start time that overlaps with previous sample timestamp for metric "
            + Annotations.quoted(w.metric()));
  }

  void reconciled(String operation) {
    annotations.info(where, "mismatched custom buckets were reconciled during " + operation);
  }

  void ignoredHistograms(Window w) {
    annotations.info(
        where,
        "ignored histograms in a range containing both floats and histograms"
            + Annotations.ofAnyMetric(w.metric()));
  }
}
