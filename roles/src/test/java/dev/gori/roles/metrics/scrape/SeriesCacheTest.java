package dev.gori.roles.metrics.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.kernel.label.Labels;
import dev.gori.machinery.conf.Problems;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class SeriesCacheTest {

    private static final String TYPE = "text/plain; version=0.0.4";
    private static final List<String> SERIES = List.of(
            "up", "up{a=\"1\"}", "up {a=\"1\"}", "upper", "m{a=\"1\",b=\"x\"}", "m{a=\"1\"}", "m{a=\"1\", b=\"x\"}", "m{a=\"\\\"}\"}", "m{}", "{\"m.x\"}", "ä{a=\"1\"}");

    /// Reads with what was kept from the rounds before.
    private static final class Reading implements Exposition.Sink {
        private final SeriesCache cache;
        private final List<String> read = new ArrayList<>();
        private Exposition.Malformed malformed = new Exposition.Malformed("");

        Reading(SeriesCache cache) {
            this.cache = cache;
        }

        @Override
        public int known(byte[] text, int from, int to) {
            return cache.expected(text, from, to);
        }

        @Override
        public boolean isRepeated(byte[] text, int from, int to) {
            return false;
        }

        @Override
        public void sample(byte[] text, int from, int to, double value, long millis) {
            try {
                read.add(cache.labels(text, from, to, false) + " " + value + " " + millis);
            } catch (Exposition.Malformed e) {
                malformed = e;
            }
        }

        @Override
        public void type(String metric, String type) {}

        @Override
        public void help(String metric, String help) {}

        @Override
        public void unit(String metric, String unit) {}
    }

    private static SeriesCache cache() {
        var defaults = new ScrapeConfig.Defaults(Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(15), Path.of("/data"));
        var problems = new Problems();
        var config = ScrapeConfig.parse("s.yaml", "scrape_configs:\n- job_name: j\n", defaults, problems);
        assertThat(problems.all()).isEmpty();
        return new SeriesCache(Target.of(config.jobs().getFirst(), "host:1", Labels.EMPTY, Labels.EMPTY).target().orElseThrow());
    }

    private static String read(SeriesCache cache, String text) {
        var reading = new Reading(cache);
        cache.begin();
        try {
            Exposition.read(text.getBytes(StandardCharsets.UTF_8), TYPE, reading);
        } catch (Exposition.Malformed e) {
            return reading.read + " " + e.getMessage();
        }
        return reading.read + " " + reading.malformed.getMessage();
    }

    /// Lines that come, go, change places, turn up twice or break off: what is kept must never change what is read.
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
                assertThat(read(kept, text)).as("seed %d, round %d: %s", seed, round, text).isEqualTo(read(cache(), text));
                kept.takeGone();
            }
        }
    }

    private static void change(List<String> lines, Random random) {
        switch (random.nextInt(4)) {
            case 0 -> Collections.shuffle(lines, random);
            case 1 -> lines.remove(lines.isEmpty() ? "" : lines.get(random.nextInt(lines.size())));
            default -> lines.add(random.nextInt(lines.size() + 1), SERIES.get(random.nextInt(SERIES.size())));
        }
    }

    private static String text(List<String> lines, Random random) {
        var text = new StringBuilder();
        for (var line : lines) {
            text.append(line).append(random.nextInt(30) == 0 ? "" : random.nextInt(8) == 0 ? "  \t" : " ").append(random.nextInt(50));
            text.append(random.nextInt(6) == 0 ? " 17\n" : "\n");
        }
        return text.toString();
    }

    @Test
    void whatATargetNoLongerSaysIsGoneOnce() {
        var cache = cache();
        read(cache, "a 1\nb 1\nc 1\n");
        assertThat(cache.takeGone()).isEmpty();
        read(cache, "a 1\nc 1\n");
        assertThat(cache.takeGone()).extracting(Labels::metric).containsExactly("b");
        read(cache, "c 1\n");
        assertThat(cache.takeGone()).extracting(Labels::metric).containsExactly("a");
        read(cache, "a 1\nb 1\nc 1\n");
        assertThat(cache.added()).isEqualTo(2);
        assertThat(cache.takeGone()).isEmpty();
    }
}
