package dev.gori.metrics.rules;

import java.util.Optional;
import java.util.regex.Pattern;

/// `host:port` split as Go does: at the last colon; a host with colons is in brackets.
record HostPort(String host, String port) {

  private static final Pattern IPV4 =
      Pattern.compile(
          "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(?:\\.(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)){3}");

  /// Empty if the text is not `host:port`.
  static Optional<HostPort> of(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 0) {
      return Optional.empty();
    }
    var host = text.substring(0, colon);
    var port = text.substring(colon + 1);
    if (host.startsWith("[")) {
      return host.endsWith("]") && host.indexOf(']') == host.length() - 1
          ? Optional.of(new HostPort(host.substring(1, host.length() - 1), port))
          : Optional.empty();
    }
    return host.indexOf(':') >= 0 || host.indexOf(']') >= 0
        ? Optional.empty()
        : Optional.of(new HostPort(host, port));
  }

  /// The text without the part after the first dot of the host; IP addresses stay as they are.
  static String withoutDomain(String text) {
    var split = of(text);
    var host = split.map(HostPort::host).orElse(text);
    if (IPV4.matcher(host).matches() || host.indexOf(':') >= 0) {
      return text;
    }
    int dot = host.indexOf('.');
    var bare = dot < 0 ? host : host.substring(0, dot);
    return split
        .filter(both -> !both.port().isEmpty())
        .map(both -> bare + ":" + both.port())
        .orElse(bare);
  }
}
