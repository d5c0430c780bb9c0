package dev.gori.pipelines.drift;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The result of comparing two feature versions.
///
/// @param columns all columns except the ignored ones: the compared ones first, by descending
///   statistic
/// @param why the reason for the verdict in one sentence, with the columns that decided it
public record DriftReport(Verdict verdict, List<Column> columns, String why) {

  private static final int NAMED = 5;

  /// The verdict; only SAME means that the data has not changed.
  public enum Verdict {
    SAME,
    DRIFTED,
    UNCLEAR;

    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// The result for one column.
  public sealed interface Column {
    String name();
  }

  /// A column that was compared.
  ///
  /// @param statistic 0 for equal distributions, 1 for disjoint ones
  /// @param pValue the probability of this statistic or a larger one if both samples have the same
  ///   distribution
  public record Compared(String name, double statistic, double pValue, boolean hasDrifted)
      implements Column {}

  /// A column that should have been compared and could not be.
  public record Unclear(String name, String why) implements Column {}

  /// A column that has nothing to compare; it does not affect the verdict unless no column was
  /// compared.
  public record Uncompared(String name, String why) implements Column {}

  public DriftReport {
    columns = List.copyOf(columns);
  }

  /// Derives the verdict: DRIFTED if one column drifted; else UNCLEAR if one column is unclear or
  /// none was compared; else SAME.
  static DriftReport of(List<Column> columns, double threshold) {
    var compared = new ArrayList<Compared>();
    var unclear = new ArrayList<Unclear>();
    var uncompared = new ArrayList<Uncompared>();
    for (var column : columns) {
      switch (column) {
        case Compared c -> compared.add(c);
        case Unclear u -> unclear.add(u);
        case Uncompared u -> uncompared.add(u);
      }
    }
    compared.sort(Comparator.comparingDouble(Compared::statistic).reversed());
    var all = new ArrayList<Column>(compared);
    all.addAll(unclear);
    all.addAll(uncompared);
    boolean drifted = compared.stream().anyMatch(Compared::hasDrifted);
    var why = new ArrayList<String>();
    compared.stream().findFirst().ifPresent(worst -> why.add(largest(worst, threshold)));
    unclear.stream()
        .limit(NAMED)
        .forEach(column -> why.add("'%s': %s".formatted(column.name(), column.why())));
    if (unclear.size() > NAMED) {
      why.add("%d more columns are unclear".formatted(unclear.size() - NAMED));
    }
    if (compared.isEmpty() && unclear.isEmpty()) {
      why.add("no column could be compared");
      uncompared.stream()
          .limit(NAMED)
          .forEach(column -> why.add("'%s': %s".formatted(column.name(), column.why())));
    }
    var verdict =
        drifted
            ? Verdict.DRIFTED
            : unclear.isEmpty() && !compared.isEmpty() ? Verdict.SAME : Verdict.UNCLEAR;
    return new DriftReport(verdict, all, String.join("; ", why));
  }

  private static String largest(Compared worst, double threshold) {
    return String.format(
        Locale.ROOT,
        "largest KS statistic %.4f in '%s' %s %s",
        worst.statistic(),
        worst.name(),
        worst.hasDrifted() ? "is over" : "is within",
        threshold);
  }

  /// The compared column with the largest statistic.
  public Optional<Compared> worst() {
    return columns.stream()
        .filter(Compared.class::isInstance)
        .map(Compared.class::cast)
        .findFirst();
  }

  /// The columns that should have been compared and could not be, with the reason.
  public List<Unclear> unclear() {
    return columns.stream().filter(Unclear.class::isInstance).map(Unclear.class::cast).toList();
  }

  /// The columns that have nothing to compare, with the reason.
  public List<Uncompared> uncompared() {
    return columns.stream()
        .filter(Uncompared.class::isInstance)
        .map(Uncompared.class::cast)
        .toList();
  }
}
