package dev.gori.metrics.remote.sender;

import dev.gori.base.conf.Problems;
import dev.gori.base.conf.Section;
import dev.gori.base.run.Backoff;
import dev.gori.metrics.client.HttpClientConfig;
import dev.gori.metrics.relabel.Relabel;
import dev.gori.metrics.remote.RemoteWriteProtocol;
import dev.gori.metrics.remote.sender.RemoteWriteConfig.Content;
import dev.gori.metrics.remote.sender.RemoteWriteConfig.MetadataConfig;
import dev.gori.metrics.remote.sender.RemoteWriteConfig.QueueConfig;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;

/// Reads an entry of `remote_write_to`, with the keys and defaults of Prometheus's `remote_write`.
final class RemoteWriteConfigReader {

  /// Keys of Prometheus that are not supported and change what is sent.
  private static final List<String> UNSUPPORTED =
      List.of("sigv4", "azuread", "google_iam", "round_robin_dns");

  private static final URI NOWHERE = URI.create("http://nowhere/");

  private final Section s;
  private final Problems problems;

  RemoteWriteConfigReader(Section section, Problems problems) {
    this.s = section;
    this.problems = problems;
  }

  RemoteWriteConfig read() {
    for (var no : UNSUPPORTED) {
      problems.expect(!s.has(no), s.where(no), "'" + no + "'", "no such key: not supported");
    }
    s.required("url", "the receiver's address");
    var url =
        s.scalar(
                "url",
                "http://host/path or https://host/path, without a password",
                RemoteWriteConfigReader::url)
            .orElse(NOWHERE);
    var timeout = positive("remote_timeout", s, Duration.ofSeconds(30));
    var messages = RemoteWriteProtocol.V1.message() + " or " + RemoteWriteProtocol.V2.message();
    var protocol =
        s.scalar("protobuf_message", messages, RemoteWriteConfigReader::protocol)
            .orElse(RemoteWriteProtocol.V1);
    var content =
        new Content(
            protocol,
            s.flag("send_exemplars", false),
            s.flag("send_native_histograms", false),
            metadata(s.section("metadata_config")));
    var name = s.textOr("name", defaultName(url));
    var read =
        new RemoteWriteConfig(
            name,
            url,
            timeout,
            HttpClientConfig.read(s).withHeaders(HttpClientConfig.headers(s, "headers")),
            Relabel.read(s, "write_relabel_configs"),
            content,
            queueConfig(s.section("queue_config")));
    s.finish();
    return read;
  }

  private static URI url(String text) {
    var url = URI.create(text);
    if (url.getHost() == null
        || url.getUserInfo() != null
        || !("http".equals(url.getScheme()) || "https".equals(url.getScheme()))) {
      throw new IllegalArgumentException(text);
    }
    return url;
  }

  private static RemoteWriteProtocol protocol(String text) {
    return RemoteWriteProtocol.of(text).orElseThrow(() -> new IllegalArgumentException(text));
  }

  /// The name of a destination without one.
  private static String defaultName(URI url) {
    try {
      var sum =
          MessageDigest.getInstance("SHA-256")
              .digest(url.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(sum, 0, 3);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is part of every Java platform", e);
    }
  }

  private MetadataConfig metadata(Section m) {
    boolean sent = m.flag("send", true);
    var interval = positive("send_interval", m, Duration.ofMinutes(1));
    int most = maxSamplesPerSend(m);
    m.finish();
    return new MetadataConfig(sent, interval, most);
  }

  private int maxSamplesPerSend(Section section) {
    long most = section.integer("max_samples_per_send", 2000);
    problems.expect(
        most >= 1 && most <= 1_000_000,
        section.where("max_samples_per_send"),
        most,
        "1 to 1000000");
    return Math.clamp(most, 1, 1_000_000);
  }

  private QueueConfig queueConfig(Section q) {
    List.of("capacity", "min_shards", "max_shards")
        .forEach(q::plain); // not used: the queue is on disk, and requests are sequential
    int most = maxSamplesPerSend(q);
    var patience = positive("batch_send_deadline", q, Duration.ofSeconds(5));
    var first = positive("min_backoff", q, Duration.ofMillis(30));
    var longest = positive("max_backoff", q, Duration.ofSeconds(5));
    problems.expect(
        longest.compareTo(first) >= 0, q.where("max_backoff"), longest, "at least min_backoff");
    var backoff =
        new Backoff(first, longest.compareTo(first) >= 0 ? longest : first, Integer.MAX_VALUE);
    var oldest = q.duration("sample_age_limit", Duration.ZERO);
    problems.expect(!oldest.isNegative(), q.where("sample_age_limit"), oldest, "0s or more");
    var pace = new QueueConfig(most, patience, backoff, q.flag("retry_on_http_429", true), oldest);
    q.finish();
    return pace;
  }

  private Duration positive(String key, Section section, Duration otherwise) {
    var read = section.duration(key, otherwise);
    problems.expect(read.isPositive(), section.where(key), read, "more than 0s");
    return read.isPositive() ? read : otherwise;
  }
}
