package dev.gori.http;

/// Where on a port a role's routes stand.
///
/// @param prefix such as `/mlflow`, or the empty string for the root
public record Mount(String prefix, Routes routes) {
  public Mount {
    if (!prefix.isEmpty() && (!prefix.startsWith("/") || prefix.endsWith("/"))) {
      throw new IllegalArgumentException(
          "prefix: '%s' (expected: empty, or '/name' without a slash at the end)"
              .formatted(prefix));
    }
  }
}
