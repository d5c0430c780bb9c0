package dev.gori.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.base.json.Json;
import dev.gori.clients.AlertmanagerClient;
import dev.gori.http.HttpCalls;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.label.Matcher;
import dev.gori.testkit.FaultyDisk;
import dev.gori.testkit.ManualClock;
import dev.gori.testkit.NoLeaks;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;

/// What a power cut leaves, and that a restart says nothing twice.
@ExtendWith(NoLeaks.class)
final class RestartTest {
  private static final Path FOLDER = Path.of("/data/alerts");
  private static final String CONFIG =
      """
            route: {receiver: x, group_by: [alertname], group_wait: 5s, group_interval: 30s, repeat_interval: 4h}
            receivers:
            - name: x
              slack_configs:
              - {channel: '#x', send_resolved: true, title: '[{{ .Status }}] {{ .GroupLabels.alertname }}'}
            """;

  private final ManualClock time = new ManualClock();

  private static List<String> titles(AlertsRig rig) {
    var titles = new ArrayList<String>();
    rig.get("/api/v1/inbox")
        .path("messages")
        .forEach(
            m ->
                titles.add(
                    m.path("payload").path("attachments").path(0).path("title").asString("")));
    return titles.reversed();
  }

  @Test
  void aRestartNotifiesNothingAgainAndForgetsNothing() throws IOException {
    var disk = new FaultyDisk(new Random(1));
    var start = time.now();
    String silence;
    try (var rig = AlertsRig.start(CONFIG, time, disk, FOLDER)) {
      rig.fire(start, start.plusSeconds(3600), "alertname", "Down");
      time.forward(Duration.ofSeconds(6));
      assertThat(titles(rig)).containsExactly("[firing] Down");
      silence =
          rig.client.silence(
              new AlertmanagerClient.Silence(
                  "",
                  List.of(new AlertmanagerClient.SilenceMatcher("alertname", "Quiet", false, true)),
                  time.now(),
                  time.now().plusSeconds(3600),
                  "me",
                  "known",
                  ""));
      disk.powerCutAfterWrites(1);
    }
    var after = disk.afterReboot();
    try (var rig = AlertsRig.start(CONFIG, time, after, FOLDER)) {
      time.forward(Duration.ofMinutes(5));
      assertThat(titles(rig)).containsExactly("[firing] Down");
      assertThat(rig.client.silences(List.of()))
          .singleElement()
          .satisfies(s -> assertThat(s.id()).isEqualTo(silence));
      assertThat(rig.client.alerts(List.of())).hasSize(1);
      rig.fire(start, time.now(), "alertname", "Down");
      after.powerCutAfterWrites(1);
    }
    try (var rig = AlertsRig.start(CONFIG, time, after.afterReboot(), FOLDER)) {
      time.forward(Duration.ofMinutes(1));
      assertThat(titles(rig))
          .as("the resolution accepted before the power cut is notified after it")
          .containsExactly("[firing] Down", "[resolved] Down");
    }
  }

  @RepeatedTest(40)
  void whatWasAcknowledgedIsThereAfterAPowerCut(RepetitionInfo repetition) throws IOException {
    long seed = Long.getLong("seed", repetition.getCurrentRepetition());
    var random = new Random(seed);
    var disk = new FaultyDisk(random);
    var log = LoggerFactory.getLogger("alerts-test");
    var now = Instant.parse("2030-01-01T00:00:00Z");
    var alerts = new ArrayList<String>();
    var messages = new ArrayList<String>();
    var silences = new ArrayList<String>();
    try (var journal = AlertsJournal.open(disk, FOLDER, AlertsSettings.DEFAULTS, log)) {
      disk.powerCutAfterWrites(random.nextInt(60) + 1);
      for (int i = 0; i < 100; i++) {
        var labels = Labels.of("n", "" + i);
        journal
            .alerts()
            .put(
                List.of(new Alert(labels, Labels.EMPTY, now, now.plusSeconds(60), now, "", false)),
                now);
        alerts.add("" + i);
        journal.inbox().receive("{\"n\":" + i + "}", now);
        messages.add("{\"n\":" + i + "}");
        journal
            .silences()
            .put(
                List.of(
                    new Silence(
                        "s" + i,
                        List.of(Matcher.equal("a", "b")),
                        now,
                        now.plusSeconds(9),
                        now,
                        "me",
                        "why")));
        silences.add("s" + i);
      }
    } catch (FaultException _) {
      assertThat(disk.isDark()).as("seed %d", seed).isTrue();
    }
    try (var journal =
        AlertsJournal.open(disk.afterReboot(), FOLDER, AlertsSettings.DEFAULTS, log)) {
      assertThat(journal.alerts().list().stream().map(a -> a.labels().get("n")))
          .as("seed %d", seed)
          .containsAll(alerts);
      assertThat(journal.inbox().list().stream().map(InboxMessage::body))
          .as("seed %d", seed)
          .containsAll(messages);
      assertThat(journal.silences().list().stream().map(Silence::id))
          .as("seed %d", seed)
          .containsAll(silences);
    }
  }

  @Test
  void aFullDiskRefusesAlertsAndTakesThemAgainWhenThereIsRoom() throws IOException {
    var disk = new FaultyDisk(new Random(1));
    try (var rig = AlertsRig.start(CONFIG, time, disk, FOLDER)) {
      disk.room(20);
      var body = Json.text(List.of(Map.of("labels", Map.of("alertname", "Down"))));
      var token = HttpCalls.bearer(AlertsRig.TOKEN);
      assertThat(rig.status("POST", "/alertmanager/api/v2/alerts", body, token)).isEqualTo(507);
      assertThat(rig.alerts.notReady()).isPresent();
      disk.room(Long.MAX_VALUE);
      assertThat(rig.status("POST", "/alertmanager/api/v2/alerts", body, token)).isEqualTo(200);
      assertThat(rig.alerts.notReady()).isEmpty();
    }
  }

  @Test
  void aBadConfigurationAtTheStartGivesWayToTheLastGoodOne() throws IOException {
    var disk = new FaultyDisk(new Random(1));
    try (var rig = AlertsRig.start("route: {}\n", time, disk, FOLDER)) {
      assertThat(rig.alerts.notReady())
          .get()
          .asString()
          .contains("alerts wait unrouted", "alertmanager.yaml:1");
      rig.fire(time.now(), time.now().plusSeconds(600), "alertname", "Early");
      assertThat(rig.alerts.reload(ConfigFiles.of("alertmanager.yaml", CONFIG)).all()).isEmpty();
      assertThat(rig.alerts.notReady()).isEmpty();
      time.forward(Duration.ofSeconds(6));
      assertThat(titles(rig)).containsExactly("[firing] Early");
    }
    try (var rig = AlertsRig.start("route: {}\n", time, disk, FOLDER)) {
      assertThat(rig.alerts.notReady()).isEmpty();
      assertThat(rig.alerts.trouble()).get().asString().contains("the last good one is used");
    }
  }
}
