package dev.gori.promql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.kernel.time.WallTime;
import dev.gori.promql.script.ScriptSamples;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The same samples pushed to a real Prometheus 3 and here, the same random queries over the whole
/// grammar, equal answers: values to one part in 10¹², labels, native histograms bucket by bucket,
/// warnings and infos with their places, words of errors.
///
/// The Prometheus is the one that `GORI_PROMETHEUS3` names (`.ci/run` builds it where there is Go).
/// `-Dpromql.seeds=N` asks more queries, `-Dpromql.seed=N` begins elsewhere.
final class Prometheus3DifferentialTest {

  private static final String FEATURES =
      "promql-experimental-functions,promql-binop-fill-modifiers,promql-delayed-name-removal,"
          + "use-start-timestamps,st-storage";
  private static final List<Long> STEPS = List.of(30_000L, 60_000L, 173_000L, 420_000L, 300_000L);

  /// Prometheus takes no samples that are an hour older than the newest, so the samples come in
  /// slices of time.
  private static final long SLICE = Duration.ofMinutes(30).toMillis();

  private static final long LENGTH = Duration.ofHours(3).toMillis();

  /// What depends on the order of series within Prometheus: of floats, exponential and custom
  /// histograms in one aggregation it names the first two kinds that do not fit. How many moments
  /// had buckets to be fixed it counts several times.
  private static final Pattern BY_ORDER =
      Pattern.compile(
          "encountered a mix of histograms and floats for aggregation"
              + "|vector contains a mix of histograms with exponential and custom buckets schemas for metric");

  private static final Pattern COUNTED = Pattern.compile("over \\d+ samples");

  private final EngineOptions options =
      new EngineOptions(
          EngineOptions.DEFAULTS.lookback(),
          EngineOptions.DEFAULTS.subqueryStep(),
          true,
          true,
          true,
          false,
          EngineOptions.DEFAULTS.maxSamples(),
          EngineOptions.DEFAULTS.maxSteps(),
          EngineOptions.DEFAULTS.timeout());
  private final PromQl engine = new PromQl(options, new WallTime());

  @Test
  void answersAsPrometheusThreeDoes(@TempDir Path folder) throws Exception {
    var binary = System.getenv("GORI_PROMETHEUS3");
    Assumptions.assumeTrue(
        binary != null, "skipped, needs a Prometheus 3 whose path is in GORI_PROMETHEUS3");
    var samples = ScriptSamples.read(world());
    var problems = new ArrayList<String>();
    int queries = Integer.getInteger("promql.seeds", 600);
    try (var prometheus = PrometheusProgram.receiving(Path.of(binary), folder, FEATURES)) {
      var all = new ArrayList<SeriesSource.Series>(samples.select(List.of(), 0, Long.MAX_VALUE));
      all.sort(Comparator.comparing(SeriesSource.Series::labels));
      for (long from = 0; from < LENGTH; from += SLICE) {
        for (var series : all) {
          for (var body : PushedSeries.bodies(series, from, from + SLICE)) {
            prometheus.write(body);
          }
        }
      }
      long first = Long.getLong("promql.seed", 1);
      for (long seed = first; seed < first + queries; seed++) {
        compare(seed, new QueryGenerator(seed, true).next(), samples, prometheus, problems);
      }
    }
    assertThat(problems).as("%d of %d differ".formatted(problems.size(), queries * 2)).isEmpty();
  }

  private static String world() throws Exception {
    try (var in = Prometheus3DifferentialTest.class.getResourceAsStream("/promql/world.test")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private void compare(
      long seed,
      String query,
      SeriesSource samples,
      PrometheusProgram prometheus,
      List<String> problems)
      throws Exception {
    var random = new Random(seed);
    long at = 1_800_000L + random.nextInt(1_500_000);
    var instant =
        told(() -> engine.instant(engine.parse(query), samples, Instant.ofEpochMilli(at)));
    add(
        "seed %d at %d: %s".formatted(seed, at, query),
        instant,
        ComparableResult.theirs(prometheus.instantAtMillis(query, at)),
        problems);
    long start = 60_000L * random.nextInt(30);
    long end = start + 60_000L * (10 + random.nextInt(20));
    long step = STEPS.get(random.nextInt(STEPS.size()));
    var range =
        told(
            () ->
                engine.range(
                    engine.parse(query),
                    samples,
                    Instant.ofEpochMilli(start),
                    Instant.ofEpochMilli(end),
                    Duration.ofMillis(step)));
    add(
        "seed %d from %d to %d by %d: %s".formatted(seed, start, end, step, query),
        range,
        ComparableResult.theirs(prometheus.range(query, start / 1000, end / 1000, step / 1000)),
        problems);
  }

  private interface Evaluation {
    QueryResult run();
  }

  private static ComparableResult told(Evaluation evaluation) {
    try {
      return ComparableResult.ours(evaluation.run());
    } catch (PromQlException e) {
      return ComparableResult.failed(e.reason());
    }
  }

  private static void add(
      String query, ComparableResult ours, ComparableResult theirs, List<String> problems) {
    var difference = comparable(ours).difference(comparable(theirs));
    if (!difference.isEmpty()) {
      problems.add(query + "\n    " + difference);
    }
  }

  /// The API gives ten of each kind of note at most; the words about duplicates name series in the
  /// order in which they came.
  private static ComparableResult comparable(ComparableResult told) {
    var error = told.error().replaceFirst("(found duplicate series for the match group).*", "$1");
    boolean isCut = told.warnings().size() > 10 || told.infos().size() > 10;
    return new ComparableResult(
        error,
        told.series(),
        isCut ? List.of() : notes(told.warnings()),
        isCut ? List.of() : notes(told.infos()));
  }

  private static List<String> notes(List<String> notes) {
    return notes.stream()
        .filter(n -> !BY_ORDER.matcher(n).find())
        .map(n -> COUNTED.matcher(n).replaceAll("over some samples"))
        .toList();
  }
}
