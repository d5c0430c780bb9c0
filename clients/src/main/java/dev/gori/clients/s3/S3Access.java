package dev.gori.clients.s3;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;

/// Where an object store is and how to sign for it. Its text never shows the secret.
///
/// @param endpoint such as `http://127.0.0.1:7011`; buckets are addressed as the first part of the
///   path
/// @param timeout how long one attempt of one call may take before its first answer
public record S3Access(
    URI endpoint, String region, String accessKey, String secretKey, Duration timeout) {

  private static final Duration TIMEOUT = Duration.ofMinutes(1);

  public S3Access {
    if (endpoint.getHost() == null) {
      throw new IllegalArgumentException(
          "store endpoint: '%s' (expected: a URL such as http://127.0.0.1:7011)"
              .formatted(endpoint));
    }
  }

  /// Region `us-east-1`, and a minute for a call.
  public static S3Access of(URI endpoint, String accessKey, String secretKey) {
    return new S3Access(endpoint, "us-east-1", accessKey, secretKey, TIMEOUT);
  }

  /// With the keys of an AWS credentials file; a minute for a call.
  ///
  /// @throws IOException when the file cannot be read, or lacks a key
  public static S3Access read(URI endpoint, String region, Path credentials) throws IOException {
    var keys = new Properties();
    try (var in = Files.newBufferedReader(credentials)) {
      keys.load(in);
    }
    return new S3Access(
        endpoint,
        region,
        key(keys, "aws_access_key_id", credentials),
        key(keys, "aws_secret_access_key", credentials),
        TIMEOUT);
  }

  private static String key(Properties keys, String name, Path file) throws IOException {
    var value = keys.getProperty(name, "").strip();
    if (value.isEmpty()) {
      throw new IOException(
          "%s: no %s (expected: lines 'aws_access_key_id = …' and 'aws_secret_access_key = …')"
              .formatted(file, name));
    }
    return value;
  }

  @Override
  public String toString() {
    return "%s as %s in %s".formatted(endpoint, accessKey, region);
  }
}
