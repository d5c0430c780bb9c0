package dev.gori.promql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.kernel.time.WallTime;
import dev.gori.testkit.Golden;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What somebody reads who mistypes a query, and what a query looks like once it is printed: in
/// Prometheus's words. Where `GORI_PROMETHEUS3` names a Prometheus 3.16, it is asked the same.
final class SameWordsTest {

  private static final String WORDS = "promql/words.txt";

  private static final String FEATURES =
      "promql-experimental-functions,promql-binop-fill-modifiers,"
          + "promql-delayed-name-removal,use-start-timestamps";

  private static final int BROKEN = 2_000;

  /// What is put into a query to break it.
  private static final List<String> BITS =
      List.of(
          ("( ) [ ] { } , : @ - + * / ^ % = == != =~ !~ < > </ >/ ! & $ \\ \" # é _x foo"
                  + " foo:bar bool by without on ignoring group_left group_right"
                  + " fill offset start() end start step() range() min_of sum"
                  + " rate 5m 1h30m 5mm 1m5 5 0x1f 1e3 .5 1_000 08 Inf NaN"
                  + " \"x\" 'y' `z` and or unless atan2 anchored smoothed topk"
                  + " time() info")
              .split(" "));

  private final PromQl engine = new PromQl(EngineOptions.EXPERIMENTAL, new WallTime());

  @Test
  void readsAndRefusesAsRecorded() throws Exception {
    Golden.matches(WORDS, told(this::ours));
  }

  @Test
  void prometheusSaysTheSame(@TempDir Path folder) throws Exception {
    try (var prometheus = prometheus(folder)) {
      Golden.matches(WORDS, told(prometheus::format));
    }
  }

  /// Queries over the whole grammar, broken at random: read by both or by neither.
  @Test
  void takesWhatPrometheusTakes(@TempDir Path folder) throws Exception {
    var problems = new ArrayList<String>();
    try (var prometheus = prometheus(folder)) {
      long first = Long.getLong("promql.seed", 1);
      for (long seed = first; seed < first + BROKEN; seed++) {
        var query = broken(seed);
        var ours = ours(query);
        var theirs = prometheus.format(query);
        if (isRefusal(ours) != isRefusal(theirs)) {
          problems.add(
              "seed %d: %s\n  is '%s', expected '%s'".formatted(seed, query, ours, theirs));
        }
      }
    }
    assertThat(problems).as("%d of %d differ", problems.size(), BROKEN).isEmpty();
  }

  private static PrometheusProgram prometheus(Path folder) throws Exception {
    var binary = System.getenv("GORI_PROMETHEUS3");
    Assumptions.assumeTrue(
        binary != null, "skipped, needs a Prometheus 3 whose path is in GORI_PROMETHEUS3");
    return PrometheusProgram.receiving(Path.of(binary), folder, FEATURES);
  }

  private interface Reader {
    String read(String query) throws IOException, InterruptedException;
  }

  private static String told(Reader reader) throws IOException, InterruptedException {
    var text = new StringBuilder();
    for (var query : queries()) {
      text.append(query).append('\n');
      text.append("    ").append(reader.read(query).replace("\n", "\\n")).append('\n');
    }
    return text.toString();
  }

  private static List<String> queries() throws IOException {
    try (var in = SameWordsTest.class.getResourceAsStream("/promql/queries.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }

  /// The query as it is printed, or why it is none.
  private String ours(String query) {
    try {
      return engine.format(engine.parse(query));
    } catch (PromQlException e) {
      return e.reason();
    }
  }

  private static boolean isRefusal(String answer) {
    return answer.matches("(?s)\\d+:\\d+: parse error: .*");
  }

  private static String broken(long seed) {
    var random = new Random(seed);
    var query = new StringBuilder(new QueryGenerator(seed, true).next());
    for (int breaks = 1 + random.nextInt(2); breaks > 0; breaks--) {
      int at = random.nextInt(query.length() + 1);
      var bit = BITS.get(random.nextInt(BITS.size()));
      int gone = random.nextBoolean() ? Math.min(query.length() - at, random.nextInt(4)) : 0;
      query.replace(at, at + gone, random.nextBoolean() ? bit : " " + bit + " ");
    }
    return query.toString();
  }
}
