package dev.gori.alerts;

import dev.gori.alerts.routing.Receiver;
import dev.gori.alerts.routing.Receiver.Access;
import dev.gori.alerts.routing.Receiver.Target;
import dev.gori.templates.TemplateException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One way to tell one receiver.
///
/// @param kind `slack` or `webhook`, as in metrics
/// @param index among those of the same kind of the receiver
record Integration(
    String receiver,
    String kind,
    int index,
    boolean sendResolved,
    Target target,
    Optional<Access> access,
    Body body) {

  /// Makes a request's body.
  @FunctionalInterface
  interface Body {
    /// The body for one message.
    ///
    /// @throws TemplateException when a template does not run
    String of(NotificationData notice, String groupKey);
  }

  static final String SLACK = "slack";

  static List<Integration> of(Receiver receiver, LoadedConfig setup) {
    var all = new ArrayList<Integration>();
    for (int i = 0; i < receiver.slack().size(); i++) {
      var slack = receiver.slack().get(i);
      var message = new SlackMessage(slack, setup.templates());
      all.add(
          new Integration(
              receiver.name(),
              SLACK,
              i,
              slack.sendResolved(),
              slack.target(),
              slack.access(),
              (notice, _) -> message.body(notice)));
    }
    for (int i = 0; i < receiver.webhooks().size(); i++) {
      var webhook = receiver.webhooks().get(i);
      all.add(
          new Integration(
              receiver.name(),
              "webhook",
              i,
              webhook.sendResolved(),
              webhook.target(),
              webhook.access(),
              (notice, key) -> WebhookMessage.body(notice, key, webhook.maxAlerts())));
    }
    return all;
  }

  /// What names it in the notification log, together with the group.
  String key(String groupKey) {
    return groupKey + ":" + receiver + "/" + kind + "/" + index;
  }
}
