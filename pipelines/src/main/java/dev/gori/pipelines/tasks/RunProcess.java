package dev.gori.pipelines.tasks;

import dev.gori.base.json.Json;
import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.fault.FaultException;
import dev.gori.pipelines.dag.TaskType;
import dev.gori.process.ChildProcess;
import dev.gori.process.Command;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Runs a command in the run's working folder. Its output goes to the attempt's log; an exit status
/// other than 0 is a failure.
///
/// The environment of the process has `PATH`, `LANG`, `HOME` and `TMPDIR` (an empty folder that is
/// deleted after the attempt), `MLFLOW_TRACKING_URI`, `MLFLOW_TRACKING_TOKEN`, `AWS_ENDPOINT_URL`,
/// `MLFLOW_S3_ENDPOINT_URL`, `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_DEFAULT_REGION`,
/// the values of the run as `GORI_…`, and the entries of `with.environment`; of this program's own
/// variables it inherits only `PATH` and `LANG`. The setting `isolation` decides what the process
/// sees of the machine. The JSON object that it writes to the file `$GORI_OUTPUTS` becomes the
/// task's outputs.
final class RunProcess implements Task {

  private static final int LARGEST_OUTPUTS = 64 << 10;

  @Override
  public TaskType type() {
    return new TaskType("process", Set.of("command", "environment"), Set.of("command"), false);
  }

  @Override
  public TaskOutcome run(TaskContext context) throws IOException, InterruptedException {
    var outputs = context.folder().resolve(context.task() + ".outputs.json");
    Files.deleteIfExists(outputs);
    var scratch = context.folder().resolve(context.task() + ".scratch");
    endLeftover(context.folder(), context.task());
    deleteScratch(context, scratch);
    Files.createDirectories(scratch);
    var command =
        new Command(
            context.with().texts("command"),
            context.folder(),
            environment(context, outputs, scratch),
            context.clients().isolation());
    context.log("runs %s", String.join(" ", command.arguments()));
    try (var program = ChildProcess.start(command)) {
      Files.writeString(trace(context.folder(), context.task()), program.trace());
      int status = program.await(context.lines(), context.mask()::cut);
      return status == 0
          ? new TaskOutcome.Succeeded(read(outputs))
          : new TaskOutcome.Failed(
              "exit status %d (expected: 0); its output is in the task's log".formatted(status),
              true);
    } finally {
      Files.deleteIfExists(trace(context.folder(), context.task()));
      deleteScratch(context, scratch);
    }
  }

  /// Deletes the scratch folder. Files that cannot be deleted do not fail the task.
  private static void deleteScratch(TaskContext context, Path scratch) {
    try {
      Disk.local().delete(scratch);
    } catch (IOException e) {
      context.log("%s is left behind: %s", scratch, e.toString());
    }
  }

  private static Path trace(Path folder, String task) {
    return folder.resolve(task + ".process");
  }

  /// Kills the child process that an attempt left running when this program was killed.
  static void endLeftover(Path folder, String task) {
    var trace = trace(folder, task);
    try {
      if (Files.exists(trace)) {
        ChildProcess.endLeftover(Files.readString(trace));
        Files.deleteIfExists(trace);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("%s: %s".formatted(trace, e.getMessage()), e);
    }
  }

  private static Map<String, @Nullable Object> read(Path outputs) throws IOException {
    if (!Files.exists(outputs)) {
      return Map.of();
    }
    if (Files.size(outputs) > LARGEST_OUTPUTS) {
      throw FaultException.badRequest(
          "$GORI_OUTPUTS: %d bytes (expected: at most %d; hand larger values on as objects)"
              .formatted(Files.size(outputs), LARGEST_OUTPUTS));
    }
    return PlainOutputs.object(Json.parse(Files.readAllBytes(outputs)));
  }

  private static Map<String, String> environment(TaskContext context, Path outputs, Path scratch) {
    var facts = context.facts();
    var access = context.clients().access();
    var all = new LinkedHashMap<String, String>();
    var own = System.getenv();
    Optional.ofNullable(own.get("PATH")).ifPresent(path -> all.put("PATH", path));
    all.put("LANG", own.getOrDefault("LANG", "C.UTF-8"));
    all.put("HOME", scratch.toString());
    all.put("TMPDIR", scratch.toString());
    all.put("MLFLOW_TRACKING_URI", access.registry().base().toString());
    access.registry().token().ifPresent(token -> all.put("MLFLOW_TRACKING_TOKEN", token));
    all.put("AWS_ENDPOINT_URL", access.store().endpoint().toString());
    all.put("MLFLOW_S3_ENDPOINT_URL", access.store().endpoint().toString());
    all.put("AWS_ACCESS_KEY_ID", access.store().accessKey());
    all.put("AWS_SECRET_ACCESS_KEY", access.store().secretKey());
    all.put("AWS_DEFAULT_REGION", access.store().region());
    all.put("GORI_ENV", facts.env());
    all.put("GORI_PIPELINE", facts.pipeline());
    all.put("GORI_RUN_ID", facts.runId());
    all.put("GORI_TASK", context.task());
    all.put("GORI_ATTEMPT", Integer.toString(context.attempt()));
    all.put("GORI_COMMIT", facts.commit());
    all.put("GORI_OUTPUTS", outputs.toString());
    facts
        .values(context.zone())
        .forEach(
            (name, value) -> {
              if (value instanceof String text) {
                all.putIfAbsent("GORI_" + name.toUpperCase(Locale.ROOT), text);
              }
            });
    all.put("GORI_PARAMS", Json.text(facts.params()));
    context
        .with()
        .section("environment")
        .values()
        .forEach((name, value) -> all.put(name, value == null ? "" : value.toString()));
    return all;
  }
}
