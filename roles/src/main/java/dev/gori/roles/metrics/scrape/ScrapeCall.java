package dev.gori.roles.metrics.scrape;

import dev.gori.roles.metrics.exposition.Protocol;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.GZIPInputStream;

/// Fetches what a target shows, with a deadline for the whole and a limit on its length, packed and unpacked.
final class ScrapeCall implements AutoCloseable {

    /// The longest body where the configuration sets no limit.
    private static final long LONGEST = 64L << 20;

    record Body(byte[] bytes, String contentType) {}

    /// A body that is longer than is allowed.
    static final class TooLong extends IOException {
        private static final long serialVersionUID = 1L;

        TooLong(String message) {
            super(message);
        }
    }

    private final Clients clients = new Clients();

    /// @throws IOException with a reason that a person understands
    Body fetch(Target target) throws IOException, InterruptedException {
        var job = target.job();
        long limit = job.limits().body() > 0 ? Math.min(job.limits().body(), Integer.MAX_VALUE - 16) : LONGEST;
        var body = HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofByteArray(), limit);
        var call = clients.client(job.http().connection()).sendAsync(request(target), body);
        try {
            var answer = call.get(target.timeout().toMillis(), TimeUnit.MILLISECONDS);
            if (answer.statusCode() != 200) {
                throw new IOException("server returned HTTP status %d".formatted(answer.statusCode()));
            }
            boolean packed = answer.headers().firstValue("Content-Encoding").orElse("").equals("gzip");
            var bytes = packed ? unpacked(answer.body(), limit) : answer.body();
            return new Body(bytes, answer.headers().firstValue("Content-Type").orElse(""));
        } catch (TimeoutException e) {
            call.cancel(true);
            throw new IOException("no whole answer within %d ms (scrape_timeout)".formatted(target.timeout().toMillis()), e);
        } catch (ExecutionException e) {
            throw failure(e.getCause() == null ? e : e.getCause(), limit);
        }
    }

    private static IOException failure(Throwable cause, long limit) {
        var message = cause.getMessage();
        if (message != null && message.contains("body exceeds limit")) {
            return new TooLong("body_size_limit exceeded: more than %d bytes".formatted(limit));
        }
        return new IOException(message == null ? "cannot be reached (%s)".formatted(cause.getClass().getSimpleName()) : message, cause);
    }

    private static HttpRequest request(Target target) throws IOException {
        var job = target.job();
        var request = HttpRequest.newBuilder(target.uri())
                .timeout(target.timeout().plus(Duration.ofSeconds(1)))
                .header("Accept", Protocol.accept(job.reading().protocols(), job.reading().escaping()))
                .header("Accept-Encoding", job.http().compression() ? "gzip" : "identity")
                .header("User-Agent", "gori")
                .header("X-Prometheus-Scrape-Timeout-Seconds", String.valueOf(target.timeout().toMillis() / 1000.0));
        for (var header : job.http().headers()) {
            for (var value : header.read()) {
                request.header(header.name(), value);
            }
        }
        var credentials = job.http().credentials();
        if (!credentials.type().isEmpty()) {
            request.header("Authorization", authorization(credentials));
        }
        return request.GET().build();
    }

    private static String authorization(HttpOptions.Credentials credentials) throws IOException {
        var secret = credentials.secret().read().strip();
        var value = credentials.type().equals("Basic")
                ? Base64.getEncoder().encodeToString((credentials.user().read().strip() + ":" + secret).getBytes(StandardCharsets.UTF_8))
                : secret;
        return credentials.type() + " " + value;
    }

    private static byte[] unpacked(byte[] packed, long limit) throws IOException {
        try (var in = new GZIPInputStream(new ByteArrayInputStream(packed), 8192)) {
            var bytes = in.readNBytes((int) limit + 1);
            if (bytes.length > limit) {
                throw new TooLong("body_size_limit exceeded: more than %d bytes unpacked".formatted(limit));
            }
            return bytes;
        } catch (TooLong e) {
            throw e;
        } catch (IOException e) {
            throw new IOException("the packed body is damaged: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        clients.close();
    }
}
