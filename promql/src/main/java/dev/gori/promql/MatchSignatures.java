package dev.gori.promql;

import dev.gori.kernel.label.Labels;
import dev.gori.promql.syntax.Expr;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The matching labels of series on both sides of a binary operator, numbered from 0.
final class MatchSignatures {

  private final boolean on;
  private final List<String> names;
  private final Map<Labels, Integer> numbers = new HashMap<>();

  MatchSignatures(Expr.Matching matching) {
    this.on = matching.on();
    var all = new ArrayList<>(matching.labels());
    if (!on) {
      all.add(Labels.NAME);
    }
    this.names = all;
  }

  Labels of(Labels labels) {
    return on ? labels.only(names) : labels.without(names);
  }

  int[] numbers(List<StepSeries> lines) {
    var found = new int[lines.size()];
    for (int i = 0; i < found.length; i++) {
      var signature = of(lines.get(i).labels());
      var number = numbers.putIfAbsent(signature, numbers.size());
      found[i] = number == null ? numbers.size() - 1 : number;
    }
    return found;
  }

  int count() {
    return numbers.size();
  }
}
