package dev.gori.alerts.routing;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A receiver. One without integrations notifies nobody, as `null` receivers do.
public record Receiver(String name, List<Slack> slack, List<Webhook> webhooks) {

  /// A template of the file, with the position that its errors name.
  public record Text(String where, String template) {}

  /// The destination of messages: a URL, a file with one, or neither.
  public record Target(Optional<String> url, Optional<Path> file) {
    public static final Target NONE = new Target(Optional.empty(), Optional.empty());

    public boolean isGiven() {
      return url.isPresent() || file.isPresent();
    }
  }

  /// The credentials of a request: a header's value, or a file with its secret part.
  public record Access(String scheme, Optional<String> secret, Optional<Path> file) {
    @Override
    public String toString() {
      return "Access[" + scheme + "]";
    }
  }

  /// @param texts the templates by key: `channel`, `title`, `text` …, defaults filled in
  public record Slack(
      boolean sendResolved,
      Target target,
      Optional<Access> access,
      Map<String, Text> texts,
      Look look,
      List<Field> fields,
      List<Action> actions) {
    public Slack {
      texts = Map.copyOf(texts);
      fields = List.copyOf(fields);
      actions = List.copyOf(actions);
    }
  }

  /// The parts of a Slack message that are not templates.
  public record Look(boolean linkNames, List<String> markdownIn) {
    public Look {
      markdownIn = List.copyOf(markdownIn);
    }
  }

  /// A field of an attachment.
  public record Field(Text title, Text value, boolean isShort) {}

  /// A button; keys are those of the file (`type`, `text`, `url`, `style`, `name`, `value`), and of
  /// its `confirm` part.
  public record Action(Map<String, Text> texts, Map<String, Text> confirm) {
    public Action {
      texts = Map.copyOf(texts);
      confirm = Map.copyOf(confirm);
    }
  }

  /// @param maxAlerts the most alerts of one message; 0 for all
  public record Webhook(
      boolean sendResolved, Target target, Optional<Access> access, int maxAlerts) {}

  public Receiver {
    slack = List.copyOf(slack);
    webhooks = List.copyOf(webhooks);
  }

  /// All templates of this receiver.
  public List<Text> texts() {
    var texts = new ArrayList<Text>();
    for (var one : slack) {
      texts.addAll(one.texts().values());
      one.fields().forEach(field -> texts.addAll(List.of(field.title(), field.value())));
      one.actions()
          .forEach(
              action -> {
                texts.addAll(action.texts().values());
                texts.addAll(action.confirm().values());
              });
    }
    return List.copyOf(texts);
  }
}
