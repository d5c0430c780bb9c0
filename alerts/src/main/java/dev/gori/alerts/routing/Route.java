package dev.gori.alerts.routing;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.label.Matcher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// One node of the route tree, with inherited options filled in.
///
/// @param id unique, and the same after a reload that does not change the node's path
/// @param key the path of matchers that Alertmanager puts into group keys, such as
///   `{}/{namespace="a"}`
/// @param continues whether the next sibling is matched too after this one matched
public record Route(
    String id,
    String key,
    String receiver,
    List<Matcher> matchers,
    Options options,
    boolean continues,
    List<Route> routes) {

  /// How the alerts of a node are grouped and timed.
  public record Options(GroupBy groupBy, Timing timing, Hours hours) {}

  /// @param all every label, each alert a group of its own: `group_by: ['...']`
  public record GroupBy(List<String> names, boolean all) {
    public GroupBy {
      names = List.copyOf(names);
    }
  }

  /// @param groupWait from a group's first alert to its first notification
  /// @param groupInterval between a group's notifications when its alerts changed
  /// @param repeatInterval between notifications of unchanged alerts
  public record Timing(Duration groupWait, Duration groupInterval, Duration repeatInterval) {
    public static final Timing DEFAULTS =
        new Timing(Duration.ofSeconds(30), Duration.ofMinutes(5), Duration.ofHours(4));
  }

  /// Names of the time intervals that mute the node, and of those outside which it is muted.
  public record Hours(List<String> muted, List<String> active) {
    public static final Hours ALWAYS = new Hours(List.of(), List.of());

    public Hours {
      muted = List.copyOf(muted);
      active = List.copyOf(active);
    }
  }

  public Route {
    matchers = List.copyOf(matchers);
    routes = List.copyOf(routes);
  }

  /// The deepest nodes that match an alert, in order. Empty only if this node does not match.
  public List<Route> match(Labels labels) {
    if (!matchers.stream().allMatch(matcher -> matcher.matches(labels))) {
      return List.of();
    }
    var found = new ArrayList<Route>();
    for (var child : routes) {
      var taken = child.match(labels);
      found.addAll(taken);
      if (!taken.isEmpty() && !child.continues) {
        break;
      }
    }
    return found.isEmpty() ? List.of(this) : List.copyOf(found);
  }

  /// The labels by which the node groups an alert.
  public Labels groupLabels(Labels labels) {
    var groupBy = options.groupBy();
    return groupBy.all() ? labels : labels.only(groupBy.names());
  }

  /// The key of a group in messages and in the notification log.
  public String groupKey(Labels groupLabels) {
    return key + ":" + groupLabels;
  }

  /// This node and all below it.
  public List<Route> all() {
    var all = new ArrayList<Route>();
    all.add(this);
    routes.forEach(route -> all.addAll(route.all()));
    return List.copyOf(all);
  }
}
