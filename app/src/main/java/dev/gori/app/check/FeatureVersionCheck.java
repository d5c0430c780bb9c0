package dev.gori.app.check;

import dev.gori.app.running.RunningEnvironment;
import dev.gori.base.json.Json;
import dev.gori.clients.s3.ObjectPath;
import dev.gori.pipelines.features.Features;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// Statement 6: the run left a complete feature version, and log line, metadata and data agree on
/// it.
final class FeatureVersionCheck extends EachEnvironment {

  private static final Set<String> FILES = Set.of("feature.csv", "schema.json", "metadata.json");
  private static final Pattern VERSION = Pattern.compile("feature_version=(v_\\d{8}T\\d{6})");
  private static final int LONGEST_METADATA = 1 << 20;

  FeatureVersionCheck() {
    super(
        "the run left a version folder of exactly three files; log line, metadata and data agree");
  }

  @Override
  Proof proveIn(RunningEnvironment environment, List<RunningEnvironment> others)
      throws IOException {
    var summary =
        LogLines.lately(
                environment,
                "{namespace=\"pipelines-%s\"} |= \"[DP]\" |= \"step=summarize_run\" |= \"valid=true\""
                    .formatted(environment.name()),
                Duration.ofHours(24))
            .stream()
            .max((a, b) -> a.at().compareTo(b.at()));
    var version =
        summary
            .map(entry -> VERSION.matcher(entry.line()))
            .filter(found -> found.find())
            .map(found -> found.group(1));
    if (version.isEmpty()) {
      return Proof.failed("no summarize_run line with a feature version in 24 h");
    }
    return compare(environment, version.get(), summary.get().line());
  }

  private static Proof compare(RunningEnvironment environment, String version, String line)
      throws IOException {
    var bucket = "features-" + environment.name();
    var prefix = "%s/%s/".formatted(PipelineRuns.PIPELINE, version);
    try (var store = environment.store()) {
      var files = new TreeSet<String>();
      store
          .list(new ObjectPath(bucket, prefix))
          .objects()
          .forEach(object -> files.add(object.path().key().substring(prefix.length())));
      if (!files.equals(FILES)) {
        return Proof.failed(
            "s3://%s/%s holds %s (expected: %s)", bucket, prefix, files, new TreeSet<>(FILES));
      }
      var metadata =
          Json.parse(
              store.bytes(new ObjectPath(bucket, prefix + "metadata.json"), LONGEST_METADATA));
      long rows = 0;
      try (var features =
          Features.read(store.get(new ObjectPath(bucket, prefix + "feature.csv")))) {
        for (; features.hasNext(); rows++) {
          features.next();
        }
      }
      long stated = metadata.path("rows_feature").asLong(-1);
      var nullRate =
          String.format(Locale.ROOT, "null_rate=%.4f", metadata.path("raw_null_rate").asDouble(-1));
      boolean agree =
          stated == rows && line.contains("stored_rows=" + rows) && line.contains(nullRate);
      return new Proof(
          agree,
          "%s, rows %d in data, %d in metadata; line: %s"
              .formatted(version, rows, stated, brief(line)));
    }
  }

  private static String brief(String line) {
    int from = line.indexOf("rows=");
    return from < 0
        ? line
        : line.substring(from, Math.min(line.length(), from + 70)).replaceAll("\".*", "");
  }
}
