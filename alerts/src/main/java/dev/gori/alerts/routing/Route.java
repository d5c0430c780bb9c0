package dev.gori.alerts.routing;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.label.Matcher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// One node of the route tree, with what it inherits already filled in.
///
/// @param id tells the node from every other one and stays the same over a reload that leaves its
///   path alone
/// @param key the path of matchers that Alertmanager puts into group keys, such as
///   `{}/{namespace="a"}`
/// @param continues whether the next sibling is tried too after this one matched
public record Route(
    String id,
    String key,
    String receiver,
    List<Matcher> matchers,
    Options options,
    boolean continues,
    List<Route> routes) {

  /// How the alerts of a node are bundled and timed.
  public record Options(GroupBy groupBy, Timing timing, Hours hours) {}

  /// @param all every label, each alert a group of its own: `group_by: ['...']`
  public record GroupBy(List<String> names, boolean all) {
    public GroupBy {
      names = List.copyOf(names);
    }
  }

  /// @param groupWait from a group's first alert to its first message
  /// @param groupInterval between a group's messages when something changed
  /// @param repeatInterval between messages that say the same again
  public record Timing(Duration groupWait, Duration groupInterval, Duration repeatInterval) {
    public static final Timing DEFAULTS =
        new Timing(Duration.ofSeconds(30), Duration.ofMinutes(5), Duration.ofHours(4));
  }

  /// Names of time intervals in which the node keeps quiet, and outside which it does.
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

  /// The deepest nodes that take an alert, in order. Empty only when this node itself does not
  /// match.
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

  /// The labels by which an alert is bundled with others.
  public Labels groupLabels(Labels labels) {
    var groupBy = options.groupBy();
    return groupBy.all() ? labels : labels.only(groupBy.names());
  }

  /// What names a group in messages and in the notification log.
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
