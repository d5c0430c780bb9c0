package dev.gori.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// What to run. Its text shows no values of the environment, which may be secrets.
///
/// @param arguments the program and its arguments; no shell reads them
/// @param folder where it runs
/// @param environment all variables that it sees, and `PATH` where none is given: nothing of this
///   program's own environment is handed on
/// @param isolation what it sees of the machine
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
