package dev.gori.alerts.routing;

import dev.gori.alerts.routing.Receiver.Access;
import dev.gori.alerts.routing.Receiver.Target;
import dev.gori.alerts.routing.Receiver.Text;
import dev.gori.base.conf.Problems;
import dev.gori.base.conf.Section;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Reads `receivers:`. Integrations that only the real Alertmanager has are a problem, because
/// their notifications would be lost.
final class ReceiverReader {
  private static final String HIDDEN = "<secret>";
  private static final List<String> FOREIGN =
      List.of(
          "email_configs",
          "pagerduty_configs",
          "opsgenie_configs",
          "pushover_configs",
          "victorops_configs",
          "wechat_configs",
          "sns_configs",
          "telegram_configs",
          "discord_configs",
          "webex_configs",
          "msteams_configs",
          "msteamsv2_configs",
          "jira_configs",
          "rocketchat_configs",
          "incidentio_configs",
          "mattermost_configs");
  private static final List<String> ACTION =
      List.of("type", "text", "url", "style", "name", "value");
  private static final List<String> CONFIRM = List.of("title", "text", "ok_text", "dismiss_text");

  private final Problems problems;
  private final Set<String> secrets = new HashSet<>();
  private Target slackTarget = Target.NONE;
  private Optional<Access> globalAccess = Optional.empty();

  ReceiverReader(Section top) {
    this.problems = top.problems();
  }

  Set<String> secrets() {
    return secrets;
  }

  void secret(String value) {
    if (!value.isBlank()) {
      secrets.add(value);
    }
  }

  void global(Section global) {
    slackTarget = target(global, "slack_api_url", "slack_api_url_file");
    globalAccess = access(global);
    global.has("slack_app_token");
    global.has("slack_app_token_file");
    global.has("slack_app_url");
    secret(global.textOr("slack_app_token", ""));
  }

  Receiver read(Section section) {
    var name = section.required("name", "the name that routes use");
    var slack = section.sections("slack_configs").stream().map(this::slack).toList();
    var webhooks = section.sections("webhook_configs").stream().map(this::webhook).toList();
    for (var foreign : FOREIGN) {
      problems.expect(
          !section.has(foreign),
          section.where(foreign),
          "not sent by Gori",
          "slack_configs or webhook_configs, or a real Alertmanager in this role's place");
    }
    section.finish();
    return new Receiver(name, slack, webhooks);
  }

  private Target target(Section section, String urlKey, String fileKey) {
    var url = section.scalar(urlKey, "an http or https URL", ReceiverReader::url);
    var file = section.text(fileKey).map(Path::of);
    url.filter(u -> !u.equals(HIDDEN)).ifPresent(this::secret);
    problems.expect(
        url.isEmpty() || file.isEmpty(),
        section.where(urlKey),
        urlKey + " and " + fileKey,
        "one of the two");
    return new Target(url, file);
  }

  private static String url(String text) {
    if (text.equals(HIDDEN)) {
      return text;
    }
    var uri = URI.create(text);
    if (uri.getHost() == null || !List.of("http", "https").contains(uri.getScheme())) {
      throw new IllegalArgumentException(text);
    }
    return text;
  }

  /// `http_config:`, of which `authorization` and `basic_auth` are used.
  private Optional<Access> access(Section section) {
    if (!section.has("http_config")) {
      return globalAccess;
    }
    var http = section.section("http_config");
    Optional<Access> access = globalAccess;
    if (http.has("authorization")) {
      access = Optional.of(authorization(http.section("authorization")));
    } else if (http.has("basic_auth")) {
      access = Optional.of(basic(http.section("basic_auth")));
    }
    http.flag("follow_redirects", true);
    http.flag("enable_http2", true);
    for (var foreign :
        List.of(
            "tls_config",
            "proxy_url",
            "oauth2",
            "bearer_token",
            "bearer_token_file",
            "no_proxy",
            "proxy_from_environment")) {
      problems.expect(
          !http.has(foreign),
          http.where(foreign),
          "not used by Gori",
          "authorization or basic_auth only");
    }
    http.finish();
    return access;
  }

  private Access authorization(Section section) {
    var access =
        new Access(
            section.textOr("type", "Bearer"),
            section.text("credentials"),
            section.text("credentials_file").map(Path::of));
    access.secret().ifPresent(this::secret);
    section.finish();
    return access;
  }

  private Access basic(Section section) {
    var user = section.textOr("username", "");
    var password = section.textOr("password", "");
    secret(password);
    section.finish();
    return new Access(
        "Basic",
        Optional.of(
            Base64.getEncoder()
                .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8))),
        Optional.empty());
  }

  private Receiver.Webhook webhook(Section section) {
    var target = target(section, "url", "url_file");
    problems.expect(target.isGiven(), section.where("url"), "no URL", "a 'url' or a 'url_file'");
    var webhook =
        new Receiver.Webhook(
            section.flag("send_resolved", true),
            target,
            access(section),
            Math.clamp(section.integer("max_alerts", 0), 0, Integer.MAX_VALUE));
    section.duration("timeout", Duration.ZERO);
    section.finish();
    return webhook;
  }

  private Receiver.Slack slack(Section section) {
    var own = target(section, "api_url", "api_url_file");
    boolean shortFields = section.flag("short_fields", false);
    var slack =
        new Receiver.Slack(
            section.flag("send_resolved", false),
            own.isGiven() ? own : slackTarget,
            access(section),
            texts(section, slackDefaults()),
            new Receiver.Look(section.flag("link_names", false), section.texts("mrkdwn_in")),
            section.sections("fields").stream().map(field -> field(field, shortFields)).toList(),
            section.sections("actions").stream().map(this::action).toList());
    section.duration("timeout", Duration.ZERO);
    section.finish();
    return slack;
  }

  private static Map<String, String> slackDefaults() {
    var defaults = new LinkedHashMap<String, String>();
    for (var empty : List.of("channel", "image_url", "thumb_url")) {
      defaults.put(empty, "");
    }
    defaults.put("color", "{{ if eq .Status \"firing\" }}danger{{ else }}good{{ end }}");
    for (var key :
        List.of(
            "username",
            "title",
            "title_link",
            "pretext",
            "text",
            "fallback",
            "callback_id",
            "icon_emoji",
            "icon_url",
            "footer")) {
      defaults.put(key, "{{ template \"slack.default.%s\" . }}".formatted(key.replace("_", "")));
    }
    return defaults;
  }

  private static Map<String, Text> texts(Section section, Map<String, String> defaults) {
    var texts = new LinkedHashMap<String, Text>();
    defaults.forEach(
        (key, otherwise) ->
            texts.put(key, new Text(section.where(key), section.textOr(key, otherwise))));
    return texts;
  }

  private Receiver.Field field(Section section, boolean shortFields) {
    var field =
        new Receiver.Field(
            new Text(section.where("title"), section.required("title", "the field's title")),
            new Text(section.where("value"), section.required("value", "the field's value")),
            section.flag("short", shortFields));
    section.finish();
    return field;
  }

  private Receiver.Action action(Section section) {
    section.required("type", "such as 'button'");
    section.required("text", "the button's text");
    problems.expect(
        section.has("url") || section.has("name"),
        section.where("url"),
        "neither url nor name",
        "one of the two");
    var texts = texts(section, empty(ACTION));
    var confirm = section.section("confirm");
    var confirmTexts =
        section.has("confirm") ? texts(confirm, empty(CONFIRM)) : Map.<String, Text>of();
    confirm.finish();
    section.finish();
    return section.has("url") ? linkButton(texts) : messageButton(texts, confirmTexts);
  }

  /// A button with a URL has no other keys, in Slack and in Alertmanager.
  private static Receiver.Action linkButton(Map<String, Text> texts) {
    texts.keySet().removeAll(List.of("name", "value"));
    return new Receiver.Action(texts, Map.of());
  }

  private static Receiver.Action messageButton(Map<String, Text> texts, Map<String, Text> confirm) {
    texts.remove("url");
    return new Receiver.Action(texts, confirm);
  }

  private static Map<String, String> empty(List<String> keys) {
    var defaults = new LinkedHashMap<String, String>();
    keys.forEach(key -> defaults.put(key, ""));
    return defaults;
  }
}
