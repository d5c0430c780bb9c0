package dev.gori.promql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.label.Matcher;
import dev.gori.kernel.sample.SampleBuffer;
import dev.gori.promql.PromQlException.Kind;
import dev.gori.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PromQlTest {

  private final ManualClock time = new ManualClock();
  private final FakeSeries store = new FakeSeries();

  /// A store of counters that rise by one a second, sampled every ten seconds.
  private static final class FakeSeries implements SeriesSource {
    private final List<Labels> series = new ArrayList<>();
    private final List<String> asked = new ArrayList<>();
    private Runnable onRead = () -> {};

    @Override
    public List<Series> select(List<Matcher> matchers, long fromMillis, long toMillis) {
      asked.add(fromMillis + ".." + toMillis);
      return series.stream()
          .filter(labels -> matchers.stream().allMatch(m -> m.matches(labels)))
          .<Series>map(labels -> new Rising(labels, onRead))
          .toList();
    }

    private record Rising(Labels labels, Runnable onRead) implements Series {
      @Override
      public void read(SampleBuffer into) {
        onRead.run();
        for (int i = 0; i <= 60; i++) {
          into.add(i * 10_000L, i * 10);
        }
      }
    }
  }

  private QueryResult range(EngineOptions options, String query, int toSeconds, Duration step) {
    var engine = new PromQl(options, time);
    return engine.range(
        engine.parse(query), store, Instant.EPOCH, Instant.ofEpochSecond(toSeconds), step);
  }

  @Test
  void asksTheStoreForNoMoreThanTheQueryCanSee() {
    range(EngineOptions.DEFAULTS, "rate(c_total[1m] offset 10s)", 300, Duration.ofSeconds(30));
    range(EngineOptions.DEFAULTS, "c_total @ 100", 300, Duration.ofSeconds(30));

    assertThat(store.asked).containsExactly("-69999..290000", "-199999..100000");
  }

  /// On a thread with the small stack that those of the API have.
  @ParameterizedTest
  @ValueSource(strings = {" + ", " or ", " + on () group_left () "})
  void theLongestChainOfOperatorsIsEvaluatedAndPrinted(String operator) throws Exception {
    store.series.add(Labels.of("__name__", "c_total"));
    var query = String.join(operator, Collections.nCopies(501, "rate(c_total[1m])"));
    var done = new CompletableFuture<String>();
    Thread.startVirtualThread(
        () -> {
          try {
            range(EngineOptions.DEFAULTS, query, 600, Duration.ofSeconds(100));
            var engine = new PromQl(EngineOptions.DEFAULTS, time);
            done.complete(engine.format(engine.parse(query)));
          } catch (Throwable e) {
            done.completeExceptionally(e);
          }
        });
    assertThat(done.get().lines()).hasSizeGreaterThan(900);
  }

  @Test
  void aSeriesIsReadOnceForARangeQuery() {
    store.series.add(Labels.of("__name__", "c_total"));
    var reads = new ArrayList<String>();
    store.onRead = () -> reads.add("read");

    var answer = range(EngineOptions.DEFAULTS, "rate(c_total[1m])", 600, Duration.ofSeconds(10));

    assertThat(reads).hasSize(1);
    assertThat(answer.value())
        .isInstanceOfSatisfying(
            QueryResult.Matrix.class,
            m ->
                assertThat(m.series().getFirst().points())
                    .hasSize(60)
                    .filteredOn(p -> p.millis() >= 60_000)
                    .allSatisfy(p -> assertThat(p.value()).isEqualTo(1.0)));
  }

  @Test
  void refusesTooManySteps() {
    assertThatThrownBy(
            () -> range(EngineOptions.DEFAULTS, "c_total", 11_001, Duration.ofSeconds(1)))
        .isInstanceOfSatisfying(
            PromQlException.class, e -> assertThat(e.kind()).isEqualTo(Kind.BAD_RANGE))
        .hasMessage(
            "exceeded maximum resolution of 11,000 points per timeseries."
                + " Try decreasing the query resolution (?step=XX)");
  }

  @Test
  void refusesTooManySamples() {
    store.series.add(Labels.of("__name__", "c_total", "a", "1"));
    store.series.add(Labels.of("__name__", "c_total", "a", "2"));

    assertThatThrownBy(
            () ->
                range(
                    EngineOptions.DEFAULTS.withMaxSamples(60),
                    "c_total",
                    600,
                    Duration.ofMinutes(1)))
        .isInstanceOfSatisfying(
            PromQlException.class, e -> assertThat(e.kind()).isEqualTo(Kind.TOO_MANY_SAMPLES));
  }

  @Test
  void refusesASubqueryOfTooManySteps() {
    store.series.add(Labels.of("__name__", "c_total"));

    assertThatThrownBy(
            () ->
                range(
                    EngineOptions.DEFAULTS.withMaxSamples(10_000),
                    "max_over_time(c_total[52w:1s])",
                    600,
                    Duration.ofMinutes(1)))
        .isInstanceOfSatisfying(
            PromQlException.class, e -> assertThat(e.kind()).isEqualTo(Kind.TOO_MANY_SAMPLES));
  }

  @Test
  void stopsWhenItTakesTooLong() {
    store.series.add(Labels.of("__name__", "c_total"));
    store.onRead = () -> time.forward(Duration.ofMinutes(3));

    assertThatThrownBy(
            () -> range(EngineOptions.DEFAULTS, "c_total + c_total", 600, Duration.ofMinutes(1)))
        .isInstanceOfSatisfying(
            PromQlException.class, e -> assertThat(e.kind()).isEqualTo(Kind.TIMEOUT))
        .hasMessage("query timed out in expression evaluation");
  }

  @Test
  void saysWhereATextIsNoPromQl() {
    assertThatThrownBy(() -> new PromQl(EngineOptions.DEFAULTS, time).parse("sum("))
        .isInstanceOfSatisfying(
            PromQlException.class, e -> assertThat(e.kind()).isEqualTo(Kind.PARSE))
        .hasMessage("1:5: parse error: unclosed left parenthesis");
  }

  @Test
  void refusesARangeOfARange() {
    assertThatThrownBy(
            () -> range(EngineOptions.DEFAULTS, "c_total[5m]", 600, Duration.ofMinutes(1)))
        .hasMessage(
            "invalid expression type \"range vector\" for range query, must be Scalar or instant Vector");
  }

  @Test
  void namesAreDroppedAtOnceUnlessAskedOtherwise() {
    store.series.add(Labels.of("__name__", "c_total", "a", "1"));
    var query = "sum by (__name__) (rate(c_total[1m]))";
    var engine = new PromQl(EngineOptions.DEFAULTS, time);

    var answer = engine.instant(engine.parse(query), store, Instant.ofEpochSecond(300));

    assertThat(answer.value())
        .isInstanceOfSatisfying(
            QueryResult.Vector.class,
            v ->
                assertThat(v.samples())
                    .singleElement()
                    .satisfies(s -> assertThat(s.labels()).isEqualTo(Labels.EMPTY)));
  }

  @Test
  void matchersOfASelectorAlone() {
    assertThat(new PromQl(EngineOptions.DEFAULTS, time).parseSelector("up{a!=\"b\"}"))
        .containsExactly(
            new Matcher("a", Matcher.Op.NOT_EQUAL, "b"), Matcher.equal("__name__", "up"));
  }
}
