package dev.gori.alerts;

import dev.gori.base.json.Json;
import dev.gori.templates.TimeValue;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The body of a webhook, format version 4.
final class WebhookMessage {

  private WebhookMessage() {}

  /// @param maxAlerts the most alerts of the body; 0 for all
  static String body(NotificationData notice, String groupKey, int maxAlerts) {
    var alerts =
        maxAlerts > 0 && notice.alerts().size() > maxAlerts
            ? notice.alerts().subList(0, maxAlerts)
            : notice.alerts();
    return GoJson.document(
        Json.object(
            "receiver", notice.receiver(),
            "status", notice.status(),
            "alerts", alerts.stream().map(WebhookMessage::alert).toList(),
            "groupLabels", notice.groupLabels(),
            "commonLabels", notice.commonLabels(),
            "commonAnnotations", notice.commonAnnotations(),
            "externalURL", notice.externalURL(),
            "version", "4",
            "groupKey", groupKey,
            "truncatedAlerts", notice.alerts().size() - alerts.size()));
  }

  private static Map<String, @Nullable Object> alert(NotificationData.View view) {
    return Json.object(
        "status", view.status(),
        "labels", view.labels(),
        "annotations", view.annotations(),
        "startsAt", time(view.startsAt()),
        "endsAt", time(view.endsAt()),
        "generatorURL", view.generatorURL(),
        "fingerprint", view.fingerprint());
  }

  private static String time(TimeValue time) {
    return time.format("2006-01-02T15:04:05.999999999Z07:00");
  }
}
