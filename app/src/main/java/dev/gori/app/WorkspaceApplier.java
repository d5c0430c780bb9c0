package dev.gori.app;

import dev.gori.alerts.Alerts;
import dev.gori.alerts.ConfigFiles;
import dev.gori.base.conf.Conf;
import dev.gori.base.conf.ConfinedDirectory;
import dev.gori.base.conf.Problems;
import dev.gori.base.json.Json;
import dev.gori.delivery.desired.Applier;
import dev.gori.delivery.desired.DesiredFiles;
import dev.gori.delivery.desired.DesiredStateCheck;
import dev.gori.delivery.desired.ServingFile;
import dev.gori.git.CommitId;
import dev.gori.git.GitRepository;
import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.fault.FaultException;
import dev.gori.logs.Logs;
import dev.gori.logs.LogsConfig;
import dev.gori.metrics.Metrics;
import dev.gori.metrics.MetricsConfig;
import dev.gori.metrics.scrape.ConfigDirectory;
import dev.gori.pipelines.PipelineSource;
import dev.gori.pipelines.Pipelines;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;

/// Checks the files of a commit and applies them to the roles. Delivery calls the checks first and
/// applies only when all pass. For an external server, it writes the files into the environment's
/// data folder and asks the server to reload.
record WorkspaceApplier(
    GitRepository workspace,
    EnvironmentSettings settings,
    ScrapeTargets scrape,
    Optional<Metrics> metrics,
    Optional<Logs> logs,
    Optional<Alerts> alerts,
    Optional<Pipelines> pipelines,
    Path folder,
    URI alerting) {

  /// The folder with the configuration file of an external Alertmanager and `slack-url`.
  static final String ALERTMANAGER_FOLDER = "alertmanager";

  /// The folder that file names in `prometheus.yml` are relative to, for the embedded metrics role
  /// and an external Prometheus. Its subfolder `scrape` has the files from Git; users add other
  /// files.
  static final String PROMETHEUS_FOLDER = "prometheus";

  /// The configuration of the alerts role until the first commit is applied; it sends nothing.
  static final ConfigFiles NO_ALERTING =
      ConfigFiles.of("built in", "route: {receiver: 'null'}\nreceivers: [{name: 'null'}]\n");

  List<DesiredStateCheck> checks() {
    return List.of(
        EnvironmentFiles::check,
        this::checkEnvironments,
        (files, problems) ->
            files
                .text(EnvironmentFiles.ENVIRONMENT)
                .ifPresent(
                    text ->
                        EnvironmentSettings.read(
                            settings.name(),
                            location(files, EnvironmentFiles.ENVIRONMENT),
                            text,
                            folder,
                            problems)),
        this::checkServing,
        this::checkMetrics,
        (files, problems) -> Logs.check(logRules(files), problems),
        (files, problems) ->
            alerting(files)
                .ifPresent(config -> problems.addAll(Alerts.check(config, alertNames()))),
        (files, problems) ->
            Pipelines.check(pipelineSources(files), settings.zone()).forEach(problems::add),
        WorkspaceApplier::checkDashboards,
        new SealedSecrets(),
        new MissingAlertingWarning());
  }

  /// Rejects a commit after which the program would not start.
  private void checkEnvironments(DesiredFiles files, Problems problems) {
    Workspace.environments(workspace.tree(files.commit()), problems);
  }

  /// Warns of an environment without an Alertmanager configuration.
  private static final class MissingAlertingWarning implements DesiredStateCheck {
    @Override
    public void check(DesiredFiles files, Problems problems) {
      // The alerts role checks the file if there is one.
    }

    @Override
    public List<String> warnings(DesiredFiles files) {
      return files.text(EnvironmentFiles.ALERTMANAGER).isPresent()
          ? List.of()
          : List.of(
              "%s: missing, so no alert is sent to anyone"
                  .formatted(location(files, EnvironmentFiles.ALERTMANAGER)));
    }
  }

  /// Checks that `serving.yaml` declares the gateway's model. The gateway has one model, which it
  /// read from `environment.yaml` at its start.
  private void checkServing(DesiredFiles files, Problems problems) {
    var text = files.text(ServingFile.PATH);
    if (text.isEmpty()) {
      return; // delivery reports it
    }
    var served = settings.gateway();
    var top = Conf.parse(location(files, ServingFile.PATH), text.get(), new Problems());
    var model = top.textOr("model", served.model());
    problems.expect(
        model.equals(served.model()),
        top.where("model"),
        "'" + model + "'",
        "'%s', the one model that the gateway of %s serves; to serve '%s', write 'model: %s' in the section gateway of environment.yaml, start again, then declare it here"
            .formatted(served.model(), settings.name(), model, model));
    var variants = top.section("variants");
    for (var variant : variants.keys()) {
      problems.expect(
          served.variants().contains(variant),
          variants.where(variant),
          "'" + variant + "'",
          "one of the gateway's variants %s, key variants in the section gateway of environment.yaml"
              .formatted(served.variants()));
    }
  }

  List<Applier> appliers() {
    var appliers = new ArrayList<Applier>();
    appliers.add(
        new RoleApplier(
            "metrics",
            List.of(
                EnvironmentFiles.METRIC_RULES,
                EnvironmentFiles.PROMETHEUS,
                EnvironmentFiles.SCRAPE),
            this::applyMetrics));
    appliers.add(
        new RoleApplier(
            "rules/logs",
            List.of(EnvironmentFiles.LOG_RULES),
            files -> logs.map(role -> role.reload(logRules(files)).all()).orElse(List.of())));
    appliers.add(
        new RoleApplier(
            "alertmanager",
            List.of(EnvironmentFiles.ALERTMANAGER, EnvironmentFiles.TEMPLATES),
            files ->
                alerts
                    .map(role -> role.reload(alerting(files).orElse(NO_ALERTING)).all())
                    .orElseGet(() -> alertmanagerFiles(files))));
    appliers.add(new PipelineApplier(pipelines));
    return appliers;
  }

  /// Applies one part of the desired state to its role.
  private record RoleApplier(
      String name, List<String> prefixes, Function<DesiredFiles, List<String>> take)
      implements Applier {
    @Override
    public boolean concerns(String path) {
      return prefixes.stream()
          .anyMatch(
              prefix -> path.startsWith(prefix) || path.equals(DesiredFiles.otherSpelling(prefix)));
    }

    @Override
    public List<String> apply(DesiredFiles files) {
      return take.apply(files);
    }
  }

  /// Applies commits to the pipelines role, also commits that do not change its files, because each
  /// run records the applied commit.
  private record PipelineApplier(Optional<Pipelines> role) implements Applier {
    @Override
    public String name() {
      return "pipelines";
    }

    @Override
    public boolean concerns(String path) {
      return path.startsWith(EnvironmentFiles.PIPELINES);
    }

    @Override
    public List<String> apply(DesiredFiles files) {
      return role.map(pipelines -> pipelines.reload(pipelineSources(files), files.commit().value()))
          .orElse(List.of());
    }

    @Override
    public void applied(CommitId commit) {
      role.ifPresent(pipelines -> pipelines.declaredBy(commit.value()));
    }
  }

  /// The folder that file names in the Alertmanager configuration are relative to, for the embedded
  /// role and an external Alertmanager.
  private ConfinedDirectory alertNames() {
    return new ConfinedDirectory(
        folder.resolve(
            settings.isEmbedded(RoleName.ALERTS) ? RoleName.ALERTS.label() : ALERTMANAGER_FOLDER),
        folder);
  }

  /// The folder that file names in the scrape configuration are relative to; the role's own data is
  /// elsewhere.
  static ConfigDirectory scrapeDirectory(Path environment) {
    return ConfigDirectory.closed(
        environment.resolve(PROMETHEUS_FOLDER), environment.getFileName().toString());
  }

  private void checkMetrics(DesiredFiles files, Problems problems) {
    files
        .under(EnvironmentFiles.SCRAPE)
        .forEach(
            (path, _) ->
                problems.expect(
                    path.indexOf('/', EnvironmentFiles.SCRAPE.length()) < 0,
                    location(files, path),
                    "a folder in " + EnvironmentFiles.SCRAPE,
                    "files directly in " + EnvironmentFiles.SCRAPE));
    Metrics.check(
        settings.metrics(),
        new MetricsConfig.TextFile(
            location(files, EnvironmentFiles.PROMETHEUS),
            files.text(EnvironmentFiles.PROMETHEUS).orElse("")),
        scrapeDirectory(folder)
            .withFiles(pattern -> scrapeFiles(files, pattern))
            .reserving(ScrapeTargets.NAMES),
        metricRules(files),
        problems);
  }

  /// The files that a pattern of `scrape_config_files` will match after the commit is applied.
  private static Map<String, String> scrapeFiles(DesiredFiles files, String pattern)
      throws IOException {
    var path = Path.of(pattern).normalize().toString();
    if (!path.startsWith(EnvironmentFiles.SCRAPE)) {
      throw new IOException(
          "such files are in Git (expected: a pattern in %s)".formatted(EnvironmentFiles.SCRAPE));
    }
    var matcher = FileSystems.getDefault().getPathMatcher("glob:" + path);
    var found = new TreeMap<String, String>();
    files
        .under(EnvironmentFiles.SCRAPE)
        .forEach(
            (name, content) -> {
              if (matcher.matches(Path.of(name))) {
                found.put(name, new String(content, StandardCharsets.UTF_8));
              }
            });
    return found;
  }

  private List<String> applyMetrics(DesiredFiles files) {
    new ExternalServerFiles(Disk.local(), Optional.empty())
        .write(
            folder.resolve(PROMETHEUS_FOLDER).resolve(EnvironmentFiles.SCRAPE),
            EnvironmentFiles.SCRAPE,
            files.under(EnvironmentFiles.SCRAPE));
    var own = files.text(EnvironmentFiles.PROMETHEUS);
    return metrics
        .map(
            role ->
                role.reload(
                        new MetricsConfig.TextFile(
                            EnvironmentFiles.PROMETHEUS, scrape.scrapeConfig(own)),
                        metricRules(files))
                    .all())
        .orElseGet(() -> prometheusFiles(files, own));
  }

  private static List<MetricsConfig.TextFile> metricRules(DesiredFiles files) {
    return each(files, EnvironmentFiles.METRIC_RULES, MetricsConfig.TextFile::new);
  }

  private static List<LogsConfig.TextFile> logRules(DesiredFiles files) {
    return each(files, EnvironmentFiles.LOG_RULES, LogsConfig.TextFile::new);
  }

  private static List<PipelineSource> pipelineSources(DesiredFiles files) {
    return each(files, EnvironmentFiles.PIPELINES, PipelineSource::new);
  }

  private static Optional<ConfigFiles> alerting(DesiredFiles files) {
    return files
        .text(EnvironmentFiles.ALERTMANAGER)
        .map(
            text ->
                new ConfigFiles(
                    location(files, EnvironmentFiles.ALERTMANAGER), text, templates(files)));
  }

  private static Map<String, String> templates(DesiredFiles files) {
    var templates = new TreeMap<String, String>();
    files
        .under(EnvironmentFiles.TEMPLATES)
        .forEach(
            (path, content) -> {
              if (path.endsWith(".tmpl")) {
                templates.put(path, new String(content, StandardCharsets.UTF_8));
              }
            });
    return templates;
  }

  private static <T> List<T> each(
      DesiredFiles files, String prefix, BiFunction<String, String, T> make) {
    var made = new ArrayList<T>();
    files
        .under(prefix)
        .forEach(
            (path, content) -> {
              if (DesiredFiles.isYaml(path)) {
                made.add(
                    make.apply(location(files, path), new String(content, StandardCharsets.UTF_8)));
              }
            });
    return made;
  }

  private static String location(DesiredFiles files, String path) {
    return EnvironmentFiles.location(files, path);
  }

  private static void checkDashboards(DesiredFiles files, Problems problems) {
    files
        .under(EnvironmentFiles.DASHBOARDS)
        .forEach(
            (path, content) -> {
              try {
                if (path.endsWith(".json") && !Json.parse(content).path("panels").isArray()) {
                  problems.add(
                      "%s:1: no 'panels' (expected: a Grafana dashboard)"
                          .formatted(location(files, path)));
                }
              } catch (FaultException e) {
                problems.add("%s: %s".formatted(location(files, path), e.reason()));
              }
            });
  }

  private List<String> prometheusFiles(DesiredFiles files, Optional<String> own) {
    var directory = folder.resolve(PROMETHEUS_FOLDER);
    var rules = directory.resolve("rules");
    var outside = outside(RoleName.METRICS);
    outside.write(rules, EnvironmentFiles.METRIC_RULES, ruleFiles(files));
    outside.write(
        directory,
        "",
        Map.of(
            EnvironmentFiles.PROMETHEUS,
            scrape
                .prometheusYaml(own, rules.toString(), alerting, folder.resolve("token").toString())
                .getBytes(StandardCharsets.UTF_8)));
    return outside.reload();
  }

  /// Flattens the rule files into one folder with one ending, so that an external Prometheus finds
  /// them with one pattern.
  private static Map<String, byte[]> ruleFiles(DesiredFiles files) {
    var flat = new TreeMap<String, byte[]>();
    files
        .under(EnvironmentFiles.METRIC_RULES)
        .forEach(
            (path, content) -> {
              if (DesiredFiles.isYaml(path)) {
                flat.put(
                    EnvironmentFiles.METRIC_RULES
                        + path.substring(EnvironmentFiles.METRIC_RULES.length())
                            .replace("/", "%2F")
                            .replaceFirst("\\.ya?ml$", ".yaml"),
                    content);
              }
            });
    return flat;
  }

  private List<String> alertmanagerFiles(DesiredFiles files) {
    var outside = outside(RoleName.ALERTS);
    var alertmanager = folder.resolve(ALERTMANAGER_FOLDER);
    var config = files.text(EnvironmentFiles.ALERTMANAGER).orElseGet(NO_ALERTING::text);
    outside.write(
        alertmanager,
        "",
        Map.of(EnvironmentFiles.ALERTMANAGER, config.getBytes(StandardCharsets.UTF_8)));
    outside.write(
        alertmanager.resolve(EnvironmentFiles.TEMPLATES),
        EnvironmentFiles.TEMPLATES,
        files.under(EnvironmentFiles.TEMPLATES));
    return outside.reload();
  }

  private ExternalServerFiles outside(RoleName role) {
    return new ExternalServerFiles(Disk.local(), Optional.ofNullable(settings.urls().get(role)));
  }
}
