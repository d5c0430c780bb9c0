package dev.gori.http;

/// A role's routes under a prefix of their paths.
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

  /// The same mount with one filter more, which runs within those that its routes have.
  public Mount with(Filter filter) {
    return new Mount(prefix, routes.with(filter));
  }
}
