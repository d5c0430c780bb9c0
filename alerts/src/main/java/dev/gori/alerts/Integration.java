package dev.gori.alerts;

import dev.gori.alerts.routing.Receiver;
import dev.gori.alerts.routing.Receiver.Access;
import dev.gori.alerts.routing.Receiver.Target;
import dev.gori.templates.TemplateException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One integration of one receiver, such as its first Slack configuration.
///
/// @param kind `slack` or `webhook`, as in metrics
/// @param index among the receiver's integrations of the same kind
record Integration(
    String receiver,
    String kind,
    int index,
    boolean sendResolved,
    Target target,
    Optional<Access> access,
    Body body) {

  /// Renders the body of a request.
  @FunctionalInterface
  interface Body {
    /// The body for one message.
    ///
    /// @throws TemplateException when a template does not run
    String of(NotificationData data, String groupKey);
  }

  static final String SLACK = "slack";

  static List<Integration> of(Receiver receiver, LoadedConfig config) {
    var all = new ArrayList<Integration>();
    for (int i = 0; i < receiver.slack().size(); i++) {
      var slack = receiver.slack().get(i);
      var message = new SlackMessage(slack, config.templates());
      all.add(
          new Integration(
              receiver.name(),
              SLACK,
              i,
              slack.sendResolved(),
              slack.target(),
              slack.access(),
              (data, _) -> message.body(data)));
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
              (data, key) -> WebhookMessage.body(data, key, webhook.maxAlerts())));
    }
    return all;
  }

  /// Its key in the notification log.
  String key(String groupKey) {
    return groupKey + ":" + receiver + "/" + kind + "/" + index;
  }
}
