package dev.gori.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// A command to run. {@link #toString} omits the values of the environment, which may be secrets.
///
/// @param arguments the program and its arguments; no shell reads them
/// @param folder the working directory
/// @param environment all environment variables of the program, plus a default `PATH` if there is
///   none; the program does not inherit this process's environment
/// @param isolation what the program can access on the machine
public record Command(
    List<String> arguments, Path folder, Map<String, String> environment, Isolation isolation) {

  public Command {
    arguments = List.copyOf(arguments);
    environment = Map.copyOf(environment);
    if (arguments.isEmpty() || arguments.getFirst().isBlank()) {
      throw new IllegalArgumentException(
          "command: %s (expected: a program and its arguments)".formatted(arguments));
    }
  }

  @Override
  public String toString() {
    return "Command[%s in %s, environment %s, isolation %s]"
        .formatted(String.join(" ", arguments), folder, environment.keySet(), isolation.text());
  }
}
