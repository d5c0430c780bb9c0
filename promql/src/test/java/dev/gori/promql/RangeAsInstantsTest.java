package dev.gori.promql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.time.WallTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// A range query is worked out series by series over all its moments; an instant query knows one
/// moment only. Both have to say the same.
final class RangeAsInstantsTest {

  private static final long STEP = 421;

  private final PromQl engine = new PromQl(EngineOptions.DEFAULTS, new WallTime());
  private final SampleData data = new SampleData();

  @Test
  void aRangeQueryGivesWhatInstantQueriesGive() {
    var problems = new ArrayList<String>();
    for (var text : SampleQueries.all()) {
      boolean byQueryTimes =
          text.contains("start()") || text.contains("end()") || text.contains("\"text\"");
      if (!byQueryTimes) {
        var range = range(text);
        var instants = instants(text);
        if (!range.equals(instants)) {
          problems.add("%s: %s, expected %s".formatted(text, range, instants));
        }
      }
    }
    assertThat(problems).isEmpty();
  }

  private Map<Labels, Map<Long, Double>> range(String text) {
    var found = new TreeMap<Labels, Map<Long, Double>>();
    QueryResult answer;
    try {
      answer =
          engine.range(
              engine.parse(text),
              data,
              Instant.ofEpochSecond(SampleQueries.FROM),
              Instant.ofEpochSecond(SampleQueries.TO),
              Duration.ofSeconds(STEP));
    } catch (PromQlException e) {
      return failed(e);
    }
    for (var series : ((QueryResult.Matrix) answer.value()).series()) {
      var points = new TreeMap<Long, Double>();
      series.points().forEach(p -> points.put(p.millis(), p.value()));
      found.put(series.labels(), points);
    }
    return found;
  }

  private Map<Labels, Map<Long, Double>> instants(String text) {
    var found = new TreeMap<Labels, Map<Long, Double>>();
    for (long at = SampleQueries.FROM; at <= SampleQueries.TO; at += STEP) {
      QueryResult answer;
      try {
        answer = engine.instant(engine.parse(text), data, Instant.ofEpochSecond(at));
      } catch (PromQlException e) {
        return failed(e);
      }
      switch (answer.value()) {
        case QueryResult.Scalar(var millis, var value) ->
            found.computeIfAbsent(Labels.EMPTY, _ -> new TreeMap<>()).put(millis, value);
        case QueryResult.Vector(var samples) ->
            samples.forEach(
                s ->
                    found
                        .computeIfAbsent(s.labels(), _ -> new TreeMap<>())
                        .put(s.point().millis(), s.point().value()));
        case QueryResult.Text _, QueryResult.Matrix _ -> throw new IllegalStateException(text);
      }
    }
    return found;
  }

  /// A failure names the series of one moment, so that only its kind can be compared.
  private static Map<Labels, Map<Long, Double>> failed(PromQlException e) {
    return Map.of(Labels.of("failed", e.kind().name()), Map.of());
  }
}
