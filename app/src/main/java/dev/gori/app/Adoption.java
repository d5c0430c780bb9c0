package dev.gori.app;

import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.fault.FaultException;
import dev.gori.machinery.conf.Problems;
import dev.gori.machinery.git.CommitId;
import dev.gori.machinery.json.Json;
import dev.gori.roles.alerts.Alerts;
import dev.gori.roles.alerts.ConfigFiles;
import dev.gori.roles.delivery.desired.Applier;
import dev.gori.roles.delivery.desired.DesiredFiles;
import dev.gori.roles.delivery.desired.StateCheck;
import dev.gori.roles.logs.Logs;
import dev.gori.roles.logs.LogsConfig;
import dev.gori.roles.metrics.Metrics;
import dev.gori.roles.metrics.MetricsConfig;
import dev.gori.roles.pipelines.PipelineSource;
import dev.gori.roles.pipelines.Pipelines;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/// How the files of a commit reach the roles that they are for: delivery asks whether they are
/// right, and hands them over when all are. A role that is a real server gets its files written
/// beside its environment's data, and is asked to read them.
record Adoption(
        EnvironmentSettings settings,
        ScrapeTargets scrape,
        Optional<Metrics> metrics,
        Optional<Logs> logs,
        Optional<Alerts> alerts,
        Optional<Pipelines> pipelines,
        Path folder,
        URI alerting) {

    private static final String METRIC_RULES = "rules/metrics/";
    private static final String LOG_RULES = "rules/logs/";
    private static final String PIPELINES = "pipelines/";
    private static final String DASHBOARDS = "dashboards/";
    private static final String ALERTMANAGER = "alertmanager.yaml";
    private static final String ENVIRONMENT = "environment.yaml";

    /// Where a real Alertmanager finds its file, and `slack-url` beside it.
    static final String ALERTMANAGER_FOLDER = "alertmanager";

    /// What the alerts role runs with until the first commit is applied: nobody is told anything.
    static final ConfigFiles NO_ALERTING =
            ConfigFiles.of("built in", "route: {receiver: 'null'}\nreceivers: [{name: 'null'}]\n");

    List<StateCheck> checks() {
        return List.of(
                (files, problems) ->
                        files.text(ENVIRONMENT)
                                .ifPresent(
                                        text ->
                                                EnvironmentSettings.read(
                                                        settings.name(),
                                                        place(files, ENVIRONMENT),
                                                        text,
                                                        problems)),
                (files, problems) -> Metrics.check(metricRules(files), problems),
                (files, problems) -> Logs.check(logRules(files), problems),
                (files, problems) ->
                        alerting(files).ifPresent(config -> problems.addAll(Alerts.check(config))),
                (files, problems) ->
                        Pipelines.check(pipelineSources(files), settings.zone())
                                .forEach(problems::add),
                Adoption::checkDashboards);
    }

    List<Applier> appliers() {
        var appliers = new ArrayList<Applier>();
        appliers.add(
                new Handover(
                        "rules/metrics",
                        METRIC_RULES,
                        files ->
                                metrics.map(
                                                role ->
                                                        role.reload(
                                                                        scrapeFile(),
                                                                        metricRules(files))
                                                                .all())
                                        .orElseGet(() -> prometheusFiles(files))));
        appliers.add(
                new Handover(
                        "rules/logs",
                        LOG_RULES,
                        files ->
                                logs.map(role -> role.reload(logRules(files)).all())
                                        .orElse(List.of())));
        appliers.add(
                new Handover(
                        "alertmanager",
                        ALERTMANAGER,
                        files ->
                                alerts.map(
                                                role ->
                                                        alerting(files)
                                                                .map(
                                                                        config ->
                                                                                role.reload(config)
                                                                                        .all())
                                                                .orElse(List.of()))
                                        .orElseGet(() -> alertmanagerFiles(files))));
        appliers.add(new PipelineHandover(pipelines));
        return appliers;
    }

    /// One part of the desired state and who takes it.
    private record Handover(String name, String prefix, Function<DesiredFiles, List<String>> take)
            implements Applier {
        @Override
        public boolean concerns(String path) {
            return path.startsWith(prefix);
        }

        @Override
        public List<String> apply(DesiredFiles files) {
            return take.apply(files);
        }
    }

    /// The pipelines role also hears of commits that leave its files alone: its runs carry the
    /// commit whose state they belong to.
    private record PipelineHandover(Optional<Pipelines> role) implements Applier {
        @Override
        public String name() {
            return "pipelines";
        }

        @Override
        public boolean concerns(String path) {
            return path.startsWith(PIPELINES);
        }

        @Override
        public List<String> apply(DesiredFiles files) {
            return role.map(
                            pipelines ->
                                    pipelines.reload(
                                            pipelineSources(files), files.commit().value()))
                    .orElse(List.of());
        }

        @Override
        public void applied(CommitId commit) {
            role.ifPresent(pipelines -> pipelines.declaredBy(commit.value()));
        }
    }

    private MetricsConfig.TextFile scrapeFile() {
        return new MetricsConfig.TextFile("scrape.yaml", scrape.scrapeConfigs());
    }

    private static List<MetricsConfig.TextFile> metricRules(DesiredFiles files) {
        return each(files, METRIC_RULES, MetricsConfig.TextFile::new);
    }

    private static List<LogsConfig.TextFile> logRules(DesiredFiles files) {
        return each(files, LOG_RULES, LogsConfig.TextFile::new);
    }

    private static List<PipelineSource> pipelineSources(DesiredFiles files) {
        return each(files, PIPELINES, PipelineSource::new);
    }

    private static Optional<ConfigFiles> alerting(DesiredFiles files) {
        return files.text(ALERTMANAGER)
                .map(text -> ConfigFiles.of(place(files, ALERTMANAGER), text));
    }

    private static <T> List<T> each(
            DesiredFiles files, String prefix, BiFunction<String, String, T> make) {
        var made = new ArrayList<T>();
        files.under(prefix)
                .forEach(
                        (path, content) -> {
                            if (path.endsWith(".yaml") || path.endsWith(".yml")) {
                                made.add(
                                        make.apply(
                                                place(files, path),
                                                new String(content, StandardCharsets.UTF_8)));
                            }
                        });
        return made;
    }

    private static String place(DesiredFiles files, String path) {
        return DesiredFiles.folder(files.environment()) + "/" + path;
    }

    private static void checkDashboards(DesiredFiles files, Problems problems) {
        files.under(DASHBOARDS)
                .forEach(
                        (path, content) -> {
                            try {
                                if (path.endsWith(".json")
                                        && !Json.parse(content).path("panels").isArray()) {
                                    problems.add(
                                            "%s:1: no 'panels' (expected: a Grafana dashboard)"
                                                    .formatted(place(files, path)));
                                }
                            } catch (FaultException e) {
                                problems.add("%s: %s".formatted(place(files, path), e.reason()));
                            }
                        });
    }

    private List<String> prometheusFiles(DesiredFiles files) {
        var rules = folder.resolve("prometheus/rules");
        var outside = new OutsideFiles(Disk.local(), settings.urls().get(Role.METRICS));
        outside.write(rules, METRIC_RULES, files.under(METRIC_RULES));
        outside.write(
                folder.resolve("prometheus"),
                "",
                Map.of(
                        "prometheus.yml",
                        scrape.prometheusYaml(
                                        rules.toString(),
                                        alerting,
                                        folder.resolve("token").toString())
                                .getBytes(StandardCharsets.UTF_8)));
        return outside.reload();
    }

    private List<String> alertmanagerFiles(DesiredFiles files) {
        var outside = new OutsideFiles(Disk.local(), settings.urls().get(Role.ALERTS));
        outside.write(folder.resolve(ALERTMANAGER_FOLDER), "", files.under(ALERTMANAGER));
        return outside.reload();
    }
}
