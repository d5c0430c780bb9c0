package dev.gori.metrics.client;

import dev.gori.base.conf.Problems;
import dev.gori.base.conf.Section;
import dev.gori.metrics.client.HttpClientConfig.Connection;
import dev.gori.metrics.client.HttpClientConfig.Credentials;
import dev.gori.metrics.client.HttpClientConfig.Header;
import dev.gori.metrics.client.HttpClientConfig.Secret;
import dev.gori.metrics.client.HttpClientConfig.Tls;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Reads the HTTP client keys of a section.
final class HttpClientConfigReader {

  private static final Map<String, String> VERSIONS =
      Map.of("TLS10", "TLSv1", "TLS11", "TLSv1.1", "TLS12", "TLSv1.2", "TLS13", "TLSv1.3");
  private static final List<String> ORDER = List.of("TLS10", "TLS11", "TLS12", "TLS13");

  /// Headers that the client itself sets.
  private static final Set<String> RESERVED =
      Set.of(
          "authorization",
          "host",
          "content-encoding",
          "content-length",
          "content-type",
          "user-agent",
          "connection",
          "keep-alive",
          "expect",
          "proxy-authenticate",
          "proxy-authorization",
          "www-authenticate",
          "accept-encoding",
          "accept",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "x-prometheus-scrape-timeout-seconds",
          "x-prometheus-remote-write-version");

  private static final URI NOWHERE = URI.create("http://nowhere/");

  private final Section s;
  private final Problems problems;

  HttpClientConfigReader(Section section) {
    this.s = section;
    this.problems = section.problems();
  }

  HttpClientConfig read() {
    s.flag("enable_http2", true); // always HTTP/1.1: docs/compat/prometheus-api.md
    problems.expect(
        !s.has("proxy_connect_header"),
        s.where("proxy_connect_header"),
        "'proxy_connect_header'",
        "no such key: not supported");
    return new HttpClientConfig(
        credentials(),
        new Connection(tls(s.section("tls_config")), proxy(s), s.flag("follow_redirects", true)),
        headers());
  }

  private Credentials credentials() {
    boolean bearer = s.has("bearer_token") || s.has("bearer_token_file");
    int ways = bearer ? 1 : 0;
    for (var way : List.of("basic_auth", "authorization", "oauth2")) {
      ways += s.has(way) ? 1 : 0;
    }
    problems.expect(
        ways <= 1,
        s.where("basic_auth"),
        ways + " ways to authenticate",
        "one of basic_auth, authorization, oauth2 and bearer_token");
    if (s.has("basic_auth")) {
      return basic(s.section("basic_auth"));
    }
    if (s.has("authorization")) {
      return authorization(s.section("authorization"));
    }
    if (s.has("oauth2")) {
      return oauth2(s.section("oauth2"));
    }
    return bearer
        ? new Credentials.Token("Bearer", secret(s, "bearer_token", "bearer_token_file"))
        : new Credentials.None();
  }

  private Credentials basic(Section basic) {
    var read =
        new Credentials.Basic(
            secret(basic, "username", "username_file"), secret(basic, "password", "password_file"));
    basic.finish();
    return read;
  }

  private Credentials authorization(Section authorization) {
    var type = authorization.textOr("type", "Bearer");
    problems.expect(
        !type.equalsIgnoreCase("basic"),
        authorization.where("type"),
        "'" + type + "'",
        "another type, or basic_auth in place of authorization");
    var read =
        new Credentials.Token(type, secret(authorization, "credentials", "credentials_file"));
    authorization.finish();
    return read;
  }

  private Credentials oauth2(Section o) {
    for (var no :
        List.of(
            "client_certificate_key_id",
            "client_certificate_key",
            "client_certificate_key_file",
            "signature_algorithm",
            "iss",
            "audience",
            "claims",
            "proxy_connect_header")) {
      problems.expect(!o.has(no), o.where(no), "'" + no + "'", "no such key: not supported");
    }
    o.scalar(
        "grant_type",
        "client_credentials",
        text -> {
          if (!text.isEmpty() && !text.equals("client_credentials")) {
            throw new IllegalArgumentException(text);
          }
          return text;
        });
    var id = o.required("client_id", "the client's id");
    var secret = secret(o, "client_secret", "client_secret_file");
    o.required("token_url", "where a token is fetched");
    var address =
        o.scalar("token_url", "http://host/path or https://host/path", HttpClientConfig::httpUrl)
            .orElse(NOWHERE);
    var read =
        new Credentials.OAuth2(
            id,
            secret,
            o.texts("scopes"),
            address,
            o.map("endpoint_params"),
            new Connection(tls(o.section("tls_config")), proxy(o), true));
    o.finish();
    return read;
  }

  private Secret secret(Section section, String key, String fileKey) {
    problems.expect(
        !section.has(key) || !section.has(fileKey),
        section.where(key),
        key + " and " + fileKey,
        "one of them");
    return new Secret(section.text(key), section.text(fileKey).map(Path::of));
  }

  private Tls tls(Section tls) {
    var cert = secret(tls, "cert", "cert_file");
    var key = secret(tls, "key", "key_file");
    problems.expect(
        cert.isSet() == key.isSet(),
        tls.where("cert_file"),
        cert.isSet() ? "no key" : "no certificate",
        "both or neither");
    var read =
        new Tls(
            secret(tls, "ca", "ca_file"),
            cert,
            key,
            tls.text("server_name").filter(name -> !name.isEmpty()),
            tls.flag("insecure_skip_verify", false),
            versions(tls));
    tls.finish();
    return read;
  }

  private List<String> versions(Section tls) {
    var least = version(tls, "min_version");
    var most = version(tls, "max_version");
    if (least.isEmpty() && most.isEmpty()) {
      return List.of();
    }
    int from = least.map(ORDER::indexOf).orElse(ORDER.indexOf("TLS12"));
    int to = most.map(ORDER::indexOf).orElse(ORDER.size() - 1);
    problems.expect(from <= to, tls.where("max_version"), most.orElse(""), "at least min_version");
    return from <= to
        ? ORDER.subList(from, to + 1).stream()
            .map(name -> VERSIONS.getOrDefault(name, name))
            .toList()
        : List.of();
  }

  private Optional<String> version(Section tls, String key) {
    return tls.scalar(
        key,
        "TLS10, TLS11, TLS12 or TLS13",
        text -> {
          if (!VERSIONS.containsKey(text)) {
            throw new IllegalArgumentException(text);
          }
          return text;
        });
  }

  private ProxyConfig proxy(Section s) {
    boolean fromEnvironment = s.flag("proxy_from_environment", false);
    var address =
        s.scalar("proxy_url", "http://host:port, without a password", ProxyConfig::address);
    var except = s.text("no_proxy");
    problems.expect(
        !fromEnvironment || (!s.has("proxy_url") && except.isEmpty()),
        s.where("proxy_from_environment"),
        "true",
        "neither proxy_url nor no_proxy beside it");
    problems.expect(
        except.isEmpty() || s.has("proxy_url"),
        s.where("no_proxy"),
        "no proxy_url",
        "a proxy_url to go with it");
    if (!fromEnvironment) {
      return address
          .map(proxy -> ProxyConfig.of(proxy, except.orElse("")))
          .orElse(ProxyConfig.NONE);
    }
    try {
      return ProxyConfig.ofEnvironment(System.getenv());
    } catch (IllegalArgumentException e) {
      problems.add(
          "%s: '%s' in HTTP_PROXY or HTTPS_PROXY (expected: http://host:port, without a password)"
              .formatted(s.where("proxy_from_environment"), e.getMessage()));
      return ProxyConfig.NONE;
    }
  }

  private List<Header> headers() {
    var headers = new ArrayList<Header>();
    s.named("http_headers")
        .forEach(
            (name, section) -> {
              checkName("http_headers", name);
              var values = new ArrayList<Secret>();
              section.texts("values").forEach(text -> values.add(Secret.of(text)));
              section.texts("secrets").forEach(text -> values.add(Secret.of(text)));
              section
                  .texts("files")
                  .forEach(
                      file -> values.add(new Secret(Optional.empty(), Optional.of(Path.of(file)))));
              section.finish();
              headers.add(new Header(name, List.copyOf(values)));
            });
    return headers;
  }

  List<Header> plainHeaders(String key) {
    var headers = new ArrayList<Header>();
    s.map(key)
        .forEach(
            (name, value) -> {
              checkName(key, name);
              problems.expect(
                  value.chars().allMatch(c -> c == '\t' || (c >= ' ' && c != 127)),
                  s.where(key),
                  "a control character",
                  "none in a header's value");
              headers.add(new Header(name, List.of(Secret.of(value))));
            });
    return headers;
  }

  private void checkName(String key, String name) {
    problems.expect(
        !RESERVED.contains(name.toLowerCase(Locale.ROOT)),
        s.where(key),
        "'" + name + "'",
        "a header that is not set in other ways");
    problems.expect(
        name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+"),
        s.where(key),
        "'" + name + "'",
        "the name of a header");
  }
}
