package dev.gori.alerts;

import dev.gori.kernel.label.Labels;
import dev.gori.templates.Function;
import dev.gori.templates.Struct;
import dev.gori.templates.TimeValue;
import java.time.Instant;
import java.util.AbstractList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/// The data that templates and webhooks get. Component names are the field names in templates.
record NotificationData(
    String receiver,
    String status,
    Views alerts,
    Kv groupLabels,
    Kv commonLabels,
    Kv commonAnnotations,
    String externalURL) {

  /// One alert in a message.
  record View(
      String status,
      Kv labels,
      Kv annotations,
      TimeValue startsAt,
      TimeValue endsAt,
      String generatorURL,
      String fingerprint) {
    boolean fires() {
      return status.equals("firing");
    }
  }

  /// @param alerts in the order of messages, at least one
  static NotificationData of(
      String receiver, List<Alert> alerts, Labels groupLabels, String externalUrl, Instant now) {
    var views = new Views(alerts.stream().map(alert -> view(alert, now)).toList());
    return new NotificationData(
        quoted(receiver),
        views.stream().anyMatch(View::fires) ? "firing" : "resolved",
        views,
        Kv.of(groupLabels),
        common(alerts.stream().map(Alert::labels).toList()),
        common(alerts.stream().map(Alert::annotations).toList()),
        externalUrl);
  }

  /// A future end is only a timeout and is not shown.
  private static View view(Alert alert, Instant now) {
    boolean over = alert.isOver(now);
    return new View(
        over ? "resolved" : "firing",
        Kv.of(alert.labels()),
        Kv.of(alert.annotations()),
        TimeValue.utc(alert.startsAt()),
        TimeValue.utc(over ? alert.endsAt() : TimeValue.ZERO),
        alert.generatorUrl(),
        alert.fingerprint());
  }

  /// The labels or annotations that all alerts share.
  private static Kv common(Collection<Labels> all) {
    var common = new TreeMap<String, String>();
    var first = all.stream().findFirst().orElse(Labels.EMPTY);
    first.forEach(
        (name, value) -> {
          if (all.stream().allMatch(labels -> labels.has(name) && labels.get(name).equals(value))) {
            common.put(name, value);
          }
        });
    return new Kv(common);
  }

  /// The receiver's name as a regular expression that matches it, as in Alertmanager's templates.
  private static String quoted(String name) {
    UnaryOperator<String> escape = c -> "\\.+*?()|[]{}^$".contains(c) ? "\\" + c : c;
    return name.codePoints()
        .mapToObj(Character::toString)
        .map(escape)
        .collect(Collectors.joining());
  }

  /// A list of alerts with `Firing` and `Resolved`.
  static final class Views extends AbstractList<View> implements Struct {
    private final List<View> views;

    Views(List<View> views) {
      this.views = views;
    }

    @Override
    public View get(int index) {
      return views.get(index);
    }

    @Override
    public int size() {
      return views.size();
    }

    private Views those(boolean firing) {
      return new Views(views.stream().filter(view -> view.fires() == firing).toList());
    }

    @Override
    public String typeName() {
      return "template.Alerts";
    }

    @Override
    public Optional<Object> member(String name) {
      return Optional.ofNullable(
          switch (name) {
            case "Firing" -> (Function) _ -> those(true);
            case "Resolved" -> (Function) _ -> those(false);
            default -> null;
          });
    }
  }
}
