package dev.gori.roles.metrics.scrape;

import dev.gori.machinery.conf.Problems;
import dev.gori.machinery.conf.Section;
import dev.gori.roles.metrics.scrape.HttpOptions.Connection;
import dev.gori.roles.metrics.scrape.HttpOptions.Credentials;
import dev.gori.roles.metrics.scrape.HttpOptions.Header;
import dev.gori.roles.metrics.scrape.HttpOptions.Secret;
import dev.gori.roles.metrics.scrape.HttpOptions.Tls;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Reads the keys of an entry of `scrape_configs` that say how its targets are called.
final class HttpReader {

    private static final Map<String, String> VERSIONS =
            Map.of("TLS10", "TLSv1", "TLS11", "TLSv1.1", "TLS12", "TLSv1.2", "TLS13", "TLSv1.3");
    private static final List<String> ORDER = List.of("TLS10", "TLS11", "TLS12", "TLS13");

    /// Headers that the scraper itself or the connection decides.
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

    private final Section s;
    private final Path folder;
    private final Problems problems;

    HttpReader(Section section, Path folder, Problems problems) {
        this.s = section;
        this.folder = folder;
        this.problems = problems;
    }

    HttpOptions read() {
        s.flag("enable_http2", true); // HTTP/1.1 is spoken: docs/compat/prometheus-api.md
        for (var no : List.of("oauth2", "proxy_connect_header")) {
            problems.expect(
                    !s.has(no),
                    s.where(no),
                    "'" + no + "'",
                    "not to be there: it is not supported");
        }
        return new HttpOptions(
                credentials(),
                new Connection(
                        tls(s.section("tls_config")), proxy(), s.flag("follow_redirects", true)),
                s.flag("enable_compression", true),
                headers());
    }

    private Credentials credentials() {
        boolean bearer = s.has("bearer_token") || s.has("bearer_token_file");
        int ways =
                (s.has("basic_auth") ? 1 : 0) + (s.has("authorization") ? 1 : 0) + (bearer ? 1 : 0);
        problems.expect(
                ways <= 1,
                s.where("basic_auth"),
                ways + " ways to authenticate",
                "one of basic_auth, authorization and bearer_token");
        var basic = s.section("basic_auth");
        var password =
                new Credentials(
                        "Basic",
                        secret(basic, "username", "username_file"),
                        secret(basic, "password", "password_file"));
        basic.finish();
        var authorization = s.section("authorization");
        var type = authorization.textOr("type", "Bearer");
        problems.expect(
                !type.equalsIgnoreCase("basic"),
                authorization.where("type"),
                "'" + type + "'",
                "another type, or basic_auth in place of authorization");
        var other =
                new Credentials(
                        type,
                        Secret.NONE,
                        secret(authorization, "credentials", "credentials_file"));
        authorization.finish();
        var token =
                new Credentials(
                        "Bearer", Secret.NONE, secret(s, "bearer_token", "bearer_token_file"));
        return s.has("basic_auth")
                ? password
                : s.has("authorization") ? other : bearer ? token : Credentials.NONE;
    }

    private Secret secret(Section section, String key, String fileKey) {
        problems.expect(
                !section.has(key) || !section.has(fileKey),
                section.where(key),
                key + " and " + fileKey,
                "one of them");
        return new Secret(section.text(key), section.text(fileKey).map(folder::resolve));
    }

    private Tls tls(Section tls) {
        var cert = secret(tls, "cert", "cert_file");
        var key = secret(tls, "key", "key_file");
        problems.expect(
                cert.isThere() == key.isThere(),
                tls.where("cert_file"),
                cert.isThere() ? "no key" : "no certificate",
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
        problems.expect(
                from <= to, tls.where("max_version"), most.orElse(""), "at least min_version");
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

    private ProxyRule proxy() {
        boolean fromEnvironment = s.flag("proxy_from_environment", false);
        var address =
                s.scalar("proxy_url", "http://host:port, without a password", ProxyRule::address);
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
            return address.map(proxy -> ProxyRule.of(proxy, except.orElse("")))
                    .orElse(ProxyRule.NONE);
        }
        try {
            return ProxyRule.ofEnvironment(System.getenv());
        } catch (IllegalArgumentException e) {
            problems.add(
                    "%s: '%s' in HTTP_PROXY or HTTPS_PROXY (expected: http://host:port, without a password)"
                            .formatted(s.where("proxy_from_environment"), e.getMessage()));
            return ProxyRule.NONE;
        }
    }

    private List<Header> headers() {
        var headers = new ArrayList<Header>();
        s.named("http_headers")
                .forEach(
                        (name, section) -> {
                            problems.expect(
                                    !RESERVED.contains(name.toLowerCase(Locale.ROOT)),
                                    s.where("http_headers"),
                                    "'" + name + "'",
                                    "a header that is not set in other ways");
                            problems.expect(
                                    name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+"),
                                    s.where("http_headers"),
                                    "'" + name + "'",
                                    "the name of a header");
                            var values = new ArrayList<Secret>();
                            section.texts("values")
                                    .forEach(
                                            text ->
                                                    values.add(
                                                            new Secret(
                                                                    Optional.of(text),
                                                                    Optional.empty())));
                            section.texts("secrets")
                                    .forEach(
                                            text ->
                                                    values.add(
                                                            new Secret(
                                                                    Optional.of(text),
                                                                    Optional.empty())));
                            section.texts("files")
                                    .forEach(
                                            file ->
                                                    values.add(
                                                            new Secret(
                                                                    Optional.empty(),
                                                                    Optional.of(
                                                                            folder.resolve(
                                                                                    file)))));
                            section.finish();
                            headers.add(new Header(name, List.copyOf(values)));
                        });
        return List.copyOf(headers);
    }
}
