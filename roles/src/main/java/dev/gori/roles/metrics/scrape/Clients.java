package dev.gori.roles.metrics.scrape;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLParameters;

/// One HTTP client for each kind of connection; made anew when a file of its certificates changes.
/// Safe from any thread.
final class Clients implements AutoCloseable {

    private record Made(HttpClient client, List<FileTime> times) {}

    private final Map<HttpOptions.Connection, Made> made = new HashMap<>();
    private boolean closed;

    /// @throws IOException when a certificate or key cannot be used
    synchronized HttpClient client(HttpOptions.Connection connection) throws IOException {
        var times = times(connection.tls().files());
        var there = made.get(connection);
        if (there != null && there.times.equals(times)) {
            return there.client;
        }
        if (closed) {
            throw new IOException("scraping has stopped");
        }
        var client = build(connection);
        made.put(connection, new Made(client, times));
        if (there != null) {
            there.client.shutdown(); // what is under way ends on its own
        }
        return client;
    }

    private static List<FileTime> times(List<Path> files) throws IOException {
        var times = new ArrayList<FileTime>(files.size());
        for (var file : files) {
            if (!Files.isReadable(file)) {
                throw new IOException("file '%s' of tls_config cannot be read".formatted(file));
            }
            times.add(Files.getLastModifiedTime(file));
        }
        return times;
    }

    private static HttpClient build(HttpOptions.Connection connection) throws IOException {
        var client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(
                                connection.followRedirects()
                                        ? HttpClient.Redirect.NORMAL
                                        : HttpClient.Redirect.NEVER)
                        .proxy(connection.proxy().selector());
        var tls = connection.tls();
        if (!tls.equals(HttpOptions.Tls.PLATFORM)) {
            client.sslContext(TlsContext.of(tls));
            if (!tls.versions().isEmpty()) {
                var parameters = new SSLParameters();
                parameters.setProtocols(tls.versions().toArray(String[]::new));
                client.sslParameters(parameters);
            }
        }
        return client.build();
    }

    @Override
    public synchronized void close() {
        closed = true;
        made.values().forEach(one -> one.client.shutdownNow());
        made.clear();
    }
}
