package dev.gori.bench.features;

import dev.gori.pipelines.features.FeatureSpec;
import dev.gori.pipelines.features.Features;
import dev.gori.pipelines.features.RawExpectation;
import dev.gori.pipelines.features.SampleDay;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;

/// Writes a raw day of at least one GiB, validates it and builds its features, and says what each
/// took.
public final class LargeDay {

  private static final long GIBI = 1L << 30;
  private static final long ROWS = 16_000_000;

  private LargeDay() {}

  /// @param args the folder to work in
  public static void main(String[] args) throws IOException {
    var folder = Path.of(args[0]);
    var raw = folder.resolve("raw.csv");
    var features = folder.resolve("feature.csv");
    timed(
        "generate",
        raw,
        () -> {
          try (var out = Files.newOutputStream(raw)) {
            SampleDay.usual(LocalDate.of(2026, 11, 22), ROWS, 42).writeTo(out);
          }
        });
    timed(
        "validate",
        raw,
        () -> {
          try (var in = Files.newInputStream(raw)) {
            var check = Features.validate(in, RawExpectation.DEFAULT);
            System.out.printf(
                "  rows=%d bad=%d null_rate=%.4f valid=%s%n",
                check.rows(), check.badRows(), check.nullRate(), check.valid());
          }
        });
    timed(
        "build",
        raw,
        () -> {
          try (var in = Files.newInputStream(raw);
              var out = Files.newOutputStream(features)) {
            var result = Features.build(in, RawExpectation.DEFAULT, FeatureSpec.DEFAULT, out);
            System.out.printf("  rows_feature=%d bytes=%d%n", result.rowsFeature(), result.bytes());
          }
        });
    System.out.printf(
        "heap limit %d MiB, raw file %.2f GiB%n",
        Runtime.getRuntime().maxMemory() >> 20, (double) Files.size(raw) / GIBI);
  }

  private interface Work {
    void run() throws IOException;
  }

  private static void timed(String what, Path file, Work work) throws IOException {
    long began = System.nanoTime();
    work.run();
    double seconds = (System.nanoTime() - began) / 1e9;
    long used = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    System.out.printf(
        "%-9s %6.1f s  %6.1f MiB/s  heap used after %d MiB%n",
        what, seconds, Files.size(file) / seconds / (1 << 20), used >> 20);
  }
}
