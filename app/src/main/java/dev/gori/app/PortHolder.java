package dev.gori.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/// Finds the process that listens on a port, from `/proc` (Linux only).
public final class PortHolder {

  private static final Pattern PORT = Pattern.compile("port (\\d+)");
  private static final String LISTENING = "0A";

  private PortHolder() {}

  /// The port in one of Gori's error messages.
  public static Optional<Integer> portIn(String message) {
    var found = PORT.matcher(message);
    return found.find() ? Optional.of(Integer.valueOf(found.group(1))) : Optional.empty();
  }

  /// Such as `process 4711 (/usr/bin/prometheus)`; empty when the process is unknown.
  public static Optional<String> describe(int port) {
    return inode(port).flatMap(PortHolder::process).map(PortHolder::named);
  }

  private static Optional<String> inode(int port) {
    var wanted = "%04X".formatted(port);
    for (var table : new String[] {"/proc/net/tcp", "/proc/net/tcp6"}) {
      try (var lines = Files.lines(Path.of(table))) {
        var found =
            lines
                .map(line -> line.strip().split("\\s+"))
                .filter(
                    columns ->
                        columns.length > 9
                            && columns[1].endsWith(":" + wanted)
                            && columns[3].equals(LISTENING))
                .map(columns -> columns[9])
                .findFirst();
        if (found.isPresent()) {
          return found;
        }
      } catch (IOException _) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  private static Optional<ProcessHandle> process(String inode) {
    return ProcessHandle.allProcesses()
        .filter(
            process ->
                holds(
                    Path.of("/proc", String.valueOf(process.pid()), "fd"),
                    "socket:[" + inode + "]"))
        .findFirst();
  }

  private static boolean holds(Path descriptors, String socket) {
    try (var files = Files.list(descriptors)) {
      return files.anyMatch(
          file -> {
            try {
              return Files.readSymbolicLink(file).toString().equals(socket);
            } catch (IOException _) {
              return false;
            }
          });
    } catch (IOException _) {
      return false; // another user's process
    }
  }

  private static String named(ProcessHandle process) {
    return "process %d (%s)"
        .formatted(process.pid(), process.info().command().orElse("unknown program"));
  }
}
