package dev.gori.metrics.client;

import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Which proxy to use for a target.
///
/// @param http for `http` URLs
/// @param https for `https` URLs
/// @param noProxy hosts, domains, addresses and networks without a proxy, with an optional port;
///   `*` for all
/// @param direct whether the local host never has a proxy, as with proxies from the environment
public record ProxyConfig(
    Optional<URI> http, Optional<URI> https, List<String> noProxy, boolean direct) {

  static final ProxyConfig NONE =
      new ProxyConfig(Optional.empty(), Optional.empty(), List.of(), false);

  static ProxyConfig of(URI proxy, String except) {
    return new ProxyConfig(Optional.of(proxy), Optional.of(proxy), parts(except), false);
  }

  /// Reads `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`, in upper or lower case.
  ///
  /// @throws IllegalArgumentException if a variable is not a proxy URL
  static ProxyConfig ofEnvironment(Map<String, String> environment) {
    return new ProxyConfig(
        variable(environment, "HTTP_PROXY").map(ProxyConfig::address),
        variable(environment, "HTTPS_PROXY").map(ProxyConfig::address),
        parts(variable(environment, "NO_PROXY").orElse("")),
        true);
  }

  private static Optional<String> variable(Map<String, String> environment, String name) {
    var value =
        environment.getOrDefault(name, environment.getOrDefault(name.toLowerCase(Locale.ROOT), ""));
    return value.isBlank() ? Optional.empty() : Optional.of(value.strip());
  }

  /// @throws IllegalArgumentException if it is not the URL of a supported proxy
  static URI address(String text) {
    var uri = URI.create(text.contains("://") ? text : "http://" + text);
    if (!"http".equals(uri.getScheme()) || uri.getHost() == null || uri.getUserInfo() != null) {
      throw new IllegalArgumentException(text);
    }
    return uri;
  }

  private static List<String> parts(String list) {
    return List.of(list.split(",")).stream()
        .map(part -> part.strip().toLowerCase(Locale.ROOT))
        .filter(part -> !part.isEmpty())
        .toList();
  }

  /// A selector for {@link java.net.http.HttpClient}.
  ProxySelector selector() {
    return new ProxySelector() {
      @Override
      public List<Proxy> select(URI uri) {
        return List.of(
            proxyFor(uri)
                .map(
                    proxy ->
                        new Proxy(
                            Proxy.Type.HTTP, new InetSocketAddress(proxy.getHost(), port(proxy))))
                .orElse(Proxy.NO_PROXY));
      }

      @Override
      public void connectFailed(URI uri, SocketAddress address, IOException why) {
        // the caller gets the exception
      }
    };
  }

  /// The proxy for a URL; empty for a direct connection.
  public Optional<URI> proxyFor(URI uri) {
    var proxy = uri.getScheme().equals("https") ? https : http;
    return proxy.isEmpty() || isExcepted(uri) ? Optional.empty() : proxy;
  }

  private boolean isExcepted(URI uri) {
    var host = uri.getHost().toLowerCase(Locale.ROOT).replaceAll("[\\[\\]]", "");
    if (direct && (host.equals("localhost") || host.equals("::1") || host.startsWith("127."))) {
      return true;
    }
    return noProxy.stream().anyMatch(one -> matches(one, host, port(uri)));
  }

  private static boolean matches(String except, String host, int port) {
    if (except.equals("*")) {
      return true;
    }
    if (except.contains("/")) {
      return isWithin(host, except);
    }
    int colon = except.lastIndexOf(':');
    boolean withPort = colon > 0 && except.indexOf(':') == colon;
    if (withPort && !except.substring(colon + 1).equals(String.valueOf(port))) {
      return false;
    }
    var name = withPort ? except.substring(0, colon) : except;
    if (name.startsWith("*.")) {
      name = name.substring(1);
    }
    return name.startsWith(".")
        ? host.endsWith(name)
        : host.equals(name) || host.endsWith("." + name);
  }

  private static boolean isWithin(String host, String network) {
    if (!host.matches("[0-9a-f.:]+")) {
      return false; // names are not resolved for this
    }
    try {
      var parts = network.split("/", 2);
      var base = InetAddress.getByName(parts[0]).getAddress();
      var address = InetAddress.getByName(host).getAddress();
      int rest = base.length * 8 - Integer.parseInt(parts[1]);
      return base.length == address.length
          && rest >= 0
          && new BigInteger(1, base)
              .shiftRight(rest)
              .equals(new BigInteger(1, address).shiftRight(rest));
    } catch (UnknownHostException | NumberFormatException _) {
      return false;
    }
  }

  private static int port(URI uri) {
    return uri.getPort() >= 0 ? uri.getPort() : "https".equals(uri.getScheme()) ? 443 : 80;
  }
}
