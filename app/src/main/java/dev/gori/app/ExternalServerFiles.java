package dev.gori.app;

import dev.gori.http.HttpCalls;
import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.fault.FaultException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Configuration files of an external server that replaces a role.
///
/// @param server the server to reload after a change, if there is one
record ExternalServerFiles(Disk disk, Optional<URI> server) {

  private static final Logger LOG = LoggerFactory.getLogger(ExternalServerFiles.class);
  private static final String BROUGHT = ".brought"; // the file names, one per line
  private static final Duration DEADLINE = Duration.ofSeconds(5);

  /// Writes each file atomically, without the prefix in its name. If the prefix is not empty,
  /// deletes the files that an earlier call wrote and this call does not; other files stay.
  void write(Path folder, String prefix, Map<String, byte[]> files) {
    try {
      disk.createDirectories(folder);
      var wanted = new TreeMap<String, byte[]>();
      files.forEach((name, content) -> wanted.put(name.substring(prefix.length()), content));
      if (!prefix.isEmpty()) {
        deleteUnwanted(folder, wanted.keySet());
      }
      for (var file : wanted.entrySet()) {
        disk.writeWhole(folder.resolve(file.getKey()), file.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("writing configuration to " + folder, e);
    }
  }

  /// Records the names before the files are written, so that after a crash every written file is
  /// recorded.
  private void deleteUnwanted(Path folder, Set<String> wanted) throws IOException {
    var list = folder.resolve(BROUGHT);
    var brought = new TreeSet<String>();
    if (disk.exists(list)) {
      new String(disk.readWhole(list), StandardCharsets.UTF_8).lines().forEach(brought::add);
    }
    for (var name : brought) {
      if (!wanted.contains(name)) {
        disk.delete(folder.resolve(name));
      }
    }
    if (!brought.equals(wanted)) {
      disk.writeWhole(list, String.join("\n", wanted).getBytes(StandardCharsets.UTF_8));
    }
  }

  /// Asks the server to reload its files. A server that is down or rejects the reload reads them at
  /// its next start; this method then logs a warning, and the commit succeeds.
  List<String> reload() {
    return server.map(ExternalServerFiles::reload).orElse(List.of());
  }

  private static List<String> reload(URI server) {
    try (var calls = HttpCalls.within(DEADLINE)) {
      var answer =
          calls.post(URI.create(server + "/-/reload"), "text/plain", new byte[0], Map.of());
      if (answer.isOk()) {
        return List.of();
      }
      if (answer.status() == 500) {
        return List.of(
            "%s rejects its new configuration: %s".formatted(server, answer.text().strip()));
      }
      LOG.warn(
          "server={} status={} does not reload by HTTP; restart it, or send it SIGHUP",
          server,
          answer.status());
    } catch (FaultException e) {
      LOG.warn("server={} could not be asked to reload its configuration: {}", server, e.reason());
    }
    return List.of();
  }
}
