package dev.gori.roles.metrics.forward;

import dev.gori.machinery.conf.Problems;
import dev.gori.machinery.conf.Section;
import dev.gori.machinery.run.Backoff;
import dev.gori.roles.metrics.forward.Destination.Content;
import dev.gori.roles.metrics.forward.Destination.Credentials;
import dev.gori.roles.metrics.forward.Destination.Pace;
import dev.gori.roles.metrics.forward.Destination.Protocol;
import dev.gori.roles.metrics.forward.Destination.Secret;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Reads one entry of `remote_write_to`, whose keys and defaults are those of Prometheus's
/// `remote_write`.
final class DestinationReader {

    /// Keys of Prometheus's that would change what is sent or how, and are not supported.
    private static final List<String> NOT_SUPPORTED =
            List.of(
                    "write_relabel_configs",
                    "tls_config",
                    "oauth2",
                    "sigv4",
                    "azuread",
                    "google_iam",
                    "proxy_url",
                    "proxy_from_environment",
                    "no_proxy",
                    "proxy_connect_header",
                    "http_headers",
                    "round_robin_dns");

    /// Keys without meaning here: docs/compat/prometheus-api.md says why.
    private static final List<String> WITHOUT_MEANING =
            List.of("metadata_config", "enable_http2", "follow_redirects");

    /// Headers that the protocol or the connection decides.
    private static final Set<String> RESERVED =
            Set.of(
                    "authorization",
                    "host",
                    "content-encoding",
                    "content-length",
                    "content-type",
                    "x-prometheus-remote-write-version",
                    "user-agent",
                    "connection",
                    "keep-alive",
                    "expect",
                    "upgrade",
                    "te",
                    "trailer",
                    "transfer-encoding",
                    "proxy-authenticate",
                    "proxy-authorization",
                    "www-authenticate",
                    "accept-encoding");

    private static final URI NOWHERE = URI.create("http://nowhere/");

    private final Section s;
    private final Problems problems;

    DestinationReader(Section section, Problems problems) {
        this.s = section;
        this.problems = problems;
    }

    Destination read() {
        for (var no : NOT_SUPPORTED) {
            problems.expect(
                    !s.has(no),
                    s.where(no),
                    "'" + no + "'",
                    "not to be there: it is not supported");
        }
        WITHOUT_MEANING.forEach(s::plain);
        s.required("url", "the receiver's address");
        var url =
                s.scalar(
                                "url",
                                "http://host/path or https://host/path, without a password",
                                DestinationReader::url)
                        .orElse(NOWHERE);
        var timeout = positive("remote_timeout", s, Duration.ofSeconds(30));
        var messages = Protocol.FIRST.message + " or " + Protocol.SECOND.message;
        var protocol =
                s.scalar("protobuf_message", messages, DestinationReader::protocol)
                        .orElse(Protocol.FIRST);
        var content =
                new Content(
                        protocol,
                        s.flag("send_exemplars", false),
                        s.flag("send_native_histograms", false));
        var name = s.textOr("name", shortOf(url));
        var read =
                new Destination(
                        name,
                        url,
                        timeout,
                        headers(),
                        credentials(),
                        content,
                        pace(s.section("queue_config")));
        s.finish();
        return read;
    }

    private static URI url(String text) {
        var url = URI.create(text);
        if (url.getHost() == null
                || url.getUserInfo() != null
                || !("http".equals(url.getScheme()) || "https".equals(url.getScheme()))) {
            throw new IllegalArgumentException(text);
        }
        return url;
    }

    private static Protocol protocol(String text) {
        return Arrays.stream(Protocol.values())
                .filter(one -> one.message.equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(text));
    }

    /// A name for a receiver that has none.
    private static String shortOf(URI url) {
        try {
            var sum =
                    MessageDigest.getInstance("SHA-256")
                            .digest(url.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(sum, 0, 3);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every Java platform", e);
        }
    }

    private Map<String, String> headers() {
        var headers = s.map("headers");
        var where = s.where("headers");
        headers.forEach(
                (name, value) -> {
                    problems.expect(
                            !RESERVED.contains(name.toLowerCase(Locale.ROOT)),
                            where,
                            "'" + name + "'",
                            "a header that is not set in other ways");
                    problems.expect(
                            name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+"),
                            where,
                            "'" + name + "'",
                            "the name of a header");
                    boolean isPlain =
                            value.chars().allMatch(c -> c == '\t' || (c >= ' ' && c != 127));
                    problems.expect(
                            isPlain, where, "a control character", "none in a header's value");
                });
        return headers;
    }

    private Credentials credentials() {
        problems.expect(
                !s.has("basic_auth") || !s.has("authorization"),
                s.where("basic_auth"),
                "basic_auth and authorization",
                "one of them");
        var basic = s.section("basic_auth");
        var password =
                new Credentials(
                        "Basic",
                        basic.textOr("username", ""),
                        secret(basic, "password", "password_file"));
        problems.expect(
                !s.has("basic_auth") || basic.has("username"),
                basic.where("username"),
                "nothing",
                "a user's name");
        basic.finish();
        var authorization = s.section("authorization");
        var type = authorization.textOr("type", "Bearer");
        problems.expect(
                !type.equalsIgnoreCase("basic"),
                authorization.where("type"),
                "'" + type + "'",
                "another type, or basic_auth in place of authorization");
        var other =
                new Credentials(type, "", secret(authorization, "credentials", "credentials_file"));
        authorization.finish();
        return s.has("basic_auth") ? password : s.has("authorization") ? other : Credentials.NONE;
    }

    private Secret secret(Section section, String key, String fileKey) {
        problems.expect(
                !section.has(key) || !section.has(fileKey),
                section.where(key),
                key + " and " + fileKey,
                "one of them");
        return new Secret(section.text(key), section.text(fileKey).map(Path::of));
    }

    private Pace pace(Section q) {
        List.of("capacity", "min_shards", "max_shards")
                .forEach(q::plain); // the queue is on disk, and one call follows the other
        long most = q.integer("max_samples_per_send", 2000);
        problems.expect(
                most >= 1 && most <= 1_000_000,
                q.where("max_samples_per_send"),
                most,
                "1 to 1000000");
        var patience = positive("batch_send_deadline", q, Duration.ofSeconds(5));
        var first = positive("min_backoff", q, Duration.ofMillis(30));
        var longest = positive("max_backoff", q, Duration.ofSeconds(5));
        problems.expect(
                longest.compareTo(first) >= 0,
                q.where("max_backoff"),
                longest,
                "at least min_backoff");
        var backoff =
                new Backoff(
                        first, longest.compareTo(first) >= 0 ? longest : first, Integer.MAX_VALUE);
        var oldest = q.duration("sample_age_limit", Duration.ZERO);
        problems.expect(!oldest.isNegative(), q.where("sample_age_limit"), oldest, "0s or more");
        var pace =
                new Pace(
                        Math.clamp(most, 1, 1_000_000),
                        patience,
                        backoff,
                        q.flag("retry_on_http_429", true),
                        oldest);
        q.finish();
        return pace;
    }

    private Duration positive(String key, Section section, Duration otherwise) {
        var read = section.duration(key, otherwise);
        problems.expect(read.isPositive(), section.where(key), read, "more than 0s");
        return read.isPositive() ? read : otherwise;
    }
}
