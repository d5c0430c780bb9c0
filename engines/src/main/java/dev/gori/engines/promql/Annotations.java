package dev.gori.engines.promql;

import dev.gori.engines.promql.syntax.Expr;
import dev.gori.engines.promql.syntax.Span;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// What a query's caller should know about the result, each thing once.
final class Annotations {

    private static final int MOST = 1_000;

    private final String query;
    private final Set<String> warnings = new LinkedHashSet<>();
    private final Set<String> infos = new LinkedHashSet<>();

    Annotations(String query) {
        this.query = query;
    }

    void warn(Expr where, String what) {
        add(warnings, "PromQL warning: ", where.span(), what);
    }

    void info(Expr where, String what) {
        add(infos, "PromQL info: ", where.span(), what);
    }

    private void add(Set<String> to, String prefix, Span span, String what) {
        if (to.size() < MOST) {
            to.add(prefix + what + " (" + span.position(query) + ")");
        }
    }

    List<String> warnings() {
        return new ArrayList<>(warnings);
    }

    List<String> infos() {
        return new ArrayList<>(infos);
    }

    /// The end of a message that names the metric, where its name is known.
    static String ofMetric(String metric) {
        return metric.isEmpty() ? "" : " for metric name " + quoted(metric);
    }

    static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
