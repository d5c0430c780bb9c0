package dev.gori.http;

import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// The names under which a server may be called. A web page of a stranger can have its own name
/// resolve to this machine and then read what answers there (DNS rebinding); its requests name the
/// stranger's host, and so are refused.
///
/// `localhost`, every IP address and the address that the server listens on are always allowed; an
/// address cannot be rebound.
public final class AllowedHosts {

  private static final Pattern IP_V4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

  private final Set<String> names = new HashSet<>();

  private AllowedHosts() {
    names.add("localhost");
  }

  /// @param bound the name or address that the server listens on
  /// @param declared more names, without a port
  public static AllowedHosts of(String bound, Set<String> declared) {
    var hosts = new AllowedHosts();
    hosts.names.add(bound.toLowerCase(Locale.ROOT));
    declared.forEach(name -> hosts.names.add(name.toLowerCase(Locale.ROOT)));
    return hosts;
  }

  /// @param header the header `Host`, with or without a port
  public boolean allow(String header) {
    var name = nameIn(header);
    return names.contains(name) || name.startsWith("[") || IP_V4.matcher(name).matches();
  }

  /// @throws FaultException MISDIRECTED, BAD_REQUEST without a host
  void check(Optional<String> header) {
    var host =
        header.orElseThrow(
            () ->
                FaultException.badRequest(
                    "no header 'Host' (expected: one, as HTTP/1.1 requires)"));
    if (!allow(host)) {
      throw refusal(host);
    }
  }

  /// The failure of a request under a name that is not allowed.
  public static FaultException refusal(String host) {
    return new FaultException(
        Fault.MISDIRECTED,
        "host '%s' is not a name of this server (expected: localhost, an IP address, the address of --host, or a name that environment.yaml lists under 'names')"
            .formatted(host));
  }

  private static String nameIn(String header) {
    var host = header.strip().toLowerCase(Locale.ROOT);
    if (host.startsWith("[")) {
      return host;
    }
    int colon = host.lastIndexOf(':');
    var name = colon < 0 ? host : host.substring(0, colon);
    return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
  }
}
