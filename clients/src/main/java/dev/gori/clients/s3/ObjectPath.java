package dev.gori.clients.s3;

/// The name of an object, or with an ending `/` of a folder: `s3://bucket/key`.
public record ObjectPath(String bucket, String key) {

  private static final String SCHEME = "s3://";

  public ObjectPath {
    if (bucket.isEmpty() || bucket.indexOf('/') >= 0) {
      throw new IllegalArgumentException(
          "bucket: '%s' (expected: a name without '/')".formatted(bucket));
    }
    if (key.startsWith("/")) {
      throw new IllegalArgumentException(
          "key: '%s' (expected: a path without a leading '/')".formatted(key));
    }
  }

  /// @throws IllegalArgumentException when it is not `s3://bucket/key`
  public static ObjectPath parse(String text) {
    int slash = text.indexOf('/', SCHEME.length());
    if (!text.startsWith(SCHEME) || slash < 0) {
      throw new IllegalArgumentException(
          "object: '%s' (expected: s3://bucket/key)".formatted(text));
    }
    return new ObjectPath(text.substring(SCHEME.length(), slash), text.substring(slash + 1));
  }

  /// The object of that name below this folder.
  public ObjectPath child(String name) {
    return new ObjectPath(
        bucket, key.isEmpty() || key.endsWith("/") ? key + name : key + "/" + name);
  }

  /// What comes after the last `/`.
  public String name() {
    return key.substring(key.lastIndexOf('/', key.length() - 2) + 1);
  }

  @Override
  public String toString() {
    return SCHEME + bucket + "/" + key;
  }
}
