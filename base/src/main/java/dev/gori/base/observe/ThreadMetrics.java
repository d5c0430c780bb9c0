package dev.gori.base.observe;

import dev.gori.base.run.BackgroundThreads;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// How the background work of one environment is, as metrics: its threads, its ports, and the log
/// lines that were lost.
public final class ThreadMetrics {

  private ThreadMetrics() {}

  /// @param ports why each port takes no connection, by a name such as `dev`; empty while it does
  public static void register(
      PrometheusRegistry registry,
      BackgroundThreads threads,
      RoleLogs logs,
      Map<String, Supplier<Optional<String>>> ports) {
    GaugeWithCallback.builder()
        .name("gori_thread_up")
        .help(
            "1 while the background thread works; 0 while it does not run, and for a minute after a failure.")
        .labelNames("thread")
        .callback(
            to -> threads.states().forEach(state -> to.call(state.isUp() ? 1 : 0, state.name())))
        .register(registry);
    CounterWithCallback.builder()
        .name("gori_thread_failures_total")
        .help("How often the loop of the background thread failed and was started again.")
        .labelNames("thread")
        .callback(to -> threads.states().forEach(state -> to.call(state.failures(), state.name())))
        .register(registry);
    GaugeWithCallback.builder()
        .name("gori_port_up")
        .help("1 while the port takes connections.")
        .labelNames("port")
        .callback(
            to -> ports.forEach((name, failure) -> to.call(failure.get().isEmpty() ? 1 : 0, name)))
        .register(registry);
    CounterWithCallback.builder()
        .name("gori_log_lines_dropped_total")
        .help("Lines of a role's log that were lost because its file could not be written.")
        .labelNames("role")
        .callback(to -> logs.dropped().forEach((role, lines) -> to.call(lines, role)))
        .register(registry);
  }
}
