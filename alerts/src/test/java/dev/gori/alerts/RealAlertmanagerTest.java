package dev.gori.alerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gori.clients.AlertmanagerClient;
import dev.gori.clients.AlertmanagerClient.Alert;
import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.time.WallTime;
import dev.gori.testkit.ExternalTools;
import dev.gori.testkit.NoLeaks;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Debian's Alertmanager beside ours: the same file and the same alerts give the same messages, and
/// `amtool` talks to both alike.
@ExtendWith(NoLeaks.class)
final class RealAlertmanagerTest {
  private static final Pattern LISTENING =
      Pattern.compile("Listening on\" address=127\\.0\\.0\\.1:(\\d+)");
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final String CONFIG =
      """
            global:
              resolve_timeout: 5m
              slack_api_url: CATCHER/default
            templates: ['*.tmpl']
            route:
              receiver: defaults
              group_by: [alertname, namespace]
              group_wait: 500ms
              group_interval: 2s
              repeat_interval: 4h
              routes:
              - receiver: rich
                match_re: {team: "r.ch|other"}
                continue: true
              - receiver: hook
                matchers: ['team=~"hook|rich"', via!=mail]
                group_by: ['...']
              - receiver: quiet
                matchers: ['alertname="Watchdog"']
            inhibit_rules:
            - source_matchers: [severity=critical]
              target_matchers: [severity=warning]
              equal: [namespace]
            receivers:
            - name: quiet
            - name: defaults
              slack_configs:
              - send_resolved: true
            - name: rich
              slack_configs:
              - api_url: CATCHER/rich
                channel: '#{{ .CommonLabels.namespace }}'
                send_resolved: true
                username: 'Gori & co'
                icon_emoji: ':bell:'
                link_names: true
                short_fields: true
                mrkdwn_in: [text]
                color: '{{ if eq .Status "firing" }}#ff0000{{ else }}#00ff00{{ end }}'
                title: '[{{ .Status | toUpper }}] {{ template "own.name" . }} {{ .Alerts.Firing | len }}/{{ len .Alerts.Resolved }}'
                title_link: '{{ (index .Alerts 0).GeneratorURL }}'
                pretext: '{{ range $k, $v := .GroupLabels }}{{ $k }}={{ $v }};{{ end }}'
                text: |-
                  {{ range .Alerts }}*{{ .Labels.pod | title }}* {{ or .Annotations.cause "unknown" }} <{{ .Annotations.missing }}>
                  {{ .StartsAt.Format "2006-01-02T15:04:05Z07:00" }} {{ .Fingerprint }} {{ .Labels }} {{ .Labels.SortedPairs.Names }}
                  {{ reReplaceAll "po(d)-(.*)" "$2/${1}" .Labels.pod }} {{ match "^a" .Labels.alertname }} {{ .Status | printf "%-10s|" }}
                  {{ end }}{{ join "," (stringSlice "a" "b") }} {{ safeHtml "<b>" }} {{ .CommonAnnotations.Values }} {{ .Receiver }}
                fields:
                - {title: 'ns {{ .CommonLabels.namespace }}', value: '{{ .CommonLabels.none }}'}
                - {title: severity, value: '{{ .CommonLabels.severity }}', short: false}
                actions:
                - {type: button, text: 'Run "book"', url: 'http://run/?a=1&b=2', style: danger, confirm: {text: 'dropped'}}
                - {type: button, text: ask, name: n, value: '{{ .Status }}', confirm: {text: 'sure?', title: t, ok_text: o, dismiss_text: d}}
                footer: 'line
                  — "quoted" é 漢'
                image_url: http://image/x.png
                callback_id: cb
            - name: hook
              webhook_configs:
              - url: CATCHER/hook
                max_alerts: 1
            """;

  @TempDir Path folder;

  /// The real program, with the address that it says it listens on.
  private record Real(Process process, URI uri) implements AutoCloseable {
    static Real start(Path folder, Path config, URI external) throws IOException {
      var log = folder.resolve("real.log");
      var process =
          new ProcessBuilder(
                  ExternalTools.program("prometheus-alertmanager").toString(),
                  "--config.file=" + config,
                  "--storage.path=" + folder.resolve("real"),
                  "--web.listen-address=127.0.0.1:0",
                  "--web.external-url=" + external,
                  "--web.route-prefix=/",
                  "--cluster.listen-address=")
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      await().atMost(PATIENCE).until(() -> LISTENING.matcher(Files.readString(log)).find());
      var line = LISTENING.matcher(Files.readString(log));
      assertThat(line.find()).isTrue();
      return new Real(process, URI.create("http://127.0.0.1:" + line.group(1)));
    }

    @Override
    public void close() {
      process.destroyForcibly();
      try {
        process.waitFor(10, TimeUnit.SECONDS);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static List<Alert> alerts(Instant start, boolean over) {
    var ends = over ? start.plusSeconds(50) : start.plusSeconds(7200);
    var alerts = new ArrayList<Alert>();
    for (var labels :
        List.of(
            Labels.of("alertname", "Down", "namespace", "serving-dev", "job", "b", "instance", "2"),
            Labels.of("alertname", "Down", "namespace", "serving-dev", "job", "b", "instance", "1"),
            Labels.of("alertname", "Down", "namespace", "serving-dev", "job", "a"),
            Labels.of("alertname", "Watchdog"),
            Labels.of(
                "alertname",
                "apiSlow",
                "namespace",
                "n",
                "team",
                "rich",
                "pod",
                "pod-x7",
                "severity",
                "critical"),
            Labels.of(
                "alertname",
                "apiSlow",
                "namespace",
                "n",
                "team",
                "rich",
                "pod",
                "pod-é",
                "severity",
                "critical"),
            Labels.of("alertname", "Inhibited", "namespace", "n", "severity", "warning"),
            Labels.of("alertname", "Hooked", "team", "hook", "v", "a<b>&\"c\""),
            Labels.of("alertname", "Mailed", "team", "hook", "via", "mail"))) {
      var annotations =
          labels.get("pod").equals("pod-x7")
              ? Labels.of("summary", "same", "cause", "line one\nline two")
              : Labels.of("summary", "same");
      alerts.add(
          new Alert(
              labels,
              annotations,
              start,
              ends,
              "http://prometheus/graph?g0.expr=up%3D%3D0&g0.tab=1"));
    }
    return alerts;
  }

  @Test
  void theSameFileAndAlertsGiveTheSameMessages() throws Exception {
    var template =
        "{{ define \"own.name\" }}{{ .GroupLabels.alertname }}@{{ .CommonLabels.namespace }}{{ end }}";
    Files.writeString(folder.resolve("own.tmpl"), template);
    try (var ourCatcher = SlackCatcher.start();
        var realCatcher = SlackCatcher.start();
        var time = new WallTime();
        var rig =
            AlertsRig.start(
                "route: {receiver: x}\nreceivers: [{name: x}]\n",
                time,
                Disk.local(),
                folder.resolve("ours"))) {
      var ourText = CONFIG.replace("CATCHER", ourCatcher.uri().toString());
      var realFile =
          Files.writeString(
              folder.resolve("alertmanager.yml"),
              CONFIG.replace("CATCHER", realCatcher.uri().toString()));
      assertThat(
              rig.alerts
                  .reload(
                      new ConfigFiles("alertmanager.yaml", ourText, Map.of("own.tmpl", template)))
                  .all())
          .isEmpty();
      try (var real = Real.start(folder, realFile, rig.api());
          var realClient = new AlertmanagerClient(real.uri(), null, Duration.ofSeconds(10))) {
        var start = Instant.now().truncatedTo(ChronoUnit.MILLIS).minusSeconds(60);
        // the inhibited one last: the original may notify of it before it has taken in one
        // of
        // the same request that inhibits it
        var inhibited =
            alerts(start, false).stream()
                .filter(alert -> alert.labels().get("severity").equals("warning"))
                .toList();
        var others = new ArrayList<>(alerts(start, false));
        others.removeAll(inhibited);
        for (var client : List.of(rig.client, realClient)) {
          assertThat(client.send(others)).isEqualTo(new AlertmanagerClient.Outcome.Accepted(8));
        }
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(realCatcher.bodies()).hasSize(6));
        for (var client : List.of(rig.client, realClient)) {
          assertThat(client.send(inhibited)).isEqualTo(new AlertmanagerClient.Outcome.Accepted(1));
        }
        await()
            .atMost(PATIENCE)
            .untilAsserted(() -> assertThat(sorted(ourCatcher)).isEqualTo(sorted(realCatcher)));
        for (var client : List.of(rig.client, realClient)) {
          client.send(alerts(start, true));
        }
        await()
            .atMost(PATIENCE)
            .untilAsserted(() -> assertThat(realCatcher.bodies()).hasSizeGreaterThanOrEqualTo(12));
        await()
            .atMost(PATIENCE)
            .untilAsserted(() -> assertThat(sorted(ourCatcher)).isEqualTo(sorted(realCatcher)));
      }
    }
  }

  private static List<String> sorted(SlackCatcher catcher) {
    return catcher.bodies().stream().sorted().toList();
  }

  private static String amtool(Path folder, String... arguments)
      throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of(ExternalTools.program("amtool").toString()));
    command.addAll(List.of(arguments));
    var out = folder.resolve("amtool.out");
    var process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile()).start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return Files.readString(out);
  }

  @Test
  void amtoolTalksToUs() throws Exception {
    var config = Files.readString(Path.of("../workspace/environments/dev/alertmanager.yaml"));
    var password =
        Files.writeString(
            folder.resolve("http.yml"),
            "authorization: {credentials: %s}\n".formatted(AlertsRig.TOKEN));
    try (var time = new WallTime();
        var rig = AlertsRig.start(config, time, Disk.local(), folder.resolve("ours"))) {
      var url = "--alertmanager.url=" + rig.api();
      var http = "--http.config.file=" + password;
      assertThat(
              amtool(
                  folder,
                  url,
                  http,
                  "alert",
                  "add",
                  "alertname=Down",
                  "namespace=serving-dev",
                  "severity=critical",
                  "--annotation=summary=broken"))
          .isEmpty();
      assertThat(amtool(folder, url, "alert", "query", "alertname=Down", "-o", "extended"))
          .contains("Down", "serving-dev", "broken", "active");
      var id =
          amtool(
                  folder,
                  url,
                  http,
                  "silence",
                  "add",
                  "alertname=Down",
                  "--comment=known",
                  "--author=me")
              .strip();
      assertThat(amtool(folder, url, "silence", "query"))
          .contains(id, "alertname=\"Down\"", "known");
      assertThat(amtool(folder, url, "alert", "query", "--silenced")).contains("Down");
      assertThat(amtool(folder, url, http, "silence", "expire", id)).isEmpty();
      assertThat(amtool(folder, url, "config", "show")).contains("receiver: slack-dev");
      assertThat(
              amtool(
                  folder,
                  url,
                  "config",
                  "routes",
                  "test",
                  "alertname=Down",
                  "namespace=serving-dev"))
          .contains("slack-dev");
      assertThat(
              amtool(
                  folder,
                  url,
                  "config",
                  "routes",
                  "test",
                  "alertname=Watchdog",
                  "namespace=metrics-dev"))
          .contains("null");
      assertThat(amtool(folder, url, "cluster", "show")).contains("disabled");
      assertThat(amtool(folder, url, "alert", "add", "alertname=NoToken")).contains("401");
    }
  }

  @Test
  void theWorkspaceFilesWorkUnmodified() throws Exception {
    for (var environment : List.of("dev", "prod")) {
      assertThat(
              amtool(
                  folder,
                  "check-config",
                  "../workspace/environments/%s/alertmanager.yaml".formatted(environment)))
          .contains("SUCCESS");
    }
  }

  @Test
  void aRealAlertmanagerSendsTheWorkspaceFilesMessagesToOurInbox() throws Exception {
    var config = Path.of("../workspace/environments/dev/alertmanager.yaml").toAbsolutePath();
    var text = Files.readString(config);
    try (var time = new WallTime();
        var rig = AlertsRig.start(text, time, Disk.local(), folder)) {
      try (var real = Real.start(folder, config, rig.api());
          var realClient = new AlertmanagerClient(real.uri(), null, Duration.ofSeconds(10))) {
        var start = Instant.now().truncatedTo(ChronoUnit.MILLIS).minusSeconds(60);
        var labels =
            Labels.of(
                "alertname", "HighErrorRate", "namespace", "serving-dev", "severity", "critical");
        var alert =
            new Alert(
                labels,
                Labels.of("summary", "8 % fail"),
                start,
                start.plusSeconds(3600),
                "http://p/g");
        var other =
            new Alert(
                labels.with("namespace", "serving-prod"),
                Labels.EMPTY,
                start,
                start.plusSeconds(3600),
                "");
        for (var client : List.of(rig.client, realClient)) {
          client.send(List.of(alert, other));
        }
        await()
            .atMost(PATIENCE)
            .untilAsserted(() -> assertThat(rig.get("/api/v1/inbox").path("messages")).hasSize(2));
        var bodies = rig.get("/api/v1/inbox").path("messages").findValuesAsString("body");
        assertThat(bodies.get(0)).isEqualTo(bodies.get(1));
      }
    }
  }

  @Test
  void aRealPrometheusIsLetInWithTheToken() throws Exception {
    var config = Files.readString(Path.of("../workspace/environments/dev/alertmanager.yaml"));
    try (var time = new WallTime();
        var rig = AlertsRig.start(config, time, Disk.local(), folder.resolve("ours"))) {
      Files.writeString(
          folder.resolve("rules.yml"),
          """
                    groups:
                    - name: g
                      interval: 1s
                      rules: [{alert: Down, expr: vector(1), labels: {namespace: serving-dev}, annotations: {summary: 'is {{ $value }}'}}]
                    """);
      var prometheus =
          Files.writeString(
              folder.resolve("prometheus.yml"),
              """
                    global: {evaluation_interval: 1s}
                    rule_files: [rules.yml]
                    alerting:
                      alertmanagers:
                      - path_prefix: /alertmanager
                        authorization: {credentials: %s}
                        static_configs: [{targets: ['127.0.0.1:%d']}]
                    """
                  .formatted(AlertsRig.TOKEN, rig.server.port()));
      var process =
          new ProcessBuilder(
                  ExternalTools.program("prometheus").toString(),
                  "--config.file=" + prometheus,
                  "--storage.tsdb.path=" + folder.resolve("tsdb"),
                  "--rules.alert.resend-delay=1s",
                  "--web.listen-address=127.0.0.1:0")
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("prometheus.log").toFile())
              .start();
      try (var real = new Real(process, rig.api())) {
        await()
            .atMost(PATIENCE)
            .untilAsserted(
                () ->
                    assertThat(rig.client.alerts(List.of("alertname=Down")))
                        .singleElement()
                        .satisfies(
                            known ->
                                assertThat(known.alert().annotations().get("summary"))
                                    .isEqualTo("is 1")));
        assertThat(real.uri()).isEqualTo(rig.api());
      }
    }
  }
}
