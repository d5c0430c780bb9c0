package dev.gori.pipelines.tasks;

import dev.gori.base.observe.LogText;
import dev.gori.base.observe.SecretMask;
import dev.gori.kernel.time.Time;
import dev.gori.pipelines.dag.RunContext;
import dev.gori.pipelines.dag.Scope;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;

/// The context of one attempt of a task.
///
/// @param facts the values that the run got when it was created
/// @param zone the pipeline's time zone
/// @param scope the names for templates; `tasks` holds the state and outputs of the run's tasks
/// @param folder the run's working folder on the local disk, which survives restarts; the tasks of
///   the run share it
/// @param lines appends a line to the attempt's log
/// @param mask masks the secrets that the log must not show
/// @param role the role's log, for lines that are shipped
public record TaskContext(
    RunContext facts,
    String task,
    int attempt,
    TaskParameters with,
    ZoneId zone,
    Scope scope,
    Path folder,
    TaskClients clients,
    Time time,
    Consumer<String> lines,
    SecretMask mask,
    Logger role) {

  /// Writes a line to the attempt's log.
  public void log(String line, Object... values) {
    lines.accept(values.length == 0 ? line : String.format(Locale.ROOT, line, values));
  }

  /// Writes a `[DP]` line, which dashboards count, to the attempt's log and to the role's log.
  ///
  /// @param namesAndValues name, value, name, value …; a value that is not a plain word is quoted
  public void dataLine(String step, Object... namesAndValues) {
    var line = new StringBuilder("[DP] pipeline=%s step=%s".formatted(facts.pipeline(), step));
    for (int i = 0; i < namesAndValues.length; i += 2) {
      line.append(' ')
          .append(namesAndValues[i])
          .append('=')
          .append(LogText.value(namesAndValues[i + 1]));
    }
    lines.accept(line.toString());
    role.info("{} run={}", line, facts.runId());
  }

  static String fourDigits(double number) {
    return String.format(Locale.ROOT, "%.4f", number);
  }

  public String env() {
    return clients.access().environment().value();
  }

  /// The states of the run's tasks, by name.
  Map<?, ?> tasks() {
    return scope.values().get("tasks") instanceof Map<?, ?> tasks ? tasks : Map.of();
  }
}
