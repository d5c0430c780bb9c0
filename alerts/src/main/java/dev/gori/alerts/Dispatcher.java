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

/// The groups of alerts and their timers, as Alertmanager's dispatcher.
///
/// A group is flushed `group_wait` after its first alert, then every `group_interval`; a later
/// alert never postpones a flush. A group's key is its route's path and its labels, so a reload
/// that does not change a route does not reset its groups' timers. Threads: every call is safe from
/// any thread; a flush runs outside the lock.
final class Dispatcher implements AutoCloseable {

  private record GroupKey(String route, Labels labels) {}

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

  /// A group as the API shows it.
  record AlertGroup(Route route, Labels labels, List<Alert> alerts) {}

  private final Time time;
  private final Notifier notifier;
  private final Logger log;
  private final Map<GroupKey, Group> groups = new LinkedHashMap<>();
  private @Nullable LoadedConfig config;
  private boolean running;

  Dispatcher(Time time, Notifier notifier, Logger log) {
    this.time = time;
    this.notifier = notifier;
    this.log = log;
  }

  /// Starts the timers of the groups that the stored alerts belong to.
  synchronized void start(@Nullable LoadedConfig first, Collection<Alert> alerts) {
    running = true;
    config = first;
    insert(alerts);
  }

  /// Replaces the configuration; groups of unchanged routes keep their timers.
  synchronized void reload(LoadedConfig next, Collection<Alert> alerts) {
    config = next;
    var kept = new LinkedHashMap<GroupKey, Group>();
    for (var alert : alerts) {
      for (var route : next.configuration().route().match(alert.labels())) {
        var id = new GroupKey(route.id(), route.groupLabels(alert.labels()));
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
    var current = config;
    if (current == null || !running) {
      return;
    }
    for (var alert : alerts) {
      current.configuration().route().match(alert.labels()).forEach(route -> insert(route, alert));
    }
  }

  private void insert(Route route, Alert alert) {
    var now = time.now();
    var id = new GroupKey(route.id(), route.groupLabels(alert.labels()));
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

  private void schedule(GroupKey id, Group group, Instant when) {
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

  private void flush(GroupKey id, Group group) {
    Notifier.GroupFlush flush;
    synchronized (this) {
      var current = config;
      if (!running || current == null || groups.get(id) != group) {
        return;
      }
      var now = time.now();
      group.flushed = true;
      schedule(id, group, Flush.next(now, group.route.options().timing()));
      var alerts = group.alerts.values().stream().sorted(Alert.IN_MESSAGES).toList();
      flush =
          new Notifier.GroupFlush(
              current,
              group.route,
              group.labels,
              alerts,
              now,
              ok -> finished(id, group, alerts, now, ok));
    }
    try {
      notifier.send(flush);
    } catch (RuntimeException e) {
      log.error(
          "group={} flush failed, the next one is after its group_interval", flush.groupKey(), e);
    }
  }

  /// Removes resolved alerts whose receivers were notified, unless they fired again meanwhile.
  private synchronized void finished(
      GroupKey id, Group group, List<Alert> included, Instant at, boolean ok) {
    if (!ok) {
      return;
    }
    for (var alert : included) {
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

  synchronized Optional<LoadedConfig> config() {
    return Optional.ofNullable(config);
  }

  /// Sorted by labels, then by receiver.
  synchronized List<AlertGroup> groups() {
    var shown = new ArrayList<AlertGroup>();
    groups
        .values()
        .forEach(
            group ->
                shown.add(
                    new AlertGroup(group.route, group.labels, List.copyOf(group.alerts.values()))));
    shown.sort(Comparator.comparing(AlertGroup::labels).thenComparing(s -> s.route().receiver()));
    return shown;
  }

  @Override
  public synchronized void close() {
    running = false;
    groups.values().forEach(Dispatcher::stop);
    groups.clear();
  }
}
