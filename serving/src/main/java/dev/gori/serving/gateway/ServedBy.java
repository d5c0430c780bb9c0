package dev.gori.serving.gateway;

import dev.gori.http.HeaderLine;

/// The model that served a request, for its response's headers and its line in the access log.
///
/// @param model the registered model's name, URL-encoded
record ServedBy(
    String variant, int version, String model, HeaderLine versionLine, HeaderLine runLine) {

  static ServedBy of(Loaded loaded) {
    return new ServedBy(
        loaded.variant(),
        loaded.version(),
        loaded.logged(),
        loaded.versionLine(),
        loaded.runLine());
  }
}
