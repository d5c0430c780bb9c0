package dev.gori.promql;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.gori.kernel.gotext.GoRegexp;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.label.Regex;
import dev.gori.promql.syntax.Expr;
import dev.gori.promql.syntax.Syntax;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// `label_replace` and `label_join`.
final class LabelFunctions {

  private final QueryContext context;
  private final Evaluator evaluator;

  LabelFunctions(QueryContext context, Evaluator evaluator) {
    this.context = context;
    this.evaluator = evaluator;
  }

  List<StepSeries> replace(Expr.Call call, StepGrid grid) {
    var to = evaluator.string(call.args().get(1));
    var replacement = evaluator.string(call.args().get(2));
    var from = evaluator.string(call.args().get(3));
    var expression = evaluator.string(call.args().get(4));
    Pattern pattern;
    try {
      pattern = Regex.anchored(expression);
    } catch (PatternSyntaxException e) {
      throw PromQlException.execution(
          "invalid regular expression in label_replace(): " + expression);
    }
    checkName(to, "destination", "label_replace");
    return relabelled(
        call,
        grid,
        to,
        labels -> {
          var matcher = pattern.matcher(Regex.input(pattern, labels.get(from)));
          return matcher.find()
              ? Optional.of(labels.with(to, expanded(replacement, matcher)))
              : Optional.empty();
        });
  }

  List<StepSeries> join(Expr.Call call, StepGrid grid) {
    var to = evaluator.string(call.args().get(1));
    var separator = evaluator.string(call.args().get(2));
    var from = call.args().stream().skip(3).map(evaluator::string).toList();
    checkName(to, "destination", "label_join");
    from.forEach(name -> checkName(name, "source", "label_join"));
    return relabelled(
        call, grid, to, labels -> Optional.of(labels.with(to, joined(separator, from, labels))));
  }

  /// Counts a long label value as the samples that would take its memory, so that nested calls
  /// cannot grow labels without limit.
  private String held(String text) {
    context.hold(text.length() / 8);
    return text;
  }

  private String expanded(String replacement, Matcher matcher) {
    try {
      return held(GoRegexp.expand(replacement, matcher));
    } catch (IllegalArgumentException e) {
      throw PromQlException.execution("label_replace(): " + e.getMessage());
    }
  }

  private String joined(String separator, List<String> from, Labels labels) {
    long length = (long) separator.length() * from.size();
    for (var name : from) {
      length += labels.get(name).length();
    }
    context.hold(length / 8);
    return String.join(separator, from.stream().map(labels::get).toList());
  }

  private static void checkName(String name, String which, String function) {
    if (!Syntax.isLabelName(name)) {
      throw PromQlException.execution(
          "invalid %s label name in %s(): %s".formatted(which, function, name));
    }
  }

  private List<StepSeries> relabelled(
      Expr.Call call, StepGrid grid, String changed, Function<Labels, Optional<Labels>> change) {
    var results = new ArrayList<StepSeries>();
    for (var line : evaluator.vector(call.args().getFirst(), grid)) {
      var labels = change.apply(line.labels());
      boolean namesAgain = changed.equals(Labels.NAME) && labels.isPresent();
      results.add(line.named(labels.orElse(line.labels()), line.isNameDropped() && !namesAgain));
    }
    return StepSeriesMerge.merged(results);
  }
}
