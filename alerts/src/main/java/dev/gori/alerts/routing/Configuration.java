package dev.gori.alerts.routing;

import dev.gori.base.conf.Conf;
import dev.gori.base.conf.Problems;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A valid Alertmanager configuration file.
///
/// @param resolveTimeout after which an alert that was sent without an end resolves
/// @param templates patterns of template files, as written; `*` matches any part of a file name
/// @param intervals by name
/// @param secrets values that pages and logs must not show
public record Configuration(
    Duration resolveTimeout,
    Route route,
    Map<String, Receiver> receivers,
    List<InhibitRule> inhibitRules,
    List<String> templates,
    Map<String, List<TimeInterval>> intervals,
    Set<String> secrets) {

  public Configuration {
    receivers = Map.copyOf(receivers);
    inhibitRules = List.copyOf(inhibitRules);
    templates = List.copyOf(templates);
    intervals = Map.copyOf(intervals);
    secrets = Set.copyOf(secrets);
  }

  /// Reads a file. Adds every problem with `file:line`; returns nothing if there is one.
  public static Optional<Configuration> read(String file, String text, Problems problems) {
    var own = new Problems();
    var section = Conf.parse(file, text, own);
    var read = own.isEmpty() ? new ConfigurationReader(section).read() : null;
    problems.addAll(own);
    return own.isEmpty() ? Optional.ofNullable(read) : Optional.empty();
  }

  /// The receiver of a route. Reading has checked that it exists.
  public Receiver receiver(String name) {
    var receiver = receivers.get(name);
    return receiver == null ? new Receiver(name, List.of(), List.of()) : receiver;
  }

  /// The time interval that mutes a route at a timestamp, if any.
  public Optional<String> mutingInterval(Route.Hours hours, Instant now) {
    var muted = hours.muted().stream().filter(name -> isIn(name, now)).findFirst();
    if (muted.isPresent()) {
      return muted.map(name -> "muted in time interval '%s'".formatted(name));
    }
    boolean inactive =
        !hours.active().isEmpty() && hours.active().stream().noneMatch(name -> isIn(name, now));
    return inactive
        ? Optional.of("outside its active time intervals " + hours.active())
        : Optional.empty();
  }

  private boolean isIn(String name, Instant now) {
    return intervals.getOrDefault(name, List.of()).stream()
        .anyMatch(interval -> interval.contains(now));
  }
}
