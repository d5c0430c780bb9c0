package dev.gori.http;

import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;

/// One header of a response, checked and encoded. A handler that sends the same header in every
/// response keeps it.
public final class HeaderLine {

  private final Header header;

  private HeaderLine(Header header) {
    this.header = header;
  }

  /// @throws IllegalArgumentException when the name or the value has characters that would not stay
  ///   on one line of a head
  public static HeaderLine of(String name, String value) {
    return of(HeaderNames.create(name), value);
  }

  static HeaderLine of(HeaderName name, String value) {
    var header = HeaderValues.createCached(name, value);
    header.validate();
    return new HeaderLine(header);
  }

  Header header() {
    return header;
  }
}
