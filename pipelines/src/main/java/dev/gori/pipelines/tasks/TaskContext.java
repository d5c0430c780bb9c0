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

/// What an attempt of a task has at hand.
///
/// @param facts what the run was started with
/// @param zone the pipeline's time zone
/// @param scope the names of templates; `tasks` holds the state and outputs of the tasks before
/// @param folder the run's own on this machine's disk, kept over restarts; shared by the tasks of
///   the run
/// @param lines takes a line for the attempt's log
/// @param mask of the secrets that `lines` does not show
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

  /// Writes a `[DP]` line, which dashboards count, to the attempt's log and to the role's.
  ///
  /// @param namesAndValues name, value, name, value …; a value that is no plain word is quoted
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
