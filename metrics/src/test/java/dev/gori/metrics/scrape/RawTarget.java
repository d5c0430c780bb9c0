package dev.gori.metrics.scrape;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPOutputStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/// A target on a real port that answers with any bytes, with or without TLS, and records the
/// requests.
public final class RawTarget implements AutoCloseable {

  @FunctionalInterface
  public interface Answer {
    void to(HttpExchange call) throws IOException;
  }

  public final List<Map<String, List<String>>> asked = new CopyOnWriteArrayList<>();
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private volatile Answer answer = call -> {};

  private RawTarget(HttpServer server) {
    this.server = server;
    server.createContext(
        "/",
        call -> {
          asked.add(Map.copyOf(call.getRequestHeaders()));
          try (call) {
            answer.to(call);
          }
        });
    server.setExecutor(threads);
    server.start();
  }

  public static RawTarget start() throws IOException {
    return new RawTarget(
        HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0));
  }

  /// @param clients whether clients must have a certificate
  public static RawTarget start(SSLContext tls, boolean clients) throws IOException {
    var server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
    server.setHttpsConfigurator(
        new HttpsConfigurator(tls) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters wanted = tls.getDefaultSSLParameters();
            wanted.setNeedClientAuth(clients);
            parameters.setSSLParameters(wanted);
          }
        });
    return new RawTarget(server);
  }

  public RawTarget shows(String text) {
    return shows("text/plain; version=0.0.4", text.getBytes(StandardCharsets.UTF_8));
  }

  public RawTarget shows(String contentType, byte[] body) {
    return answers(call -> send(call, contentType, "", body));
  }

  public RawTarget showsPacked(byte[] packed) {
    return answers(call -> send(call, "text/plain", "gzip", packed));
  }

  public RawTarget answers(Answer next) {
    answer = next;
    return this;
  }

  public static void send(HttpExchange call, String contentType, String encoding, byte[] body)
      throws IOException {
    if (!contentType.isEmpty()) {
      call.getResponseHeaders().set("Content-Type", contentType);
    }
    if (!encoding.isEmpty()) {
      call.getResponseHeaders().set("Content-Encoding", encoding);
    }
    call.sendResponseHeaders(200, body.length);
    call.getResponseBody().write(body);
  }

  static byte[] packed(String text) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  /// A header of the last request.
  public String header(String name) {
    return asked.getLast().entrySet().stream()
        .filter(one -> one.getKey().equalsIgnoreCase(name))
        .map(one -> String.join("|", one.getValue()))
        .findFirst()
        .orElse("");
  }

  int port() {
    return server.getAddress().getPort();
  }

  public String address() {
    return "127.0.0.1:" + port();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
