package dev.gori.delivery.rollout;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// Turns the measurements of one round into a verdict. A crossed rule is `Bad`, even if a
/// measurement of another rule is missing; otherwise any missing or unclear measurement is
/// `Missing` (hold). Missing data never counts as good.
public final class Judge {

  private static final String ERROR_RATIO = "error_ratio";

  private final Function<String, Measurement> ask;
  private final List<Evidence> evidence = new ArrayList<>();
  private final List<String> unclear = new ArrayList<>();
  private final List<String> causes = new ArrayList<>();

  private Judge(Function<String, Measurement> ask) {
    this.ask = ask;
  }

  /// @param ask answers a query; called once for each query
  public static Verdict judge(List<RollbackRule> rules, Function<String, Measurement> ask) {
    var judge = new Judge(ask);
    for (var rule : rules) {
      switch (rule) {
        case RollbackRule.Limit limit -> judge.weigh(limit);
        case RollbackRule.Failures failures -> judge.weigh(failures);
      }
    }
    return judge.verdict();
  }

  private Verdict verdict() {
    if (!causes.isEmpty()) {
      return new Verdict.Bad(String.join("; ", causes), evidence);
    }
    return unclear.isEmpty()
        ? new Verdict.Good(evidence)
        : new Verdict.Missing(String.join("; ", unclear), evidence);
  }

  private void weigh(RollbackRule.Limit rule) {
    var reading = ask.apply(rule.gate().query());
    var found = Evidence.of(rule.gate(), reading);
    evidence.add(found);
    if (found.crossed()) {
      cross(rule.name(), found);
    }
    if (!(reading instanceof Measurement.Value)) {
      unclear.add(found.gate() + ": " + found.value());
    }
  }

  /// Queries the failures first: a scrape between the two queries then lowers the share.
  private void weigh(RollbackRule.Failures rule) {
    var failed = ask.apply(rule.failures());
    var all = ask.apply(rule.requests());
    if (failed instanceof Measurement.Value(double failures)
        && all instanceof Measurement.Value(double requests)) {
      weigh(rule, Math.round(requests), Math.min(Math.round(failures), Math.round(requests)));
    } else {
      missing(rule, "failures", rule.failures(), failed);
      missing(rule, "requests", rule.requests(), all);
    }
  }

  private void weigh(RollbackRule.Failures rule, long requests, long failures) {
    var finding = rule.test().find(requests, failures);
    var value =
        requests == 0
            ? "no requests of users"
            : "%s (%d of %d)"
                .formatted(Evidence.number((double) failures / requests), failures, requests);
    var found =
        new Evidence(
            ERROR_RATIO,
            "%s of %s".formatted(rule.failures(), rule.requests()),
            value,
            limit(rule),
            finding instanceof SequentialErrorAnalysis.Finding.Over);
    evidence.add(found);
    switch (finding) {
      case SequentialErrorAnalysis.Finding.Over() -> cross(rule.name(), found);
      case SequentialErrorAnalysis.Finding.Unclear(long clearing, long deciding) ->
          unclear.add(
              "%s: %s is over %s, which so few requests may show by chance: %s more without a failure clear it, about %s more with this ratio roll back"
                  .formatted(
                      ERROR_RATIO,
                      value,
                      Evidence.number(rule.test().limit()),
                      clearing == Long.MAX_VALUE ? "no number" : clearing,
                      deciding));
      case SequentialErrorAnalysis.Finding.Within() -> {
        // Nothing speaks against the version.
      }
    }
  }

  private void missing(RollbackRule.Failures rule, String what, String query, Measurement reading) {
    var value =
        switch (reading) {
          case Measurement.Value(double number) -> Evidence.number(number);
          case Measurement.NoData() -> "no data";
          case Measurement.Failed(var why) -> "query failed: " + why;
        };
    evidence.add(new Evidence(what, query, value, limit(rule), false));
    if (!(reading instanceof Measurement.Value)) {
      unclear.add(what + ": " + value);
    }
  }

  private static String limit(RollbackRule.Failures rule) {
    return "significantly over " + Evidence.number(rule.test().limit());
  }

  private void cross(String rule, Evidence found) {
    causes.add("%s (%s %s, %s)".formatted(rule, found.gate(), found.value(), found.limit()));
  }
}
