package dev.gori.roles.metrics.scrape;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/// Whatever a target sends as text is read or refused. Stored cases run with every build; `bench/fuzz/run` looks for new ones.
final class ExpositionFuzzTest {

    @FuzzTest
    void text(byte[] bytes) {
        read(bytes, "text/plain; version=0.0.4");
    }

    @FuzzTest
    void openMetrics(byte[] bytes) {
        read(bytes, "application/openmetrics-text; version=1.0.0");
    }

    private static void read(byte[] bytes, String type) {
        try {
            Exposition.read(new String(bytes, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8), type, new Exposition.Sink() {
                @Override
                public int known(byte[] text, int from, int to) {
                    return 0;
                }

                @Override
                public boolean isRepeated(byte[] text, int from, int to) {
                    return false;
                }

                @Override
                public void sample(byte[] text, int from, int to, double value, long millis) {
                    try {
                        SeriesText.labels(new String(text, from, to - from, StandardCharsets.UTF_8));
                    } catch (Exposition.Malformed _) {
                        // a label twice
                    }
                }

                @Override
                public void type(String metric, String type) {}

                @Override
                public void help(String metric, String help) {}

                @Override
                public void unit(String metric, String unit) {}
            });
        } catch (Exposition.Malformed _) {
            // refused, with its line
        }
    }
}
