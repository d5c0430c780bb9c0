package dev.gori.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Request lines, headers and framings that no client library sends, each as the bytes of one
/// connection.
final class HostileHeads {

  /// @param answers how many answers there may be at most
  record Shape(String name, byte[] bytes, int answers) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static final String END = "Host: 127.0.0.1\r\nConnection: close\r\n\r\n";
  private static final List<String> PATHS =
      List.of(
          "/../../../../../../etc/passwd",
          "/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
          "/..%2f..%2f..%2f..%2fetc%2fpasswd",
          "/..%5c..%5cetc%5cpasswd",
          "/%00",
          "/\0",
          "//",
          "/./models",
          "/models/",
          "/models;a=b",
          "/models%0d%0aInjected:%20yes",
          "/models%",
          "/models%zz",
          "/%ff%fe/%c0%af",
          "/mlflow/api/2.0/mlflow-artifacts/artifacts/..%2f..%2f..%2ftoken",
          "/mlflow/api/2.0/mlflow-artifacts/artifacts?path=../../..",
          "/mlflow/get-artifact?path=../../../token&run_uuid=nothing",
          "/api/v1/runs/..%2f..%2ftoken/tasks/x/log?attempt=-1",
          "/api/v1/lineage/model/..%2f..%2f..",
          "/prometheus/api/v1/label/%00/values",
          "/prometheus/api/v1/query?query=%",
          "/prometheus/api/v1/query?query=" + "(".repeat(6_000),
          "/prometheus/api/v1/query?query=up&time=1e400",
          "/prometheus/api/v1/query_range?query=up&start=0&end=9e15&step=1e-9",
          "/prometheus/api/v1/query_range?query=up&start=NaN&end=Inf&step=-1",
          "/prometheus/api/v1/series?match[]=%7B%7D&start=-9e99",
          "/prometheus/federate?match[]=%7B",
          "/loki/api/v1/query_range?query=%7Ba%3D%22b%22%7D&start=-1&end=99999999999999999999&limit=-5",
          "/loki/api/v1/query_range?query=%7B%7D%7C%3D%22%22&step=0",
          "/alertmanager/api/v2/alerts?filter=%00&filter=a%3D~%22(%22",
          "/alertmanager/api/v2/silence/..%2f..%2ftoken",
          "/api/v1/runs?limit=99999999999999999999",
          "/environments/..%2f..%2ftoken",
          "/raw-dev/..%2f..%2f..%2ftoken",
          "/raw-dev?list-type=2&prefix=../&max-keys=-1&continuation-token=%00",
          "*",
          "http://other.example/models",
          "models");

  private final Random random;

  HostileHeads(Random random) {
    this.random = random;
  }

  List<Shape> all() {
    var all = new ArrayList<Shape>();
    PATHS.forEach(path -> all.add(get("path " + shortened(path), path)));
    all.add(get("a path of 64 KiB", "/" + "a".repeat(1 << 16)));
    all.add(get("a path of 20,000 segments", "/a".repeat(20_000)));
    all.add(get("a query of 64 KiB", "/models?" + "q".repeat(1 << 16)));
    all.add(get("20,000 query parameters", "/api/v1/runs?" + "a=1&".repeat(20_000)));
    lines(all);
    headers(all);
    chunks(all);
    smuggling(all);
    return all;
  }

  private static Shape get(String name, String path) {
    return new Shape(name, RawHttp.bytes("GET %s HTTP/1.1\r\n%s".formatted(path, END)), 1);
  }

  private void lines(List<Shape> all) {
    one(all, "no version", "GET /models\r\n\r\n");
    one(all, "version 9.9", "GET /models HTTP/9.9\r\n" + END);
    one(all, "a method of 20,000 letters", "G".repeat(20_000) + " / HTTP/1.1\r\n" + END);
    one(all, "CONNECT", "CONNECT 127.0.0.1:22 HTTP/1.1\r\n" + END);
    one(all, "TRACE", "TRACE /models HTTP/1.1\r\n" + END);
    one(all, "line feeds alone", "GET /models HTTP/1.1\nHost: 127.0.0.1\nConnection: close\n\n");
    one(all, "the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0");
    one(
        all,
        "an upgrade",
        "GET /models HTTP/1.1\r\nUpgrade: h2c, websocket\r\nConnection: Upgrade, close\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\nHost: 127.0.0.1\r\n\r\n");
    var hello = new byte[300];
    random.nextBytes(hello);
    hello[0] = 0x16;
    hello[1] = 3;
    hello[2] = 1;
    all.add(new Shape("a TLS greeting", hello, 1));
    var noise = new byte[2_000];
    random.nextBytes(noise);
    all.add(new Shape("random bytes", RawHttp.joined(noise, RawHttp.bytes("\r\n\r\n")), 1));
  }

  private static void headers(List<Shape> all) {
    var start = "GET /models HTTP/1.1\r\n";
    one(all, "no host", "GET /models HTTP/1.1\r\nConnection: close\r\n\r\n");
    one(all, "two hosts", start + "Host: a.example\r\n" + END);
    one(all, "10,000 headers", start + "X-A: b\r\n".repeat(10_000) + END);
    one(all, "a header of 1 MiB", start + "X-A: " + "b".repeat(1 << 20) + "\r\n" + END);
    one(all, "a header without a colon", start + "nothing\r\n" + END);
    one(all, "a header without a name", start + ": nothing\r\n" + END);
    one(all, "NUL in a header", start + "X-A: a\0b\r\n" + END);
    one(all, "a folded header", start + "X-A: a\r\n  b\r\n" + END);
    one(all, "a return alone in a header", start + "X-A: a\rX-B: c\r\n" + END);
    one(
        all,
        "a token of 100,000 letters",
        start + "Authorization: Bearer " + "t".repeat(100_000) + "\r\n" + END);
    one(all, "an impossible range", start + "Range: bytes=99999999999999999999-,-,5-1\r\n" + END);
    one(
        all,
        "an impossible expectation",
        "POST /predict HTTP/1.1\r\nExpect: 200-maybe\r\nContent-Length: 2\r\n" + END + "{}");
    one(
        all,
        "a request id that forges a line",
        start + "X-Request-Id: a%0d%0ab\u0085c\"}\r\n" + END);
  }

  private static void chunks(List<Shape> all) {
    var head = "POST /predict HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" + END;
    one(all, "a chunk size of letters", head + "zz\r\n{}\r\n0\r\n\r\n");
    one(all, "a negative chunk size", head + "-5\r\n{}\r\n0\r\n\r\n");
    one(all, "a chunk size of 2^64", head + "FFFFFFFFFFFFFFFF\r\n{}\r\n0\r\n\r\n");
    one(all, "a chunk size of 2^63", head + "7FFFFFFFFFFFFFFF\r\n{}\r\n0\r\n\r\n");
    one(all, "a chunk size of 1,000 zeros", head + "0".repeat(1_000) + "2\r\n{}\r\n0\r\n\r\n");
    one(all, "a chunk without its end", head + "2\r\n{}XX0\r\n\r\n");
    one(
        all,
        "a chunk extension of 1 MiB",
        head + "2;" + "e".repeat(1 << 20) + "\r\n{}\r\n0\r\n\r\n");
    one(all, "20,000 trailers", head + "2\r\n{}\r\n0\r\n" + "X-A: b\r\n".repeat(20_000) + "\r\n");
    one(all, "100,000 chunks of a byte", head + "1\r\n \r\n".repeat(100_000) + "0\r\n\r\n");
    one(all, "a negative length", "POST /predict HTTP/1.1\r\nContent-Length: -1\r\n" + END + "{}");
    one(
        all,
        "a length of 2^64",
        "POST /predict HTTP/1.1\r\nContent-Length: 18446744073709551617\r\n" + END + "{}");
    one(
        all,
        "a length of letters",
        "POST /predict HTTP/1.1\r\nContent-Length: two\r\n" + END + "{}");
  }

  /// Requests that two readers could cut in two ways: one answer at most, then the connection is
  /// closed.
  private static void smuggling(List<Shape> all) {
    var inner = "GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
    var open = "POST /predict HTTP/1.1\r\nHost: 127.0.0.1\r\n";
    one(
        all,
        "both framings",
        open + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + inner);
    one(
        all,
        "both framings, the other order",
        open + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n1e\r\n" + inner);
    one(all, "two lengths", open + "Content-Length: 2\r\nContent-Length: 40\r\n\r\n{}" + inner);
    one(all, "a list of lengths", open + "Content-Length: 2, 40\r\n\r\n{}" + inner);
    one(
        all,
        "two codings",
        open
            + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n"
            + inner);
    one(
        all,
        "a coding that nobody knows",
        open + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + inner);
    one(
        all,
        "a coding in quotes",
        open + "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n" + inner);
    one(
        all,
        "space before the colon",
        open + "Transfer-Encoding : chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n" + inner);
    one(all, "a plus before the length", open + "Content-Length: +2\r\n\r\n{}" + inner);
  }

  private static void one(List<Shape> all, String name, String text) {
    all.add(new Shape(name, RawHttp.bytes(text), 1));
  }

  private static String shortened(String path) {
    return path.length() < 70 ? path : path.substring(0, 70) + "…";
  }
}
