package dev.gori.roles.metrics.scrape;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.GZIPInputStream;

/// Fetches a target's text, with a deadline for the whole and a limit on its length, packed and unpacked.
final class ScrapeCall implements AutoCloseable {

    /// The longest text where the configuration sets no limit.
    private static final long LONGEST = 64L << 20;

    private static final String ACCEPT =
            "application/openmetrics-text;version=1.0.0;q=0.75,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1";

    /// @param text well-formed UTF-8
    record Text(byte[] text, String contentType) {}

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build();

    /// @throws IOException with a reason that a person understands
    Text fetch(Target target) throws IOException, InterruptedException {
        var job = target.job();
        long limit = job.bodyLimit().count() > 0 ? job.bodyLimit().count() : LONGEST;
        var body = HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofByteArray(), limit);
        var call = client.sendAsync(request(target.uri(), job), body);
        try {
            var answer = call.get(job.timeout().toMillis(), TimeUnit.MILLISECONDS);
            if (answer.statusCode() != 200) {
                throw new IOException("server returned HTTP status %d".formatted(answer.statusCode()));
            }
            boolean packed = answer.headers().firstValue("Content-Encoding").orElse("").equals("gzip");
            var bytes = packed ? unpacked(answer.body(), limit) : answer.body();
            return new Text(checked(bytes), answer.headers().firstValue("Content-Type").orElse(""));
        } catch (TimeoutException e) {
            call.cancel(true);
            throw new IOException("no whole answer within %d ms (scrape_timeout)".formatted(job.timeout().toMillis()), e);
        } catch (ExecutionException e) {
            var cause = e.getCause();
            throw new IOException(reason(cause == null ? e : cause, limit), e);
        }
    }

    private static String reason(Throwable cause, long limit) {
        var message = cause.getMessage();
        if (message != null && message.contains("body exceeds limit")) {
            return "body size limit exceeded: more than %d bytes".formatted(limit);
        }
        return message == null ? "cannot be reached (%s)".formatted(cause.getClass().getSimpleName()) : message;
    }

    private static HttpRequest request(URI uri, ScrapeJob job) throws IOException {
        var request = HttpRequest.newBuilder(uri)
                .timeout(job.timeout().plus(Duration.ofSeconds(1)))
                .header("Accept", ACCEPT)
                .header("Accept-Encoding", "gzip")
                .header("User-Agent", "gori")
                .header("X-Prometheus-Scrape-Timeout-Seconds", String.valueOf(job.timeout().toMillis() / 1000.0));
        var credentials = job.credentials();
        if (!credentials.type().isEmpty()) {
            request.header("Authorization", authorization(credentials));
        }
        return request.GET().build();
    }

    private static String authorization(ScrapeJob.Credentials credentials) throws IOException {
        var file = credentials.file();
        var secret = file.isPresent() ? Files.readString(file.get()).strip() : credentials.secret().orElse("");
        var value = credentials.type().equals("Basic")
                ? Base64.getEncoder().encodeToString((credentials.user() + ":" + secret).getBytes(StandardCharsets.UTF_8))
                : secret;
        return credentials.type() + " " + value;
    }

    private static byte[] unpacked(byte[] packed, long limit) throws IOException {
        try (var in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
            var bytes = in.readNBytes((int) Math.min(limit + 1, Integer.MAX_VALUE - 8));
            if (bytes.length > limit) {
                throw new IOException("body size limit exceeded: more than %d bytes unpacked".formatted(limit));
            }
            return bytes;
        }
    }

    private static byte[] checked(byte[] bytes) throws IOException {
        if (!isAscii(bytes)) {
            try {
                StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            } catch (CharacterCodingException e) {
                throw new IOException("the text is not UTF-8", e);
            }
        }
        return bytes;
    }

    private static boolean isAscii(byte[] bytes) {
        int all = 0;
        for (byte one : bytes) {
            all |= one;
        }
        return all >= 0;
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
