package dev.gori.pipelines.tasks;

import dev.gori.base.json.Json;
import dev.gori.clients.Mlflow;
import dev.gori.clients.s3.ObjectPath;
import dev.gori.pipelines.dag.TaskType;
import dev.gori.pipelines.drift.Drift;
import dev.gori.pipelines.drift.DriftReport;
import dev.gori.pipelines.features.Features;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Compares the new feature version with the one that the serving model was trained on: →
/// `verdict`, `drifted`, `statistic`, `p_value`, `column`, `reference`, `threshold`, `unclear`,
/// `uncompared`, `why`. No verdict fails the run; `decide` promotes on `same` and `first` only.
///
/// | `verdict` | means |
/// |---|---|
/// | `same` | every column that should be compared was, and none drifted |
/// | `drifted` | the statistic of a column exceeds the threshold |
/// | `unclear` | no column drifted, but something could not be compared |
/// | `first` | no model version has the alias, and no other feature version is published |
///
/// `drifted` is for conditions in pipeline files: it is true unless the verdict is `same` or
/// `first`, so that a condition on it alone never promotes an unclear version.
///
/// The reference is the feature version that the model version with the alias (`champion`) was
/// trained on; if none is known, the feature version published before this one.
final class DriftGate implements Task {

  private static final int LARGEST_JSON = 4 << 20;
  private static final int LARGEST_SAMPLE = 1_000_000;
  private static final long SEED = 20_000;
  private static final String TAG = "feature_version";
  private static final String FIRST = "first";
  private static final String UNCLEAR = DriftReport.Verdict.UNCLEAR.text();

  /// The feature version to compare with, or the reason why there is none.
  private sealed interface Reference {
    record Found(ObjectPath folder) implements Reference {}

    record Nothing(String verdict, String why) implements Reference {}
  }

  @Override
  public TaskType type() {
    return new TaskType(
        "drift_gate",
        Set.of("prefix", "model", "alias", "threshold", "sample", "ignore"),
        Set.of("prefix"),
        false);
  }

  @Override
  public TaskOutcome run(TaskContext context) throws IOException {
    var with = context.with();
    var current = ObjectPath.parse(with.required("prefix"));
    double threshold = with.number("threshold", 0.20);
    int size = with.whole("sample", 2_000);
    if (!(threshold > 0 && threshold < 1)) {
      return TaskOutcome.wrong(
          "with.threshold: %s (expected: more than 0 and less than 1)".formatted(threshold));
    }
    if (size < Drift.LEAST_ROWS || size > LARGEST_SAMPLE) {
      return TaskOutcome.wrong(
          "with.sample: %d (expected: %d to %d rows)"
              .formatted(size, Drift.LEAST_ROWS, LARGEST_SAMPLE));
    }
    return switch (reference(context, current)) {
      case Reference.Nothing(var verdict, var why) ->
          outcome(context, verdict, null, "", threshold, why);
      case Reference.Found(var folder) -> {
        var report =
            Drift.compare(
                sample(context, folder, size),
                sample(context, current, size),
                Set.copyOf(with.texts("ignore")),
                threshold);
        report.columns().forEach(column -> context.log("%s", line(column)));
        yield outcome(
            context, report.verdict().text(), report, folder.toString(), threshold, report.why());
      }
    };
  }

  private static String line(DriftReport.Column column) {
    return switch (column) {
      case DriftReport.Compared(var name, var statistic, var p, var drifted) ->
          String.format(
              Locale.ROOT,
              "%s: statistic %.4f, p-value %.4g%s",
              name,
              statistic,
              p,
              drifted ? ", drifted" : "");
      case DriftReport.Unclear(var name, var why) -> "%s: unclear: %s".formatted(name, why);
      case DriftReport.Uncompared(var name, var why) -> "%s: not compared: %s".formatted(name, why);
    };
  }

  private static TaskOutcome outcome(
      TaskContext context,
      String verdict,
      @Nullable DriftReport report,
      String reference,
      double threshold,
      String why) {
    var worst = report == null ? null : report.worst().orElse(null);
    boolean drifted = !verdict.equals(DriftReport.Verdict.SAME.text()) && !verdict.equals(FIRST);
    context.log("%s: %s", verdict, why);
    context.dataLine(
        "drift_gate",
        "drifted",
        drifted,
        "statistic",
        worst == null ? "-" : TaskContext.fourDigits(worst.statistic()),
        "column",
        worst == null ? "-" : worst.name(),
        "threshold",
        threshold,
        "reference",
        reference.isEmpty() ? "-" : reference,
        "verdict",
        verdict);
    return TaskOutcome.done(
        "verdict",
        verdict,
        "drifted",
        drifted,
        "statistic",
        worst == null ? null : worst.statistic(),
        "p_value",
        worst == null ? null : worst.pValue(),
        "column",
        worst == null ? "" : worst.name(),
        "reference",
        reference,
        "threshold",
        threshold,
        "unclear",
        report == null
            ? List.of()
            : report.unclear().stream().map(DriftReport.Column::name).toList(),
        "uncompared",
        report == null
            ? List.of()
            : report.uncompared().stream().map(DriftReport.Column::name).toList(),
        "why",
        why);
  }

  private static Reference reference(TaskContext context, ObjectPath current) {
    var objects = context.clients().objects();
    var parent =
        new ObjectPath(
            current.bucket(),
            current
                .key()
                .substring(0, current.key().lastIndexOf('/', current.key().length() - 2) + 1));
    var model = context.with().text("model");
    var alias = context.with().text("alias").orElse("champion");
    var serving =
        model.flatMap(name -> context.clients().registry().modelVersionByAlias(name, alias));
    var trainedOn = serving.map(version -> featureVersion(context, version)).orElse("");
    if (!trainedOn.isEmpty()) {
      var folder = parent.child(trainedOn + "/");
      return objects.head(folder.child("metadata.json")).isPresent()
          ? new Reference.Found(folder)
          : new Reference.Nothing(
              UNCLEAR,
              "version %d of '%s' was trained on %s, which is not there any more: there is nothing to compare with; promote a version by hand, and the next runs compare with its data"
                  .formatted(
                      serving.orElseThrow().version(), serving.orElseThrow().name(), folder));
    }
    serving.ifPresent(
        version ->
            context.log(
                "version %d of '%s' does not say which feature version it was trained on; the reference is the version published before this one",
                version.version(), version.name()));
    return objects.entries(parent).folders().reversed().stream()
        .filter(folder -> !folder.key().equals(current.key()))
        .filter(folder -> objects.head(folder.child("metadata.json")).isPresent())
        .findFirst()
        .<Reference>map(Reference.Found::new)
        .orElseGet(() -> alone(model, alias, serving.isPresent()));
  }

  private static Reference alone(Optional<String> model, String alias, boolean serves) {
    if (serves) {
      return new Reference.Nothing(
          UNCLEAR,
          "the version that serves does not say which feature version it was trained on, and there is no other to compare with");
    }
    return model
        .map(
            name ->
                new Reference.Nothing(
                    FIRST,
                    "no version of '%s' has the alias '%s' yet and no other feature version is published: this is the first"
                        .formatted(name, alias)))
        .orElseGet(
            () ->
                new Reference.Nothing(
                    UNCLEAR,
                    "there is no other feature version to compare with, and with.model is not set: whether a version serves already is unknown"));
  }

  /// The `feature_version` tag of the model version or, if it has none, of its training run: a
  /// model version that a person registered has no tag.
  private static String featureVersion(TaskContext context, Mlflow.ModelVersion version) {
    var tagged = version.tags().getOrDefault(TAG, "");
    return !tagged.isEmpty() || version.runId().isEmpty()
        ? tagged
        : context
            .clients()
            .registry()
            .run(version.runId())
            .map(run -> run.tags().getOrDefault(TAG, ""))
            .orElse("");
  }

  private static Map<String, double[]> sample(TaskContext context, ObjectPath folder, int size)
      throws IOException {
    var label =
        Json.parse(context.clients().objects().bytes(folder.child("schema.json"), LARGEST_JSON))
            .path("label")
            .asString("");
    try (var rows = Features.read(context.clients().objects().get(folder.child("feature.csv")))) {
      var sampled = rows.sample(size, SEED);
      var columns = new LinkedHashMap<String, double[]>();
      for (int c = 0; c < rows.columns().size(); c++) {
        var values = new double[sampled.length];
        for (int r = 0; r < values.length; r++) {
          values[r] = sampled[r][c];
        }
        if (!rows.columns().get(c).equals(label)) {
          columns.put(rows.columns().get(c), values);
        }
      }
      return columns;
    }
  }
}
