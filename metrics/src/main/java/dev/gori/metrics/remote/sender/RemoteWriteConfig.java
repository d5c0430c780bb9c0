package dev.gori.metrics.remote.sender;

import dev.gori.base.run.Backoff;
import dev.gori.metrics.client.HttpClientConfig;
import dev.gori.metrics.relabel.Relabel;
import dev.gori.metrics.remote.RemoteWriteProtocol;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// A destination: one entry of `remote_write_to`.
///
/// @param name unique among the destinations; part of the name of its position file
/// @param timeout of one request
/// @param relabel `write_relabel_configs`
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

  /// The same with file names resolved against a folder.
  RemoteWriteConfig under(Path folder) {
    return new RemoteWriteConfig(
        name, url, timeout, http.resolve(folder), relabel, content, queueConfig);
  }

  /// What to send.
  public record Content(
      RemoteWriteProtocol protocol,
      boolean exemplars,
      boolean histograms,
      MetadataConfig metadata) {}

  /// `metadata_config`.
  ///
  /// @param send whether to send metadata
  /// @param maxSamplesPerSend metrics per request
  public record MetadataConfig(boolean send, Duration interval, int maxSamplesPerSend) {}

  /// `queue_config`.
  ///
  /// @param maxSamplesPerSend samples, histograms and exemplars per request
  /// @param batchSendDeadline how long to wait for a full request
  /// @param retryOnHttp429 whether to retry after status 429
  /// @param sampleAgeLimit maximum age of a sample to send; zero for no limit
  public record QueueConfig(
      int maxSamplesPerSend,
      Duration batchSendDeadline,
      Backoff backoff,
      boolean retryOnHttp429,
      Duration sampleAgeLimit) {}
}
