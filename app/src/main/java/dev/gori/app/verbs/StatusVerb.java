package dev.gori.app.verbs;

import dev.gori.app.Terminal;
import dev.gori.app.running.RunningEnvironment;
import dev.gori.kernel.fault.FaultException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// What runs, which versions, the last changes.
@Command(
        name = "status",
        description = "Show what runs, which versions serve, and the last changes.")
final class StatusVerb implements Callable<Integer> {

    private static final int CHANGES = 5;

    @Mixin Common common = new Common();

    @Option(names = "--env", paramLabel = "ENV", description = "Only this environment.")
    @Nullable String environment;

    @Override
    public Integer call() throws IOException {
        var terminal = Terminal.ofThisProcess();
        try (var running = common.running()) {
            terminal.line(
                    "process %d, console %s",
                    running.process(), running.console().isEmpty() ? "none" : running.console());
            var shown =
                    environment == null
                            ? running.environments()
                            : List.of(running.environment(environment));
            shown.forEach(each -> show(each, terminal));
        }
        return 0;
    }

    private static void show(RunningEnvironment environment, Terminal terminal) {
        terminal.line("");
        terminal.line("%s  %s", terminal.strong(environment.name()), environment.base());
        var serving = environment.gateway().models();
        if (serving.variants().isEmpty()) {
            terminal.line("  serves    nothing yet");
        }
        serving.variants()
                .forEach(
                        (name, variant) ->
                                terminal.line(
                                        "  %-8s  %s version %d, loaded %s",
                                        "variant " + name,
                                        variant.model(),
                                        variant.version(),
                                        variant.loaded()));
        terminal.line("  traffic   %s", serving.traffic());
        terminal.line("  tasks     %s", isolation(environment));
        environment
                .pipelines()
                .runs(1)
                .forEach(
                        run ->
                                terminal.line(
                                        "  last run  %s %s %s",
                                        run.pipeline(), run.id(), state(terminal, run.state())));
        for (var change : environment.delivery().changes(CHANGES)) {
            var commit = change.path("commit").asString("");
            terminal.line(
                    "  change    %s %s  %s",
                    commit.substring(0, Math.min(10, commit.length())),
                    state(terminal, change.path("verdict").asString("")),
                    change.path("message").asString("").lines().findFirst().orElse(""));
        }
    }

    /// How `process` tasks are kept from the rest of the machine.
    static String isolation(RunningEnvironment environment) {
        try {
            var isolation = environment.pipelines().isolation();
            return "isolation %s, %s".formatted(isolation.mode(), isolation.why());
        } catch (FaultException e) {
            return "isolation unknown: " + e.reason();
        }
    }

    private static String state(Terminal terminal, String state) {
        return switch (state) {
            case "success", "applied", "succeeded" -> terminal.good(state);
            case "failed", "refused", "rolled_back" -> terminal.bad(state);
            default -> state;
        };
    }
}
