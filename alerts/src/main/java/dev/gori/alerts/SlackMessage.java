package dev.gori.alerts;

import dev.gori.alerts.routing.Receiver;
import dev.gori.alerts.routing.Receiver.Text;
import dev.gori.templates.TemplateSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The body that Alertmanager sends to a Slack incoming webhook, byte for byte.
///
/// Source: Slack's reference of attachments, and what Debian's Alertmanager 0.25 sends.
final class SlackMessage {
  private static final int LONGEST_TITLE = 1024;
  private static final List<String> MARKDOWN = List.of("fallback", "pretext", "text");

  private final Receiver.Slack slack;
  private final TemplateSet templates;

  SlackMessage(Receiver.Slack slack, TemplateSet templates) {
    this.slack = slack;
    this.templates = templates;
  }

  String body(NotificationData notice) {
    var message = new LinkedHashMap<String, @Nullable Object>();
    unlessEmpty(message, "channel", text("channel", notice));
    unlessEmpty(message, "username", text("username", notice));
    unlessEmpty(message, "icon_emoji", text("icon_emoji", notice));
    unlessEmpty(message, "icon_url", text("icon_url", notice));
    if (slack.look().linkNames()) {
      message.put("link_names", true);
    }
    message.put("attachments", List.of(attachment(notice)));
    return GoJson.document(message);
  }

  private Map<String, @Nullable Object> attachment(NotificationData notice) {
    var attachment = new LinkedHashMap<String, @Nullable Object>();
    unlessEmpty(attachment, "title", shortened(text("title", notice)));
    unlessEmpty(attachment, "title_link", text("title_link", notice));
    unlessEmpty(attachment, "pretext", text("pretext", notice));
    attachment.put("text", text("text", notice));
    attachment.put("fallback", text("fallback", notice));
    attachment.put("callback_id", text("callback_id", notice));
    if (!slack.fields().isEmpty()) {
      attachment.put("fields", slack.fields().stream().map(field -> field(field, notice)).toList());
    }
    if (!slack.actions().isEmpty()) {
      attachment.put(
          "actions", slack.actions().stream().map(action -> action(action, notice)).toList());
    }
    unlessEmpty(attachment, "image_url", text("image_url", notice));
    unlessEmpty(attachment, "thumb_url", text("thumb_url", notice));
    attachment.put("footer", text("footer", notice));
    unlessEmpty(attachment, "color", text("color", notice));
    attachment.put(
        "mrkdwn_in", slack.look().markdownIn().isEmpty() ? MARKDOWN : slack.look().markdownIn());
    return attachment;
  }

  private Map<String, @Nullable Object> field(Receiver.Field field, NotificationData notice) {
    var out = new LinkedHashMap<String, @Nullable Object>();
    unlessEmpty(out, "title", run(field.title(), notice));
    unlessEmpty(out, "value", run(field.value(), notice));
    out.put("short", field.isShort());
    return out;
  }

  private Map<String, @Nullable Object> action(Receiver.Action action, NotificationData notice) {
    var out = new LinkedHashMap<String, @Nullable Object>();
    for (var key : List.of("type", "text", "url", "style", "name", "value")) {
      unlessEmpty(out, key, run(action.texts().get(key), notice));
    }
    if (!action.confirm().isEmpty()) {
      var confirm = new LinkedHashMap<String, @Nullable Object>();
      for (var key : List.of("text", "title", "ok_text", "dismiss_text")) {
        unlessEmpty(confirm, key, run(action.confirm().get(key), notice));
      }
      out.put("confirm", confirm);
    }
    return out;
  }

  private static void unlessEmpty(Map<String, @Nullable Object> message, String key, String value) {
    if (!value.isEmpty()) {
      message.put(key, value);
    }
  }

  private String text(String key, NotificationData notice) {
    return run(slack.texts().get(key), notice);
  }

  private String run(@Nullable Text text, NotificationData notice) {
    return text == null ? "" : templates.text(text.where(), text.template(), notice);
  }

  private static String shortened(String title) {
    return title.codePointCount(0, title.length()) <= LONGEST_TITLE
        ? title
        : title.substring(0, title.offsetByCodePoints(0, LONGEST_TITLE - 1)) + "…";
  }
}
