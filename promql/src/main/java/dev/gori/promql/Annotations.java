package dev.gori.promql;

import dev.gori.promql.syntax.Expr;
import dev.gori.promql.syntax.Span;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The warnings and infos of a query. Each message is kept once, with the position at which it was
/// added last.
final class Annotations {

  private static final int MOST = 1_000;
  private static final Span NOWHERE = new Span(0, 0);

  private final String query;
  private final Map<String, Annotation> warnings = new LinkedHashMap<>();
  private final Map<String, Annotation> infos = new LinkedHashMap<>();
  private final Map<String, ForcedMonotonicity> fixes = new HashMap<>();
  private final Map<String, Integer> occurrences = new HashMap<>();

  private record Annotation(Span span, String details) {}

  Annotations(String query) {
    this.query = query;
  }

  void warn(Expr where, String what) {
    add(warnings, spanOf(where), what, "");
  }

  /// A warning whose message ends with the number of its occurrences.
  void warnCounted(Expr where, String what) {
    int times = occurrences.merge(what, 1, Integer::sum);
    add(warnings, spanOf(where), what, times == 1 ? "" : " (%d occurrences)".formatted(times));
  }

  void info(Expr where, String what) {
    add(infos, spanOf(where), what, "");
  }

  /// The info about forced monotonicity of classic buckets, summed up at its first position.
  void forcedMonotonicity(Expr where, String what, ForcedMonotonicity more) {
    var there = infos.get(what);
    var span = there == null ? spanOf(where) : there.span;
    add(infos, span, what, fixes.merge(what, more, ForcedMonotonicity::plus).toString());
  }

  private static void add(Map<String, Annotation> to, Span span, String what, String details) {
    if (to.size() < MOST || to.containsKey(what)) {
      to.put(what, new Annotation(span, details));
    }
  }

  /// The span inside parentheses. Prometheus gives the results of a subquery no position of their
  /// own and reports the start of the query.
  private static Span spanOf(Expr where) {
    return switch (where) {
      case Expr.Paren(_, var inner) -> spanOf(inner);
      case Expr.Subquery _ -> NOWHERE;
      default -> where.span();
    };
  }

  List<String> warnings() {
    return texts("PromQL warning: ", warnings);
  }

  List<String> infos() {
    return texts("PromQL info: ", infos);
  }

  private List<String> texts(String prefix, Map<String, Annotation> notes) {
    return notes.entrySet().stream()
        .map(
            e ->
                prefix
                    + e.getKey()
                    + e.getValue().details
                    + " ("
                    + e.getValue().span.position(query)
                    + ")")
        .toList();
  }

  /// The end of a message that names the metric; empty when the metric has no name.
  static String ofMetric(String metric) {
    return metric.isEmpty() ? "" : ofAnyMetric(metric);
  }

  /// The end of a message that names the metric, also when its name is empty.
  static String ofAnyMetric(String metric) {
    return " for metric name " + quoted(metric);
  }

  static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
