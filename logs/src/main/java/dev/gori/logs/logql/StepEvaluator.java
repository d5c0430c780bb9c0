package dev.gori.logs.logql;

import com.google.re2j.Matcher;
import dev.gori.kernel.gotext.GoRegexp;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.label.Regex;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/// Evaluates a node of the expression tree at each step. It reads the lines once, when it is built.
/// A number is a vector with one element without labels.
interface StepEvaluator {

  /// Length in characters from which a label value counts towards the memory of the query.
  int LONG_TEXT = 1_024;

  Map<Labels, Double> at(int step);

  /// The data source, steps and limits of one evaluation.
  record Context(
      LogSource source, StepGrid steps, LogEngine.Limits limits, LogEngine.Meter meter) {}

  static StepEvaluator of(Expr.Metric expr, Context context) throws IOException {
    return switch (expr) {
      case Expr.Number(double value) -> step -> Map.of(Labels.EMPTY, value);
      case Expr.Constant(double value) -> step -> Map.of(Labels.EMPTY, value);
      case Expr.RangeAggregation range -> RangeEvaluator.read(range, context);
      case Expr.VectorAggregation aggregate -> {
        var inner = of(aggregate.operand(), context);
        yield step -> VectorAggregator.apply(aggregate, inner.at(step));
      }
      case Expr.Binary binary -> {
        var left = of(binary.left(), context);
        var right = of(binary.right(), context);
        yield step -> BinaryEvaluator.apply(binary, left.at(step), right.at(step));
      }
      case Expr.LabelReplace replace -> {
        var inner = of(replace.operand(), context);
        yield step -> replaced(replace, inner.at(step), context.meter());
      }
    };
  }

  private static Map<Labels, Double> replaced(
      Expr.LabelReplace replace, Map<Labels, Double> vector, LogEngine.Meter meter) {
    var result = new LinkedHashMap<Labels, Double>();
    vector.forEach(
        (labels, value) -> {
          var matcher =
              replace
                  .pattern()
                  .matcher(Regex.input(replace.pattern(), labels.get(replace.source())));
          var changed =
              matcher.matches()
                  ? labels.with(replace.target(), expanded(replace, matcher, meter))
                  : labels;
          if (result.put(changed, value) != null) {
            throw new LogQlException(
                "label_replace results in two elements with the labels "
                    + changed
                    + " (expected: different labels for each element)");
          }
        });
    return result;
  }

  private static String expanded(
      Expr.LabelReplace replace, Matcher matcher, LogEngine.Meter meter) {
    try {
      var text = GoRegexp.expand(replace.replacement(), matcher);
      if (text.length() > LONG_TEXT) {
        meter.hold(text.length());
      }
      return text;
    } catch (IllegalArgumentException e) {
      throw new LogQlException("label_replace: " + e.getMessage());
    }
  }
}
