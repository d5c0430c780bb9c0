package dev.gori.alerts;

import dev.gori.alerts.routing.Flush;
import dev.gori.alerts.routing.Route;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.time.Time;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/// The groups of alerts and their timers.
///
/// A group is looked at `group_wait` after its first alert, then every `group_interval`; a later
/// alert never postpones a look. Groups are known by their route's path and their labels, so a
/// reload that leaves a route alone leaves its groups' timers alone. Threads: every call is safe
/// from any thread; a look runs outside the lock.
final class Groups implements AutoCloseable {

  private record Id(String route, Labels labels) {}

  private static final class Group {
    private Route route;
    private final Labels labels;
    private final Map<String, Alert> alerts = new LinkedHashMap<>();
    private boolean flushed;
    private Time.@Nullable Handle timer;

    Group(Route route, Labels labels) {
      this.route = route;
      this.labels = labels;
    }
  }

  /// What the API shows of a group.
  record Shown(Route route, Labels labels, List<Alert> alerts) {}

  private final Time time;
  private final Notifier notifier;
  private final Logger log;
  private final Map<Id, Group> groups = new LinkedHashMap<>();
  private @Nullable LoadedConfig setup;
  private boolean running;

  Groups(Time time, Notifier notifier, Logger log) {
    this.time = time;
    this.notifier = notifier;
    this.log = log;
  }

  /// Begins with the configuration and the alerts that are there.
  synchronized void start(@Nullable LoadedConfig first, Collection<Alert> alerts) {
    running = true;
    setup = first;
    insert(alerts);
  }

  /// Goes over to another configuration.
  synchronized void reload(LoadedConfig next, Collection<Alert> alerts) {
    setup = next;
    var kept = new LinkedHashMap<Id, Group>();
    for (var alert : alerts) {
      for (var route : next.configuration().route().match(alert.labels())) {
        var id = new Id(route.id(), route.groupLabels(alert.labels()));
        var group = groups.get(id);
        if (group != null) {
          group.route = route;
          kept.put(id, group);
        }
      }
    }
    groups.forEach(
        (id, group) -> {
          if (!kept.containsKey(id)) {
            stop(group);
          }
        });
    groups.clear();
    groups.putAll(kept);
    insert(alerts);
  }

  synchronized void insert(Collection<Alert> alerts) {
    var current = setup;
    if (current == null || !running) {
      return;
    }
    for (var alert : alerts) {
      current.configuration().route().match(alert.labels()).forEach(route -> insert(route, alert));
    }
  }

  private void insert(Route route, Alert alert) {
    var now = time.now();
    var id = new Id(route.id(), route.groupLabels(alert.labels()));
    var group = groups.get(id);
    if (group == null) {
      group = new Group(route, id.labels());
      groups.put(id, group);
      group.alerts.put(alert.fingerprint(), alert);
      schedule(id, group, Flush.first(now, alert.startsAt(), route.options().timing()));
      return;
    }
    group.alerts.put(alert.fingerprint(), alert);
    var first = Flush.first(now, alert.startsAt(), route.options().timing());
    if (!group.flushed && !first.isAfter(now)) {
      schedule(id, group, now);
    }
  }

  private void schedule(Id id, Group group, Instant when) {
    stop(group);
    group.timer = time.at(when, () -> flush(id, group));
  }

  private static void stop(Group group) {
    var timer = group.timer;
    if (timer != null) {
      timer.close();
      group.timer = null;
    }
  }

  private void flush(Id id, Group group) {
    Notifier.Look look;
    synchronized (this) {
      var current = setup;
      if (!running || current == null || groups.get(id) != group) {
        return;
      }
      var now = time.now();
      group.flushed = true;
      schedule(id, group, Flush.next(now, group.route.options().timing()));
      var alerts = group.alerts.values().stream().sorted(Alert.IN_MESSAGES).toList();
      look =
          new Notifier.Look(
              current,
              group.route,
              group.labels,
              alerts,
              now,
              ok -> settled(id, group, alerts, now, ok));
    }
    try {
      notifier.look(look);
    } catch (RuntimeException e) {
      log.error(
          "group={} could not be looked at, the next time is in its group_interval",
          look.groupKey(),
          e);
    }
  }

  /// Lets go of what is over and was said so, unless it came again meanwhile.
  private synchronized void settled(Id id, Group group, List<Alert> told, Instant at, boolean ok) {
    if (!ok) {
      return;
    }
    for (var alert : told) {
      if (alert.isOver(at) && alert.equals(group.alerts.get(alert.fingerprint()))) {
        group.alerts.remove(alert.fingerprint());
      }
    }
    if (group.alerts.isEmpty() && groups.get(id) == group) {
      stop(group);
      groups.remove(id);
    }
  }

  synchronized boolean holds(String fingerprint) {
    return groups.values().stream().anyMatch(group -> group.alerts.containsKey(fingerprint));
  }

  synchronized int count() {
    return groups.size();
  }

  synchronized Optional<LoadedConfig> setup() {
    return Optional.ofNullable(setup);
  }

  /// In the order of their labels, then of their receivers.
  synchronized List<Shown> shown() {
    var shown = new ArrayList<Shown>();
    groups
        .values()
        .forEach(
            group ->
                shown.add(
                    new Shown(group.route, group.labels, List.copyOf(group.alerts.values()))));
    shown.sort(Comparator.comparing(Shown::labels).thenComparing(s -> s.route().receiver()));
    return shown;
  }

  @Override
  public synchronized void close() {
    running = false;
    groups.values().forEach(Groups::stop);
    groups.clear();
  }
}
