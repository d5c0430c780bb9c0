package dev.gori.promql.script;

import dev.gori.kernel.time.Time;
import dev.gori.promql.EngineOptions;
import dev.gori.promql.PromQl;
import dev.gori.promql.PromQlException;
import dev.gori.promql.Query;
import dev.gori.promql.QueryResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;

/// Runs the commands of one script in order.
final class ScriptRun {

  private static final Pattern INSTANT =
      Pattern.compile("(eval\\w*)\\s+instant\\s+(?:at\\s+)?(\\S+)\\s+(.+)");
  private static final Pattern RANGE =
      Pattern.compile(
          "(eval\\w*)\\s+range\\s+from\\s+(\\S+)\\s+to\\s+(\\S+)\\s+step\\s+(\\S+)\\s+(.+)");
  private static final Pattern BY_QUERY_TIMES =
      Pattern.compile("(?i)\\b(?:start|end|step|range)\\s*\\(\\s*\\)");
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final ScriptStore store = new ScriptStore();
  private final PromQl engine;

  ScriptRun(boolean experimental, Time time) {
    var plain = EngineOptions.DEFAULTS;
    this.engine =
        new PromQl(
            new EngineOptions(
                plain.lookback(),
                plain.subqueryStep(),
                experimental,
                true,
                experimental,
                false,
                plain.maxSamples(),
                plain.maxSteps(),
                plain.timeout()),
            time);
  }

  ScriptStore store() {
    return store;
  }

  /// @return the differences from what was expected
  List<String> run(ScriptBlocks.Block block) {
    var words = block.command().split("\\s+");
    switch (words[0]) {
      case "clear" -> store.clear();
      case "load", "load_with_nhcb" ->
          load(ScriptDuration.millis(words[1]), block.body(), words[0].endsWith("nhcb"));
      default -> {
        return eval(block);
      }
    }
    return List.of();
  }

  private void load(long step, List<String> lines, boolean withCustomBuckets) {
    var starts = new HashMap<Object, List<SeriesDescription.Value>>();
    var custom = new CustomBuckets();
    for (var line : lines) {
      var series = SeriesDescription.read(line);
      if (series.startTimes()) {
        starts.put(series.labels(), series.values());
        continue;
      }
      store.load(
          series.labels(), step, series.values(), starts.getOrDefault(series.labels(), List.of()));
      custom.add(series);
    }
    if (withCustomBuckets) {
      custom.storeInto(store, step);
    }
  }

  private List<String> eval(ScriptBlocks.Block block) {
    var instant = INSTANT.matcher(block.command());
    if (instant.matches()) {
      var expectation = Expectation.read(instant.group(1), block.body());
      return instant(
          block,
          instant.group(3),
          Instant.ofEpochMilli(ScriptDuration.millis(instant.group(2))),
          expectation);
    }
    var range = RANGE.matcher(block.command());
    if (range.matches()) {
      var expectation = Expectation.read(range.group(1), block.body());
      return range(
          block,
          range.group(5),
          ScriptDuration.millis(range.group(2)),
          ScriptDuration.millis(range.group(3)),
          ScriptDuration.millis(range.group(4)),
          expectation);
    }
    return List.of(
        block.command()
            + "\n    no known command (expected: eval instant at TIME, or eval range from … to … step …)");
  }

  private interface Evaluation {
    QueryResult of(Query query);
  }

  /// Evaluates, and checks the failure and the annotations; the caller compares the values.
  private List<String> evaluated(
      ScriptBlocks.Block block,
      String text,
      Expectation expectation,
      Evaluation evaluation,
      Function<QueryResult, List<String>> compare) {
    QueryResult answer;
    try {
      answer = evaluation.of(engine.parse(text));
    } catch (PromQlException e) {
      return expectation.failure().filter(note -> accepts(note, e.reason())).isPresent()
          ? List.of()
          : List.of(
              block.command()
                  + "\n    expected: "
                  + expectation.failure().map(Object::toString).orElse("a result")
                  + "\n    got: error: "
                  + e.reason());
    }
    if (expectation.failure().isPresent()) {
      return List.of(
          block.command()
              + "\n    expected: a failure\n    got: "
              + Comparison.text(answer.value()));
    }
    var problems = new ArrayList<>(compare.apply(answer));
    problems.addAll(expectation.annotationProblems(answer.warnings(), answer.infos()));
    return problems.isEmpty()
        ? List.of()
        : List.of(
            block.command()
                + "\n    "
                + String.join("\n    ", problems)
                + "\n    got: "
                + Comparison.text(answer.value()));
  }

  /// An expected parse error may be given with or without its position.
  private static boolean accepts(Expectation.ExpectedAnnotation note, String message) {
    int marker = message.indexOf("parse error: ");
    return note.accepts(message) || (marker >= 0 && note.accepts(message.substring(marker + 13)));
  }

  private List<String> instant(
      ScriptBlocks.Block block, String text, Instant at, Expectation expectation) {
    var problems =
        new ArrayList<>(
            evaluated(
                block,
                text,
                expectation,
                q -> engine.instant(q, store, at),
                answer ->
                    expectation.window().isPresent()
                        ? Comparison.window(expectation, answer.value())
                        : Comparison.instant(expectation, answer.value())));
    boolean sameAsRange =
        problems.isEmpty()
            && expectation.failure().isEmpty()
            && expectation.string().isEmpty()
            && expectation.window().isEmpty()
            && !expectation.isOrdered()
            && !BY_QUERY_TIMES.matcher(text).find();
    if (sameAsRange) {
      problems.addAll(asRange(block, text, at, expectation));
    }
    return problems;
  }

  private List<String> asRange(
      ScriptBlocks.Block block, String text, Instant at, Expectation expectation) {
    try {
      var answer =
          engine.range(engine.parse(text), store, at.minus(MINUTE), at.plus(MINUTE), MINUTE);
      var problems = Comparison.middle(expectation, answer.value(), at.toEpochMilli());
      return problems.isEmpty()
          ? List.of()
          : List.of(
              block.command()
                  + "\n    as a range query: "
                  + String.join("\n    ", problems)
                  + "\n    got: "
                  + Comparison.text(answer.value()));
    } catch (PromQlException e) {
      return List.of(block.command() + "\n    as a range query: error: " + e.reason());
    }
  }

  private List<String> range(
      ScriptBlocks.Block block,
      String text,
      long from,
      long to,
      long step,
      Expectation expectation) {
    return evaluated(
        block,
        text,
        expectation,
        q ->
            engine.range(
                q,
                store,
                Instant.ofEpochMilli(from),
                Instant.ofEpochMilli(to),
                Duration.ofMillis(step)),
        answer -> Comparison.range(expectation, answer.value(), from, step));
  }
}
