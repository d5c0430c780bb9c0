package dev.gori.app.verbs;

import dev.gori.app.Terminal;
import dev.gori.app.running.RunningEnvironment;
import dev.gori.clients.s3.ObjectPath;
import dev.gori.kernel.time.WallTime;
import dev.gori.pipelines.features.FeatureVersion;
import dev.gori.pipelines.features.SampleDay;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Generates a raw day in a file or into an environment's raw bucket.
@Command(
    name = "sample-data",
    description =
        "Generate a raw day of user events; the same date, rows and seed give the same bytes.")
final class SampleDataVerb implements Callable<Integer> {

  @Mixin CommonOptions common = new CommonOptions();

  @Option(
      names = "--date",
      paramLabel = "YYYY-MM-DD",
      description = "The day, in Asia/Seoul (default: today).")
  @Nullable LocalDate date;

  @Option(
      names = "--rows",
      paramLabel = "N",
      description = "Rows (default: ${DEFAULT-VALUE}).",
      defaultValue = "10000")
  long rows = 10_000;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed (default: ${DEFAULT-VALUE}).",
      defaultValue = "1")
  long seed = 1;

  @Option(
      names = "--shift",
      paramLabel = "X",
      description =
          "1 moves the numbers by two standard deviations: drift (default: ${DEFAULT-VALUE}).",
      defaultValue = "0")
  double shift;

  @Option(
      names = "--null-rate",
      paramLabel = "X",
      description = "Share of empty cells (default: ${DEFAULT-VALUE}).",
      defaultValue = "0.012")
  double nullRate = 0.012;

  @Option(
      names = "--env",
      paramLabel = "ENV",
      description = "Put it into this environment's raw bucket.")
  @Nullable String environment;

  @Option(names = "--out", paramLabel = "FILE", description = "Write it to a file instead.")
  @Nullable Path out;

  @Override
  public Integer call() throws IOException {
    var day = new SampleDay(date == null ? today() : date, rows, seed, shift, nullRate);
    var terminal = Terminal.ofThisProcess();
    if (out != null) {
      write(day, out);
      terminal.line("%s: %d rows, %d bytes", out, rows, Files.size(out));
      return 0;
    }
    if (environment == null) {
      throw new IllegalArgumentException(
          "--env or --out is missing (expected: --env ENV of a running gori, or --out FILE)");
    }
    try (var running = common.running()) {
      terminal.line("%s: %d rows", put(running.environment(environment), day), rows);
    }
    return 0;
  }

  private static LocalDate today() {
    try (var time = new WallTime()) {
      return LocalDate.ofInstant(time.now(), FeatureVersion.ZONE);
    }
  }

  /// Uploads a day to the key that the pipeline reads.
  static ObjectPath put(RunningEnvironment environment, SampleDay day) throws IOException {
    var file = Files.createTempFile("gori-day", ".csv");
    try (var store = environment.store()) {
      write(day, file);
      var path = new ObjectPath("raw-" + environment.name(), day.key());
      store.put(path, file, "text/csv");
      return path;
    } finally {
      Files.delete(file);
    }
  }

  private static void write(SampleDay day, Path file) throws IOException {
    try (var stream = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
      day.writeTo(stream);
    }
  }
}
