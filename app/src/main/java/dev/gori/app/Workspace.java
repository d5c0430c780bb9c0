package dev.gori.app;

import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.time.Time;
import dev.gori.machinery.git.GitRepository;
import dev.gori.machinery.git.Person;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// Opens the repository that says what the environments should be: the data folder's own, or a
/// mirror of one elsewhere.
public final class Workspace {

    private static final Person GORI = new Person("gori", "gori@localhost");
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    private Workspace() {}

    /// @param template what a new repository of the data folder begins with
    /// @param remote where the repository is; empty for the one that the folder has, or was told of
    ///   before
    /// @throws FaultException BACKEND_DOWN when a remote that was never seen cannot be reached
    static GitRepository open(Path data, Path template, Optional<URI> remote, Time time)
            throws IOException {
        var told = data.resolve("workspace.url");
        if (remote.isPresent()) {
            Disk.local().writeWhole(told, remote.get().toString().getBytes(StandardCharsets.UTF_8));
        } else if (!Files.exists(told)) {
            return GitRepository.openOrCreate(data.resolve("workspace.git"), template, GORI, time);
        }
        var mirror =
                GitRepository.mirror(
                        URI.create(Files.readString(told).strip()),
                        data.resolve("workspace-mirror.git"),
                        DEADLINE,
                        GORI,
                        time);
        try {
            mirror.fetch();
        } catch (FaultException e) {
            if (mirror.head().isEmpty()) {
                mirror.close();
                throw e;
            }
        }
        return mirror;
    }

    /// The repository that the program which runs from the folder follows.
    public static GitRepository of(Path data, Path template, Time time) throws IOException {
        return open(data, template, Optional.empty(), time);
    }

    /// @param text a path or an address
    static URI address(String text) {
        return text.contains("://")
                ? URI.create(text)
                : Path.of(text).toAbsolutePath().normalize().toUri();
    }
}
