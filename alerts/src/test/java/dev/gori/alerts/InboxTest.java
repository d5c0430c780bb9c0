package dev.gori.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.alerts.routing.Flush;
import dev.gori.base.conf.ConfinedDirectory;
import dev.gori.http.HttpCalls;
import dev.gori.kernel.disk.Disk;
import dev.gori.testkit.ManualClock;
import dev.gori.testkit.NoLeaks;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/// The inbox as a Slack webhook, the workspace's own configuration, and who is let in.
@ExtendWith(NoLeaks.class)
final class InboxTest {
  private static final Path WORKSPACE = Path.of("../workspace/environments");

  @TempDir Path folder;

  private final ManualClock time = new ManualClock();

  private static String workspace(String environment) throws IOException {
    return Files.readString(WORKSPACE.resolve(environment).resolve("alertmanager.yaml"));
  }

  @Test
  void theWorkspaceFileSendsToTheEnvironmentsOwnInboxThroughItsWebhook() throws IOException {
    try (var rig = AlertsRig.start(workspace("dev"), time, Disk.local(), folder)) {
      rig.fire(
          time.now(),
          null,
          "alertname",
          "HighErrorRate",
          "namespace",
          "serving-dev",
          "severity",
          "critical");
      rig.fire(
          time.now(),
          null,
          "alertname",
          "HighErrorRate",
          "namespace",
          "serving-prod",
          "severity",
          "critical");
      rig.fire(time.now(), null, "alertname", "Watchdog", "namespace", "metrics-dev");
      time.forward(Duration.ofSeconds(6));
      var messages = rig.get("/api/v1/inbox").path("messages");
      assertThat(messages).hasSize(1);
      var attachment = messages.path(0).path("payload").path("attachments").path(0);
      assertThat(attachment.path("title").asString("")).isEqualTo("[FIRING][DEV] HighErrorRate");
      assertThat(attachment.path("color").asString("")).isEqualTo("danger");
      assertThat(attachment.path("text").asString(""))
          .contains("*it is broken*", "cause: not known yet", "commit: none");
      assertThat(messages.path(0).path("body").asString(""))
          .startsWith("{\"channel\":\"#gori-dev\",\"username\":\"Gori\"")
          .endsWith("\n");
      assertThat(Files.readString(folder.resolve("slack-url")))
          .startsWith(rig.server.uri() + "/api/v1/inbox/slack/");
    }
  }

  @Test
  void bothWorkspaceFilesAreGood() throws IOException {
    for (var environment : new String[] {"dev", "prod"}) {
      assertThat(
              Alerts.check(
                      ConfigFiles.of(environment, workspace(environment)),
                      ConfinedDirectory.of(folder))
                  .all())
          .isEmpty();
    }
  }

  @Test
  void aRealSlackUrlInTheFileIsLeftAlone() throws IOException {
    Files.writeString(folder.resolve("slack-url"), "https://hooks.slack.example/services/T/B/x");
    try (var rig = AlertsRig.start(workspace("dev"), time, Disk.local(), folder)) {
      assertThat(rig.alerts.notReady()).isEmpty();
      assertThat(Files.readString(folder.resolve("slack-url"))).contains("hooks.slack.example");
    }
  }

  @Test
  void withoutAnyUrlTheInboxTakesTheMessage() throws IOException {
    var config =
        "route: {receiver: x, group_wait: 0s}\nreceivers: [{name: x, slack_configs: [{channel: '#x'}]}]\n";
    try (var rig = AlertsRig.start(config, time, Disk.local(), folder)) {
      rig.fire(time.now(), null, "alertname", "Down");
      time.forward(Duration.ofSeconds(1));
      assertThat(
              rig.get("/api/v1/inbox")
                  .path("messages")
                  .path(0)
                  .path("payload")
                  .path("channel")
                  .asString(""))
          .isEqualTo("#x");
    }
  }

  @Test
  void theInboxIsBoundedAndReadNewestFirst() throws IOException {
    var settings = new AlertsSettings(10, 10, 3, Duration.ofHours(1), Duration.ofSeconds(5), 4);
    try (var rig = AlertsRig.start(workspace("dev"), settings, time, Disk.local(), folder)) {
      var hook = URI.create(Files.readString(folder.resolve("slack-url")));
      for (int i = 1; i <= 5; i++) {
        var body = "{\"text\":\"%d\"}".formatted(i).getBytes(StandardCharsets.UTF_8);
        assertThat(rig.calls.post(hook, "application/json", body, Map.of()).text()).isEqualTo("ok");
      }
      assertThat(rig.get("/api/v1/inbox").path("messages").findValuesAsString("text"))
          .containsExactly("5", "4", "3");
      assertThat(
              rig.get("/api/v1/inbox?since=4&limit=9").path("messages").findValuesAsString("text"))
          .containsExactly("5");
    }
  }

  /// Anybody may read the inbox, and a reader gets all of it in one answer.
  @Test
  void theInboxIsBoundedInBytesToo() throws IOException {
    try (var rig = AlertsRig.start(workspace("dev"), time, Disk.local(), folder)) {
      var hook = URI.create(Files.readString(folder.resolve("slack-url")));
      var text = "x".repeat(250_000);
      for (int i = 1; i <= 40; i++) {
        var body = "{\"text\":\"%s\",\"n\":%d}".formatted(text, i);
        assertThat(
                rig.calls
                    .post(hook, "application/json", body.getBytes(StandardCharsets.UTF_8), Map.of())
                    .text())
            .isEqualTo("ok");
      }
      var kept = rig.get("/api/v1/inbox?limit=1000").path("messages");
      assertThat(kept.size()).isBetween(30, 34);
      assertThat(kept.path(0).path("payload").path("n").asInt()).isEqualTo(40);
    }
  }

  @Test
  void theNotificationLogKeepsTheLastGroups() throws IOException {
    var settings = new AlertsSettings(10, 10, 3, Duration.ofHours(1), Duration.ofSeconds(5), 4);
    var journal = folder.resolve("journal");
    var log = LoggerFactory.getLogger(InboxTest.class);
    var what = new Flush.NotifiedAlerts(time.now(), Set.of("a"), Set.of());
    try (var opened = AlertsJournal.open(Disk.local(), journal, settings, log)) {
      for (int i = 0; i < 150; i++) {
        opened.notifications().log("group" + i, what);
        opened.notifications().log("group0", what);
      }
    }
    try (var opened = AlertsJournal.open(Disk.local(), journal, settings, log)) {
      assertThat(opened.notifications().get("group0")).as("logged last").isPresent();
      assertThat(opened.notifications().get("group149")).isPresent();
      assertThat(opened.notifications().get("group40"))
          .as("of 150, the alerts allow 100")
          .isEmpty();
    }
  }

  @Test
  void whoIsLetIn() throws IOException {
    try (var rig = AlertsRig.start(workspace("dev"), time, Disk.local(), folder)) {
      var alert = "[{\"labels\":{\"alertname\":\"x\"}}]";
      var token = HttpCalls.bearer(AlertsRig.TOKEN);
      assertThat(rig.status("POST", "/alertmanager/api/v2/alerts", alert, Map.of())).isEqualTo(401);
      assertThat(rig.status("POST", "/alertmanager/api/v2/alerts", alert, HttpCalls.bearer("prod")))
          .isEqualTo(403);
      assertThat(rig.status("POST", "/alertmanager/api/v2/alerts", alert, token)).isEqualTo(200);
      assertThat(rig.status("POST", "/alertmanager/api/v2/alerts", "[{\"labels\":{}}]", token))
          .isEqualTo(400);
      assertThat(rig.status("POST", "/alertmanager/api/v2/alerts", "[", token)).isEqualTo(400);
      assertThat(rig.status("POST", "/api/v1/inbox/slack/wrong", "{}", Map.of())).isEqualTo(403);
      assertThat(rig.status("GET", "/alertmanager/-/ready", "", Map.of())).isEqualTo(200);
      assertThat(rig.status("GET", "/alertmanager/api/v2/alerts?filter=%7B", "", Map.of()))
          .isEqualTo(400);
    }
  }
}
