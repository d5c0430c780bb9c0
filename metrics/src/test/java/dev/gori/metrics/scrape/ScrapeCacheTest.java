package dev.gori.metrics.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.FloatHistogram;
import dev.gori.metrics.exposition.ExpositionException;
import dev.gori.metrics.exposition.ExpositionParser;
import dev.gori.metrics.exposition.MetricSink;
import dev.gori.metrics.exposition.ScrapeProtocol;
import dev.gori.metrics.exposition.SeriesText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ScrapeCacheTest {

  private static final List<String> SERIES =
      List.of(
          "up",
          "up{a=\"1\"}",
          "up {a=\"1\"}",
          "upper",
          "m{a=\"1\",b=\"x\"}",
          "m{a=\"1\"}",
          "m{a=\"1\", b=\"x\"}",
          "m{a=\"\\\"}\"}",
          "m{}",
          "{\"m.x\"}",
          "ä{a=\"1\"}");

  /// Parses with the cache of earlier rounds.
  private static final class Reading implements MetricSink {
    private final ScrapeCache cache;
    private final List<String> read = new ArrayList<>();

    Reading(ScrapeCache cache) {
      this.cache = cache;
    }

    @Override
    public int expected(byte[] text, int from, int to) {
      return cache.expected(text, from, to);
    }

    @Override
    public void sample(SeriesText series, double value, long millis) throws ExpositionException {
      var known = cache.find(series);
      cache.mark(known, true);
      read.add(Objects.requireNonNull(known.ref()).labels() + " " + value + " " + millis);
    }

    @Override
    public void histogram(SeriesText series, FloatHistogram histogram, long millis) {}

    @Override
    public void startedAt(long millis) {}

    @Override
    public void exemplar(Labels labels, double value, long millis) {}

    @Override
    public void metadata(
        MetadataKind what, byte[] in, int nameFrom, int nameTo, int textFrom, int textTo) {}
  }

  private static ScrapeCache cache() {
    return new ScrapeCache(SeriesText::labels);
  }

  private static String read(ScrapeCache cache, String text) {
    var reading = new Reading(cache);
    cache.begin();
    try {
      ExpositionParser.parse(
          text.getBytes(StandardCharsets.UTF_8),
          ScrapeProtocol.TEXT_0_0_4,
          ExpositionParser.Options.DEFAULTS,
          reading);
      return reading.read.toString();
    } catch (ExpositionException e) {
      return reading.read + " " + e.getMessage();
    }
  }

  /// Lines that appear, disappear, move, repeat or are truncated: the cache must never change the
  /// result of parsing.
  @Test
  void aTargetsNextTextReadsAsIfItWereTheFirst() {
    for (long seed = 0; seed < 400; seed++) {
      var random = new Random(seed);
      var kept = cache();
      var lines = new ArrayList<String>();
      for (int round = 0; round < 12; round++) {
        for (int changes = random.nextInt(4); changes > 0; changes--) {
          change(lines, random);
        }
        var text = text(lines, random);
        assertThat(read(kept, text))
            .as("seed %d, round %d: %s", seed, round, text)
            .isEqualTo(read(cache(), text));
        kept.commit();
      }
    }
  }

  private static void change(List<String> lines, Random random) {
    switch (random.nextInt(4)) {
      case 0 -> Collections.shuffle(lines, random);
      case 1 -> lines.remove(lines.isEmpty() ? "" : lines.get(random.nextInt(lines.size())));
      default ->
          lines.add(random.nextInt(lines.size() + 1), SERIES.get(random.nextInt(SERIES.size())));
    }
  }

  private static String text(List<String> lines, Random random) {
    var text = new StringBuilder();
    for (var line : lines) {
      text.append(line)
          .append(random.nextInt(30) == 0 ? "" : random.nextInt(8) == 0 ? "  \t" : " ")
          .append(random.nextInt(50));
      text.append(random.nextInt(6) == 0 ? " 17\n" : "\n");
    }
    return text.toString();
  }

  @Test
  void whatATargetNoLongerSaysIsGoneOnce() {
    var cache = cache();
    read(cache, "a 1\nb 1\nc 1\n");
    assertThat(cache.commit()).isEmpty();
    read(cache, "a 1\nc 1\n");
    assertThat(cache.commit()).extracting(Labels::metric).containsExactly("b");
    read(cache, "c 1\n");
    assertThat(cache.commit()).extracting(Labels::metric).containsExactly("a");
    read(cache, "a 1\nb 1\nc 1\n");
    assertThat(cache.added()).isEqualTo(2);
    assertThat(cache.commit()).isEmpty();
  }
}
