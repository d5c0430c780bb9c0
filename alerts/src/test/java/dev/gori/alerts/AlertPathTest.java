package dev.gori.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.base.json.Json;
import dev.gori.clients.AlertmanagerClient;
import dev.gori.http.HttpCalls;
import dev.gori.kernel.disk.Disk;
import dev.gori.testkit.ManualClock;
import dev.gori.testkit.NoLeaks;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// From the API to the receiver: bundling, timers, repetition, ends, silences, inhibition, retries,
/// reload.
@ExtendWith(NoLeaks.class)
final class AlertPathTest {
  private static final String CONFIG =
      """
            route:
              receiver: team
              group_by: [alertname]
              group_wait: 10s
              group_interval: 1m
              repeat_interval: 1h
              routes:
              - receiver: "null"
                matchers: ['alertname="Watchdog"']
              - receiver: hook
                matchers: ['via="hook"']
            inhibit_rules:
            - source_matchers: ['severity="critical"']
              target_matchers: ['severity="warning"']
              equal: [namespace]
            receivers:
            - name: "null"
            - name: team
              slack_configs:
              - api_url: CATCHER
                channel: '#x'
                send_resolved: true
                title: '[{{ .Status | toUpper }}] {{ .GroupLabels.alertname }} {{ len .Alerts }}'
            - name: hook
              webhook_configs:
              - url: CATCHER
            """;

  @TempDir Path folder;

  private final ManualClock time = new ManualClock();
  private SlackCatcher catcher;
  private AlertsRig rig;

  @BeforeEach
  void start() throws IOException {
    catcher = SlackCatcher.start();
    rig = AlertsRig.start(config(), time, Disk.local(), folder);
  }

  @AfterEach
  void stop() {
    rig.close();
    catcher.close();
  }

  private String config() {
    return CONFIG.replace("CATCHER", catcher.uri().toString());
  }

  private List<String> titles() {
    return catcher.bodies().stream()
        .map(body -> Json.parse(body).path("attachments").path(0).path("title").asString(""))
        .toList();
  }

  @Test
  void alertsOfAGroupMakeOneMessageAfterGroupWait() {
    rig.fire(time.now(), null, "alertname", "Down", "pod", "a");
    rig.fire(time.now(), null, "alertname", "Down", "pod", "b");
    time.forward(Duration.ofSeconds(9));
    assertThat(titles()).isEmpty();
    time.forward(Duration.ofSeconds(2));
    assertThat(titles()).containsExactly("[FIRING] Down 2");
  }

  @Test
  void aLaterAlertWaitsForGroupIntervalAndNothingIsSaidTwice() {
    rig.fire(time.now(), time.now().plusSeconds(7200), "alertname", "Down", "pod", "a");
    time.forward(Duration.ofSeconds(11));
    rig.fire(time.now(), time.now().plusSeconds(7200), "alertname", "Down", "pod", "b");
    time.forward(Duration.ofSeconds(58));
    assertThat(titles()).hasSize(1);
    time.forward(Duration.ofSeconds(2));
    assertThat(titles()).containsExactly("[FIRING] Down 1", "[FIRING] Down 2");
    time.forward(Duration.ofMinutes(59));
    assertThat(titles()).hasSize(2);
    time.forward(Duration.ofMinutes(3));
    assertThat(titles()).as("repeat_interval is over").hasSize(3);
  }

  @Test
  void theEndIsSaidOnceAndTheGroupGoes() {
    rig.fire(time.now(), time.now().plusSeconds(3600), "alertname", "Down");
    time.forward(Duration.ofSeconds(11));
    rig.fire(time.now().minusSeconds(11), time.now(), "alertname", "Down");
    time.forward(Duration.ofMinutes(2));
    assertThat(titles()).containsExactly("[FIRING] Down 1", "[RESOLVED] Down 1");
    assertThat(rig.get("/alertmanager/api/v2/alerts/groups")).isEmpty();
    time.forward(Duration.ofHours(2));
    assertThat(titles()).hasSize(2);
  }

  @Test
  void anAlertWithoutAnEndIsOverAfterResolveTimeout() {
    rig.fire(time.now(), null, "alertname", "Down");
    time.forward(Duration.ofMinutes(7));
    assertThat(titles()).containsExactly("[FIRING] Down 1", "[RESOLVED] Down 1");
  }

  @Test
  void theWatchdogReachesNobody() {
    rig.fire(time.now(), null, "alertname", "Watchdog");
    time.forward(Duration.ofMinutes(2));
    assertThat(catcher.calls()).isZero();
    assertThat(rig.get("/alertmanager/api/v2/alerts?receiver=null")).hasSize(1);
  }

  @Test
  void aSilencedAlertKeepsQuietAndSaysBecauseOfWhat() {
    var id = silence("alertname", "Down");
    rig.fire(time.now(), null, "alertname", "Down");
    time.forward(Duration.ofSeconds(11));
    assertThat(titles()).isEmpty();
    var alert = rig.client.alerts(List.of("alertname=Down")).getFirst();
    assertThat(alert.state()).isEqualTo("suppressed");
    assertThat(alert.silencedBy()).containsExactly(id);
    assertThat(rig.get("/alertmanager/api/v2/alerts?silenced=false")).isEmpty();
    rig.client.expire(id);
    time.forward(Duration.ofMinutes(1));
    assertThat(titles()).containsExactly("[FIRING] Down 1");
  }

  private String silence(String name, String value) {
    return rig.client.silence(
        new AlertmanagerClient.Silence(
            "",
            List.of(new AlertmanagerClient.SilenceMatcher(name, value, false, true)),
            time.now(),
            time.now().plusSeconds(3600),
            "me",
            "known",
            ""));
  }

  @Test
  void aCriticalAlertInhibitsTheWarningOfItsNamespaceOnly() {
    rig.fire(time.now(), null, "alertname", "Dead", "severity", "critical", "namespace", "a");
    rig.fire(time.now(), null, "alertname", "Slow", "severity", "warning", "namespace", "a");
    rig.fire(time.now(), null, "alertname", "Slow", "severity", "warning", "namespace", "b");
    time.forward(Duration.ofSeconds(11));
    assertThat(titles()).containsExactlyInAnyOrder("[FIRING] Dead 1", "[FIRING] Slow 1");
    assertThat(rig.get("/alertmanager/api/v2/alerts?inhibited=false")).hasSize(2);
  }

  @Test
  void aFailingReceiverIsTriedAgainAndARefusalIsNot() {
    catcher.answer(500);
    rig.fire(time.now(), time.now().plusSeconds(3600), "alertname", "Down");
    time.forward(Duration.ofSeconds(15));
    assertThat(catcher.calls()).as("tried again").isGreaterThan(2);
    catcher.answer(200);
    time.forward(Duration.ofSeconds(40));
    assertThat(titles()).containsExactly("[FIRING] Down 1");
    catcher.answer(404);
    int before = catcher.calls();
    rig.fire(time.now(), time.now().plusSeconds(3600), "alertname", "Other");
    time.forward(Duration.ofSeconds(50));
    assertThat(catcher.calls() - before).as("4xx is not tried again within the flush").isEqualTo(1);
  }

  @Test
  void anUnchangedRouteKeepsItsTimerOverAReload() {
    rig.fire(time.now(), null, "alertname", "Down");
    time.forward(Duration.ofSeconds(8));
    assertThat(
            rig.alerts
                .reload(ConfigFiles.of("alertmanager.yaml", config().replace("'#x'", "'#y'")))
                .all())
        .isEmpty();
    time.forward(Duration.ofSeconds(3));
    assertThat(catcher.bodies()).singleElement().asString().contains("#y");
  }

  @Test
  void aBadReloadChangesNothing() {
    var problems =
        rig.alerts.reload(
            ConfigFiles.of(
                "alertmanager.yaml", config().replace("receiver: hook", "receiver: hok")));
    assertThat(problems.all())
        .singleElement()
        .asString()
        .startsWith("alertmanager.yaml:10 route.routes[1].receiver: 'hok' (expected: one of [");
    assertThat(rig.client.status().config()).contains("receiver: hook");
  }

  @Test
  void howLongAgoAnEndlessAlertEndedIsAsLongAsGoCanSay() {
    assertThat(
            rig.alerts.reload(
                ConfigFiles.of(
                    "alertmanager.yaml",
                    config()
                        .replace(
                            "{{ len .Alerts }}'",
                            "{{ range .Alerts }}{{ since .EndsAt }} {{ since .EndsAt | humanizeDuration }}{{ end }}'"))))
        .matches(problems -> problems.isEmpty());
    rig.fire(time.now(), Instant.parse("9999-12-31T23:59:59Z"), "alertname", "Down");
    time.forward(Duration.ofSeconds(15));
    assertThat(titles())
        .containsExactly("[FIRING] Down 2562047h47m16.854775807s 106751d 23h 47m 16s");
  }

  /// Each would take gigabytes when compiled, and readers need no token.
  @Test
  void expressionsThatWouldFillTheMemoryAreRefused() {
    var regex = "((a{1000}){1000}){1000}";
    var silence =
        """
                {"matchers": [{"name": "a", "value": "%s", "isRegex": true}], "createdBy": "me",
                 "comment": "x", "startsAt": "2026-01-01T00:00:00Z", "endsAt": "2099-01-01T00:00:00Z"}
                """
            .formatted(regex);
    var token = HttpCalls.bearer(AlertsRig.TOKEN);
    assertThat(rig.status("POST", "/alertmanager/api/v2/silences", silence, token)).isEqualTo(400);
    var encoded = URLEncoder.encode(regex, StandardCharsets.UTF_8);
    var filter = URLEncoder.encode("a=~\"" + regex + "\"", StandardCharsets.UTF_8);
    for (var query : List.of("receiver=" + encoded, "filter=" + filter)) {
      var answer = rig.calls.get(URI.create(rig.api() + "/api/v2/alerts?" + query));
      assertThat(answer.status()).as(query).isEqualTo(400);
      assertThat(answer.text()).contains("expression too large");
    }
  }

  @Test
  void aWebhookGetsVersionFour() {
    rig.fire(time.now(), null, "alertname", "Down", "via", "hook");
    time.forward(Duration.ofSeconds(11));
    var message = Json.parse(catcher.bodies().getFirst());
    assertThat(message.path("version").asString("")).isEqualTo("4");
    assertThat(message.path("groupKey").asString(""))
        .isEqualTo("{}/{via=\"hook\"}:{alertname=\"Down\"}");
    assertThat(message.path("alerts").path(0).path("endsAt").asString(""))
        .isEqualTo("0001-01-01T00:00:00Z");
  }

  @Test
  void ownMetricsCountWhatWasTakenAndSent() {
    rig.fire(time.now(), null, "alertname", "Down");
    rig.fire(time.now(), null, "alertname", "Watchdog");
    time.forward(Duration.ofSeconds(11));
    assertThat(rig.metric("alertmanager_alerts", "active")).isEqualTo(2);
    assertThat(rig.metric("alertmanager_notifications", "slack")).isEqualTo(1);
    assertThat(rig.metric("alertmanager_notifications_failed", "slack")).isZero();
    assertThat(rig.metric("alertmanager_alerts_received", "firing")).isEqualTo(2);
  }

  @Test
  void secretsAreNotShown() {
    assertThat(rig.client.status().config())
        .contains("api_url: <secret>")
        .doesNotContain(catcher.uri().toString());
  }
}
