package dev.gori.roles.pipelines.tasks;

import dev.gori.engines.dag.TaskKind;
import dev.gori.kernel.fault.FaultException;
import dev.gori.machinery.protocol.Mlflow.Because;
import dev.gori.machinery.protocol.Mlflow.ModelVersion;
import java.util.LinkedHashMap;
import java.util.Set;

/// The tasks between a trained model and a served one.
final class Registration {

    private Registration() {}

    /// Whether the model may go live: → `promote`, `why`. A `branch` on it chooses the way.
    static final class Decide implements Task {
        @Override
        public TaskKind kind() {
            return new TaskKind(
                    "decide",
                    Set.of("accuracy", "min_accuracy", "drifted", "drift_why"),
                    Set.of("accuracy", "drifted"),
                    false);
        }

        @Override
        public TaskOutcome run(TaskContext context) {
            var with = context.with();
            double accuracy = with.number("accuracy", Double.NaN);
            double least = with.number("min_accuracy", 0.60);
            boolean drifted = with.flag("drifted", true);
            boolean good = accuracy >= least;
            var why =
                    "accuracy %.4f %s %s; %s"
                            .formatted(
                                    accuracy,
                                    good ? "reaches" : "is under",
                                    least,
                                    with.text("drift_why")
                                            .orElse(drifted ? "the data has drifted" : "no drift"));
            context.log("%s: %s", good && !drifted ? "promotes" : "goes the shadow path", why);
            return TaskOutcome.done("promote", good && !drifted, "why", why);
        }
    }

    /// Registers the trained model as the next version: → `version`, `model`. Done once for a
    /// training run, however often it is tried.
    static final class Register implements Task {
        @Override
        public TaskKind kind() {
            return new TaskKind(
                    "register",
                    Set.of("model", "run_id", "tags"),
                    Set.of("model", "run_id"),
                    false);
        }

        @Override
        public TaskOutcome run(TaskContext context) {
            var version = register(context);
            return TaskOutcome.done(
                    "model",
                    version.name(),
                    "version",
                    version.version(),
                    "run_id",
                    version.runId());
        }
    }

    /// Keeps the model beside the serving one: registers it, points the alias `challenger` at it
    /// and notes why: → `version`.
    static final class ShadowPath implements Task {
        @Override
        public TaskKind kind() {
            return new TaskKind(
                    "shadow_path",
                    Set.of("model", "run_id", "tags", "why", "alias"),
                    Set.of("model", "run_id"),
                    false);
        }

        @Override
        public TaskOutcome run(TaskContext context) {
            var version = register(context);
            var registry = context.clients().registry();
            var why = context.with().text("why").orElse("not promoted");
            registry.setModelVersionTag(version.name(), version.version(), "shadow_reason", why);
            var alias = context.with().text("alias").orElse("challenger");
            registry.setAlias(
                    version.name(),
                    alias,
                    version.version(),
                    new Because("pipelines " + context.facts().runId(), why));
            context.log("%s points to version %d: %s", alias, version.version(), why);
            return TaskOutcome.done(
                    "model", version.name(), "version", version.version(), "alias", alias);
        }
    }

    /// Waits until the registry says that the version can be used.
    static final class ModelReady implements Task {
        @Override
        public TaskKind kind() {
            return new TaskKind(
                    "model_ready", Set.of("model", "version"), Set.of("model", "version"), true);
        }

        @Override
        public TaskOutcome run(TaskContext context) {
            var name = context.with().required("model");
            int version = context.with().whole("version", 0);
            var found =
                    context.clients()
                            .registry()
                            .modelVersion(name, version)
                            .orElseThrow(
                                    () ->
                                            FaultException.badRequest(
                                                    "model '%s' has no version %d"
                                                            .formatted(name, version)));
            return switch (found.status()) {
                case READY -> TaskOutcome.done("version", version);
                case PENDING_REGISTRATION ->
                        new TaskOutcome.NotYet(
                                "version %d is %s".formatted(version, found.status()));
                case FAILED_REGISTRATION ->
                        TaskOutcome.wrong(
                                "version %d of '%s' failed: %s"
                                        .formatted(version, name, found.statusMessage()));
            };
        }
    }

    private static ModelVersion register(TaskContext context) {
        var registry = context.clients().registry();
        var model = context.with().required("model");
        var run = context.with().required("run_id");
        var earlier =
                registry
                        .searchModelVersions(
                                "name = '%s' AND run_id = '%s'".formatted(model, run), 1)
                        .stream()
                        .filter(version -> version.runId().equals(run))
                        .findFirst();
        if (earlier.isPresent()) {
            context.log(
                    "version %d is registered already for training run %s",
                    earlier.get().version(), run);
            return earlier.get();
        }
        var trained =
                registry.run(run)
                        .orElseThrow(
                                () ->
                                        FaultException.badRequest(
                                                "training run '%s': the registry has none of that id"
                                                        .formatted(run)));
        var tags = new LinkedHashMap<String, String>();
        for (var key :
                new String[] {
                    "feature_version", "data_sha256", "commit", "pipeline", "pipeline_run"
                }) {
            tags.put(key, trained.tags().getOrDefault(key, ""));
        }
        trained.metrics()
                .forEach((name, value) -> tags.put("metric." + name, Double.toString(value)));
        context.with()
                .section("tags")
                .values()
                .forEach((name, value) -> tags.put(name, value == null ? "" : value.toString()));
        registry.ensureModel(model, "");
        var version =
                registry.createModelVersion(model, trained.artifactUri() + "/model", run, tags);
        context.log("registered %s version %d of training run %s", model, version.version(), run);
        return version;
    }
}
