package dev.gori.metrics.remote.sender;

import dev.gori.base.run.Backoff;
import dev.gori.metrics.client.HttpClientConfig;
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
public record RemoteWriteConfig(
    String name,
    URI url,
    Duration timeout,
    HttpClientConfig http,
    List<Relabel> relabel,
    Content content,
    QueueConfig queueConfig) {

  public RemoteWriteConfig {
    relabel = List.copyOf(relabel);
  }

  /// The message that is sent.
  public enum Protocol {
    V1("prometheus.WriteRequest", "application/x-protobuf", "0.1.0"),
    V2(
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
  RemoteWriteConfig under(Path folder) {
    return new RemoteWriteConfig(name, url, timeout, http.resolve(folder), relabel, content, queueConfig);
  }

  /// What is sent.
  public record Content(
      Protocol protocol, boolean exemplars, boolean histograms, MetadataConfig metadata) {}

  /// What the metrics are.
  ///
  /// @param sent whether it is sent
  /// @param most metrics in one request
  public record MetadataConfig(boolean send, Duration interval, int maxSamplesPerSend) {}

  /// How fast.
  ///
  /// @param most samples, histograms and exemplars in one request
  /// @param patience how long less than that waits for more
  /// @param tooMany whether an answer 429 means "later" rather than "no"
  /// @param oldest how old a sample may be when it is sent; zero for any age
  public record QueueConfig(
      int maxSamplesPerSend, Duration batchSendDeadline, Backoff backoff, boolean retryOnHttp429, Duration sampleAgeLimit) {}
}
