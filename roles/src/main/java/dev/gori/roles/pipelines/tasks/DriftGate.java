package dev.gori.roles.pipelines.tasks;

import dev.gori.engines.dag.TaskKind;
import dev.gori.engines.drift.Drift;
import dev.gori.engines.features.Features;
import dev.gori.machinery.json.Json;
import dev.gori.machinery.objects.ObjectPath;
import dev.gori.machinery.protocol.Mlflow;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Compares the new feature version with the one that the serving model was trained on: →
/// `drifted`, `statistic`, `p_value`, `column`, `reference`, `why`. Drift is no failure: the run
/// goes on, and `decide` does not promote.
///
/// The reference is the feature version of the model behind the alias (`champion`), else the
/// version published before this one. Without any there is nothing to have drifted from.
final class DriftGate implements Task {

    private static final int LARGEST_JSON = 4 << 20;
    private static final long SEED = 20_000;
    private static final String TAG = "feature_version";

    @Override
    public TaskKind kind() {
        return new TaskKind(
                "drift_gate",
                Set.of("prefix", "model", "alias", "threshold", "sample"),
                Set.of("prefix"),
                false);
    }

    @Override
    public TaskOutcome run(TaskContext context) throws IOException {
        var with = context.with();
        var current = ObjectPath.parse(with.required("prefix"));
        double threshold = with.number("threshold", 0.20);
        var reference = reference(context, current);
        if (reference.isEmpty()) {
            return outcome(
                    context,
                    false,
                    null,
                    null,
                    "",
                    "",
                    "there is no other version to compare with",
                    threshold);
        }
        int sample = with.whole("sample", 2_000);
        var report =
                Drift.compare(
                        sample(context, reference.get(), sample),
                        sample(context, current, sample),
                        threshold);
        report.columns()
                .forEach(
                        column ->
                                context.log(
                                        "%s: statistic %.4f, p-value %.4g",
                                        column.name(), column.statistic(), column.pValue()));
        if (report.worst().isEmpty()) {
            return outcome(
                    context,
                    false,
                    null,
                    null,
                    "",
                    reference.get().toString(),
                    "no column is in both versions",
                    threshold);
        }
        var worst = report.worst().get();
        boolean drifted = report.hasDrifted();
        var why =
                "largest KS statistic %.4f in '%s' %s %s"
                        .formatted(
                                worst.statistic(),
                                worst.name(),
                                drifted ? "is over" : "is within",
                                threshold);
        return outcome(
                context,
                drifted,
                worst.statistic(),
                worst.pValue(),
                worst.name(),
                reference.get().toString(),
                why,
                threshold);
    }

    private static TaskOutcome outcome(
            TaskContext context,
            boolean drifted,
            @Nullable Double statistic,
            @Nullable Double p,
            String column,
            String reference,
            String why,
            double threshold) {
        context.dataLine(
                "drift_gate",
                "drifted=%s statistic=%s column=%s threshold=%s reference=%s"
                        .formatted(
                                drifted,
                                statistic == null ? "-" : "%.4f".formatted(statistic),
                                column.isEmpty() ? "-" : column,
                                threshold,
                                reference.isEmpty() ? "-" : reference));
        return TaskOutcome.done(
                "drifted",
                drifted,
                "statistic",
                statistic,
                "p_value",
                p,
                "column",
                column,
                "reference",
                reference,
                "threshold",
                threshold,
                "why",
                why);
    }

    private static Optional<ObjectPath> reference(TaskContext context, ObjectPath current) {
        var objects = context.clients().objects();
        var parent =
                new ObjectPath(
                        current.bucket(),
                        current.key()
                                .substring(
                                        0,
                                        current.key().lastIndexOf('/', current.key().length() - 2)
                                                + 1));
        var serving =
                context.with()
                        .text("model")
                        .flatMap(
                                model ->
                                        context.clients()
                                                .registry()
                                                .modelVersionByAlias(
                                                        model,
                                                        context.with()
                                                                .text("alias")
                                                                .orElse("champion")));
        var fromModel =
                serving.map(version -> featureVersion(context, version))
                        .filter(version -> !version.isEmpty())
                        .map(version -> parent.child(version + "/"))
                        .filter(folder -> objects.head(folder.child("metadata.json")).isPresent());
        return fromModel.or(
                () ->
                        objects.entries(parent).folders().reversed().stream()
                                .filter(folder -> !folder.key().equals(current.key()))
                                .filter(
                                        folder ->
                                                objects.head(folder.child("metadata.json"))
                                                        .isPresent())
                                .findFirst());
    }

    /// What the version says it was trained on, or else what its training run says: a version that
    /// a person registered has no tag.
    private static String featureVersion(TaskContext context, Mlflow.ModelVersion version) {
        var tagged = version.tags().getOrDefault(TAG, "");
        return !tagged.isEmpty() || version.runId().isEmpty()
                ? tagged
                : context.clients()
                        .registry()
                        .run(version.runId())
                        .map(run -> run.tags().getOrDefault(TAG, ""))
                        .orElse("");
    }

    private static Map<String, double[]> sample(TaskContext context, ObjectPath folder, int size)
            throws IOException {
        var label =
                Json.parse(
                                context.clients()
                                        .objects()
                                        .bytes(folder.child("schema.json"), LARGEST_JSON))
                        .path("label")
                        .asString("");
        try (var rows =
                Features.read(context.clients().objects().get(folder.child("feature.csv")))) {
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
