package dev.gori.metrics.rules;

import dev.gori.base.conf.Problems;
import dev.gori.promql.PromQl;
import dev.gori.promql.PromQlException;
import dev.gori.rulefiles.ExpressionChecker;
import dev.gori.rulefiles.RuleFile;
import java.util.ArrayList;
import java.util.Optional;

/// Reads rule files, and checks expressions and templates.
public final class RuleFiles {

  private RuleFiles() {}

  /// Reads a file and reports every problem as `file:line: …`. If there are problems, the result
  /// must not be used.
  public static RuleFile read(String name, String text, PromQl promql, Problems problems) {
    var found = new ArrayList<String>();
    var file = RuleFile.parse(name, text, expressions(promql), RuleTemplates.forChecks(), found);
    found.forEach(problems::add);
    return file;
  }

  private static ExpressionChecker expressions(PromQl promql) {
    return expression -> {
      try {
        promql.parse(expression);
        return Optional.empty();
      } catch (PromQlException e) {
        return Optional.of(e.reason());
      }
    };
  }
}
