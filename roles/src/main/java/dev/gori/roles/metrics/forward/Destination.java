package dev.gori.roles.metrics.forward;

import dev.gori.machinery.run.Backoff;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/// A receiver, as an entry of `remote_write_to` describes it.
///
/// @param name of its own among the receivers; its place in the queue is kept under it
/// @param timeout for one call
/// @param headers sent with every call, beside those of the protocol
public record Destination(
        String name,
        URI url,
        Duration timeout,
        Map<String, String> headers,
        Credentials credentials,
        Content content,
        Pace pace) {

    public Destination {
        headers = Map.copyOf(headers);
    }

    /// The message that is sent.
    public enum Protocol {
        FIRST("prometheus.WriteRequest", "application/x-protobuf", "0.1.0"),
        SECOND(
                "io.prometheus.write.v2.Request",
                "application/x-protobuf;proto=io.prometheus.write.v2.Request",
                "2.0.0");

        final String message;
        final String contentType;
        final String version;

        Protocol(String message, String contentType, String version) {
            this.message = message;
            this.contentType = contentType;
            this.version = version;
        }
    }

    /// What is sent.
    public record Content(Protocol protocol, boolean exemplars, boolean histograms) {}

    /// How fast.
    ///
    /// @param most samples, histograms and exemplars in one request
    /// @param patience how long less than that waits for more
    /// @param tooMany whether an answer 429 means "later" rather than "no"
    /// @param oldest how old a sample may be when it is sent; zero for any age
    public record Pace(
            int most, Duration patience, Backoff backoff, boolean tooMany, Duration oldest) {}

    /// A text in the configuration, or in a file that is read anew each time, so that it can be
    /// replaced.
    public record Secret(Optional<String> text, Optional<Path> file) {
        static final Secret NONE = new Secret(Optional.empty(), Optional.empty());

        String read(Path folder) throws IOException {
            return file.isPresent()
                    ? Files.readString(folder.resolve(file.get())).strip()
                    : text.orElse("");
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
    public record Credentials(String type, String user, Secret secret) {
        static final Credentials NONE = new Credentials("", "", Secret.NONE);

        /// @param folder that relative names of files start from
        Optional<String> header(Path folder) throws IOException {
            if (type.isEmpty()) {
                return Optional.empty();
            }
            var read = secret.read(folder);
            return Optional.of(
                    type
                            + " "
                            + (type.equals("Basic")
                                    ? Base64.getEncoder()
                                            .encodeToString(
                                                    (user + ":" + read)
                                                            .getBytes(StandardCharsets.UTF_8))
                                    : read));
        }
    }
}
