package dev.gori.machinery.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// What to run. Its text shows no values of the environment, which may be secrets.
///
/// @param words the program and its arguments; no shell reads them
/// @param folder where it runs
/// @param environment what it sees in addition to this program's own environment
public record Command(List<String> words, Path folder, Map<String, String> environment) {

    public Command {
        words = List.copyOf(words);
        environment = Map.copyOf(environment);
        if (words.isEmpty() || words.getFirst().isBlank()) {
            throw new IllegalArgumentException(
                    "command: %s (expected: a program and its arguments)".formatted(words));
        }
    }

    @Override
    public String toString() {
        return "Command[%s in %s, environment %s]"
                .formatted(String.join(" ", words), folder, environment.keySet());
    }
}
