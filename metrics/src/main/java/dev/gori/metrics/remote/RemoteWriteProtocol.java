package dev.gori.metrics.remote;

import java.util.Arrays;
import java.util.Optional;

/// The versions of remote write, each with its protobuf message.
public enum RemoteWriteProtocol {
  V1("prometheus.WriteRequest", "application/x-protobuf", "0.1.0"),
  V2(
      "io.prometheus.write.v2.Request",
      "application/x-protobuf;proto=io.prometheus.write.v2.Request",
      "2.0.0");

  private final String message;
  private final String contentType;
  private final String version;

  RemoteWriteProtocol(String message, String contentType, String version) {
    this.message = message;
    this.contentType = contentType;
    this.version = version;
  }

  /// The protocol with this message, if there is one.
  public static Optional<RemoteWriteProtocol> of(String message) {
    return Arrays.stream(values()).filter(one -> one.message.equals(message)).findFirst();
  }

  /// Full name of the message.
  public String message() {
    return message;
  }

  public String contentType() {
    return contentType;
  }

  /// Value of the header `X-Prometheus-Remote-Write-Version`.
  public String version() {
    return version;
  }
}
