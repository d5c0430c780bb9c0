package dev.gori.alerts.routing;

import dev.gori.base.conf.Conf;
import dev.gori.base.conf.Problems;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// An Alertmanager configuration file, read and found good.
///
/// @param resolveTimeout after which an alert that was sent without an end is over
/// @param templates paths of template files, as written; `*` stands for any part of a file's name
/// @param intervals by name
/// @param secrets values that must not be shown
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

  /// Reads a file; every problem is noted with `file:line`, and then nothing is given.
  public static Optional<Configuration> read(String file, String text, Problems problems) {
    var own = new Problems();
    var section = Conf.parse(file, text, own);
    var read = own.isEmpty() ? new ConfigurationReader(section).read() : null;
    problems.addAll(own);
    return own.isEmpty() ? Optional.ofNullable(read) : Optional.empty();
  }

  /// The receiver of a route; a name that was read is always there.
  public Receiver receiver(String name) {
    var receiver = receivers.get(name);
    return receiver == null ? new Receiver(name, List.of(), List.of()) : receiver;
  }

  /// Why a route keeps quiet at a moment, or empty when it does not.
  public Optional<String> quiet(Route.Hours hours, Instant now) {
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
