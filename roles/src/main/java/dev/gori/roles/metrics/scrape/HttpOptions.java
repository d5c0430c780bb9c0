package dev.gori.roles.metrics.scrape;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// How a job's targets are called.
///
/// @param compression whether packed answers are asked for
/// @param headers sent with every call
record HttpOptions(
        Credentials credentials, Connection connection, boolean compression, List<Header> headers) {

    /// What calls can share a client for.
    record Connection(Tls tls, ProxyRule proxy, boolean followRedirects) {}

    /// A text in the configuration, or in a file that is read anew each time, so that it can be
    /// replaced.
    record Secret(Optional<String> text, Optional<Path> file) {
        static final Secret NONE = new Secret(Optional.empty(), Optional.empty());

        boolean isThere() {
            return text.isPresent() || file.isPresent();
        }

        String read() throws IOException {
            return file.isPresent() ? Files.readString(file.get()) : text.orElse("");
        }

        @Override
        public String toString() {
            return file.map(Path::toString).orElse(text.isPresent() ? "<secret>" : "none");
        }
    }

    /// What is sent as `Authorization`.
    ///
    /// @param type `Bearer` or another scheme; `Basic` is made of user and secret; empty for
    ///   nothing
    record Credentials(String type, Secret user, Secret secret) {
        static final Credentials NONE = new Credentials("", Secret.NONE, Secret.NONE);
    }

    /// @param values each is sent as a header of its own
    record Header(String name, List<Secret> values) {
        List<String> read() throws IOException {
            var read = new ArrayList<String>();
            for (var value : values) {
                read.add(value.read().strip());
            }
            return read;
        }
    }

    /// @param ca certificates that are trusted; those of the Java platform where it says nothing
    /// @param serverName that the target's certificate must be for, in place of the address's host
    /// @param versions of TLS that may be spoken; the platform's where empty
    record Tls(
            Secret ca,
            Secret cert,
            Secret key,
            Optional<String> serverName,
            boolean skipVerify,
            List<String> versions) {
        static final Tls PLATFORM =
                new Tls(Secret.NONE, Secret.NONE, Secret.NONE, Optional.empty(), false, List.of());

        List<Path> files() {
            return List.of(ca, cert, key).stream().flatMap(one -> one.file().stream()).toList();
        }
    }
}
