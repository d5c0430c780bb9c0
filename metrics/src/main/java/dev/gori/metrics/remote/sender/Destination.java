package dev.gori.metrics.remote.sender;

import dev.gori.base.run.Backoff;
import dev.gori.metrics.client.HttpOptions;
import dev.gori.metrics.relabel.Relabel;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// A receiver, as an entry of `remote_write_to` describes it.
///
/// @param name of its own among the receivers; its place in the queue is kept under it
/// @param timeout for one call
/// @param relabel what becomes of a series' labels before it is sent, or that it is not
public record Destination(
    String name,
    URI url,
    Duration timeout,
    HttpOptions http,
    List<Relabel> relabel,
    Content content,
    Pace pace) {

  public Destination {
    relabel = List.copyOf(relabel);
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

  /// The same with names of files that start in a folder.
  Destination under(Path folder) {
    return new Destination(name, url, timeout, http.under(folder), relabel, content, pace);
  }

  /// What is sent.
  public record Content(
      Protocol protocol, boolean exemplars, boolean histograms, Metadata metadata) {}

  /// What the metrics are.
  ///
  /// @param sent whether it is sent
  /// @param most metrics in one request
  public record Metadata(boolean sent, Duration interval, int most) {}

  /// How fast.
  ///
  /// @param most samples, histograms and exemplars in one request
  /// @param patience how long less than that waits for more
  /// @param tooMany whether an answer 429 means "later" rather than "no"
  /// @param oldest how old a sample may be when it is sent; zero for any age
  public record Pace(
      int most, Duration patience, Backoff backoff, boolean tooMany, Duration oldest) {}
}
