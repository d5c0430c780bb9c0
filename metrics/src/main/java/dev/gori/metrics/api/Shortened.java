package dev.gori.metrics.api;

import dev.gori.promql.Answer;
import java.util.ArrayList;

/// An answer with at most so many series.
final class Shortened {

  static final String WARNING = "results truncated due to limit";

  private Shortened() {}

  /// @param most series; 0 for all
  static Answer to(int most, Answer answer) {
    return switch (answer.value()) {
      case Answer.Vector(var samples) when most > 0 && samples.size() > most ->
          warned(answer, new Answer.Vector(samples.subList(0, most)), WARNING);
      case Answer.Matrix(var series) when most > 0 && series.size() > most ->
          warned(answer, new Answer.Matrix(series.subList(0, most)), WARNING);
      case Answer.Vector _, Answer.Matrix _, Answer.Scalar _, Answer.Text _ -> answer;
    };
  }

  /// The answer with another value and one warning more.
  static Answer warned(Answer answer, Answer.Value value, String warning) {
    var warnings = new ArrayList<>(answer.warnings());
    warnings.addFirst(warning);
    return new Answer(value, warnings, answer.infos());
  }
}
