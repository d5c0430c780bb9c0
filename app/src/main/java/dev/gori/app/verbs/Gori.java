package dev.gori.app.verbs;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.gori.base.conf.ConfigException;
import dev.gori.kernel.fault.FaultException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IExecutionExceptionHandler;

/// The command `gori` and the common behaviour of all verbs. Exit status: 0 success, 1 a check or
/// drill failed, 2 wrong usage, 3 another failure.
@Command(
    name = "gori",
    description = "Closes the loop: commit → deploy → train → reload → observe → alert → rollback.",
    synopsisSubcommandLabel = "VERB",
    mixinStandardHelpOptions = true,
    version = "gori 0.1.0",
    subcommands = {
      UpVerb.class,
      CheckVerb.class,
      DrillVerb.class,
      StatusVerb.class,
      PromoteVerb.class,
      SampleDataVerb.class,
      TestVerb.class,
      RehearseVerb.class,
      HelpCommand.class
    },
    footer = {"", "Start with: ./gori up        then, in another terminal: ./gori check"})
public final class Gori implements Runnable {

  static final int FAILED = 1;
  static final int NOT_DONE = 3;

  /// @return the exit status
  public static int run(String... words) {
    quietLibraries();
    var line = new CommandLine(new Gori());
    IExecutionExceptionHandler wording =
        (failure, command, _) -> {
          command.getErr().println(command.getColorScheme().errorText("gori: " + reason(failure)));
          return NOT_DONE;
        };
    line.setExecutionExceptionHandler(wording);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setUsageHelpAutoWidth(true);
    return line.execute(words);
  }

  /// Only errors reach the terminal; the roles log to their files.
  private static void quietLibraries() {
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
    if (LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME) instanceof Logger root) {
      root.setLevel(Level.ERROR);
    }
  }

  static String reason(Throwable failure) {
    return switch (failure) {
      case FaultException fault -> fault.reason();
      case ConfigException config -> String.valueOf(config.getMessage());
      case IllegalArgumentException words -> String.valueOf(words.getMessage());
      case AccessDeniedException file ->
          "%s: permission denied (expected: a folder that this user may write)"
              .formatted(file.getFile());
      case NoSuchFileException file ->
          "%s: no such file or folder, or it cannot be created there".formatted(file.getFile());
      case FileAlreadyExistsException file ->
          "%s: a file is in the way (expected: a folder)".formatted(file.getFile());
      case FileSystemException file ->
          "%s: %s"
              .formatted(
                  file.getFile(),
                  file.getReason() == null ? file.getClass().getSimpleName() : file.getReason());
      case IOException io -> io.getMessage() == null ? io.toString() : io.getMessage();
      default -> failure.toString();
    };
  }

  @Override
  public void run() {
    CommandLine.usage(this, System.out);
  }
}
