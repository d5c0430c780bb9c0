package dev.gori.roles.pipelines.tasks;

import dev.gori.engines.dag.Facts;
import dev.gori.engines.dag.Scope;
import dev.gori.kernel.life.Cancellation;
import dev.gori.kernel.time.Time;
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
/// @param cancellation of the attempt: long computations ask it
/// @param lines takes a line for the attempt's log
/// @param role the role's log, for lines that are shipped
public record TaskContext(
        Facts facts,
        String task,
        int attempt,
        With with,
        ZoneId zone,
        Scope scope,
        Path folder,
        Clients clients,
        Time time,
        Cancellation cancellation,
        Consumer<String> lines,
        Logger role) {

    /// The same with other values in `with`.
    public TaskContext with(With other) {
        return new TaskContext(
                facts, task, attempt, other, zone, scope, folder, clients, time, cancellation, lines, role);
    }

    /// Writes a line to the attempt's log.
    public void log(String line, Object... values) {
        lines.accept(values.length == 0 ? line : String.format(Locale.ROOT, line, values));
    }

    /// Writes a `[DP]` line, which dashboards count, to the attempt's log and to the role's.
    public void dataLine(String step, String rest) {
        var line = "[DP] pipeline=%s step=%s %s".formatted(facts.pipeline(), step, rest);
        lines.accept(line);
        role.info("{} run={}", line, facts.runId());
    }

    public String env() {
        return clients.access().environment().value();
    }

    /// The states of the run's tasks, by name.
    Map<?, ?> tasks() {
        return scope.values().get("tasks") instanceof Map<?, ?> tasks ? tasks : Map.of();
    }
}
