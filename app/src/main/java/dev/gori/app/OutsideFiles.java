package dev.gori.app;

import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.fault.FaultException;
import dev.gori.machinery.http.HttpCalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Configuration files for a real server that takes a role's place.
///
/// @param server who is told of them, where there is one
record OutsideFiles(Disk disk, Optional<URI> server) {

    private static final Logger LOG = LoggerFactory.getLogger(OutsideFiles.class);
    private static final Duration DEADLINE = Duration.ofSeconds(5);

    /// Writes each file whole, without its prefix, and removes YAML files that are no longer wanted
    /// where a prefix is given.
    void write(Path folder, String prefix, Map<String, byte[]> files) {
        try {
            disk.createDirectories(folder);
            if (!prefix.isEmpty()) {
                for (var old : disk.list(folder)) {
                    if (!files.containsKey(prefix + old.getFileName())) {
                        disk.delete(old);
                    }
                }
            }
            for (var file : files.entrySet()) {
                disk.writeWhole(
                        folder.resolve(file.getKey().substring(prefix.length())), file.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("writing configuration to " + folder, e);
        }
    }

    /// Asks the server to read its files again. One that is not there, or does not allow it, reads
    /// them at its next start: that is said, and is no problem of the commit.
    List<String> reload() {
        return server.map(OutsideFiles::reload).orElse(List.of());
    }

    private static List<String> reload(URI server) {
        try (var calls = HttpCalls.within(DEADLINE)) {
            var answer =
                    calls.post(
                            URI.create(server + "/-/reload"), "text/plain", new byte[0], Map.of());
            if (answer.isOk()) {
                return List.of();
            }
            if (answer.status() == 500) {
                return List.of(
                        "%s refuses its new configuration: %s"
                                .formatted(server, answer.text().strip()));
            }
            LOG.warn(
                    "server={} status={} does not reload by HTTP; restart it, or send it SIGHUP",
                    server,
                    answer.status());
        } catch (FaultException e) {
            LOG.warn("server={} was not told of its new configuration: {}", server, e.reason());
        }
        return List.of();
    }
}
