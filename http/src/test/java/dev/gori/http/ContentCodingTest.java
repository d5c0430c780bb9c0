package dev.gori.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.kernel.id.Bytes;
import dev.gori.testkit.NoLeaks;
import io.airlift.compress.v3.zstd.ZstdJavaOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Content codings of request bodies and of responses, the same for every route.
@ExtendWith(NoLeaks.class)
final class ContentCodingTest {

  private static final byte[] JSON = "{\"rows\": [1, 2, 3]}".getBytes(UTF_8);

  private HttpServer server;
  private HttpCalls calls;

  @BeforeEach
  void open() throws IOException {
    server = HttpServer.open("127.0.0.1", 0, HttpServer.Limits.OPEN);
    calls = HttpCalls.within(Duration.ofSeconds(5));
    var routes =
        new Routes(ErrorFormat.GORI)
            .post("/json", request -> Response.json(request.json()))
            .post("/large", request -> Response.text(200, request.body().length + " bytes"))
            .takes(Bytes.mebi(8))
            .post(
                "/stream",
                request ->
                    Response.bytes(200, "text/plain", request.bodyStream().readNBytes(100_000)))
            .streams()
            .get("/long", _ -> Response.text(200, "word ".repeat(1_000)))
            .get("/image", _ -> Response.bytes(200, "image/png", new byte[5_000]));
    server.mount(List.of(new Mount("", routes)));
  }

  @AfterEach
  void close() {
    calls.close();
    server.close();
  }

  @Test
  void aCompressedBodyIsDecoded() throws IOException {
    assertThat(post("/json", "gzip", gzip(JSON)).text()).isEqualTo("{\"rows\":[1,2,3]}");
    assertThat(post("/json", "X-GZIP", gzip(JSON)).status()).isEqualTo(200);
    assertThat(post("/json", "zstd", zstd(JSON)).text()).isEqualTo("{\"rows\":[1,2,3]}");
    assertThat(post("/json", "identity", JSON).status()).isEqualTo(200);
    assertThat(post("/large", "zstd", zstd(new byte[7 << 20])).text()).isEqualTo("7340032 bytes");
  }

  @Test
  void anUnknownCodingIsAnsweredWith415AndWhatIsAccepted() {
    for (var coding : List.of("br", "snappy", "gzip, gzip")) {
      var answer = post("/json", coding, JSON);
      assertThat(answer.status()).as(coding).isEqualTo(415);
      assertThat(answer.header("Accept-Encoding")).hasValue("gzip, zstd");
      assertThat(answer.text()).contains("Content-Encoding: '" + coding + "' (expected: gzip");
    }
  }

  @Test
  void aBodyThatIsReadAsAStreamIsNotDecoded() throws IOException {
    var answer = post("/stream", "gzip", gzip(JSON));
    assertThat(answer.status()).isEqualTo(415);
    assertThat(answer.text()).contains("Content-Encoding: 'gzip' (expected: none)");
  }

  @Test
  void aDecodedBodyCountsAgainstTheLimitOfItsRoute() throws IOException {
    var zeros = new byte[9 << 20];
    for (var bomb : List.of(Map.entry("gzip", gzip(zeros)), Map.entry("zstd", zstd(zeros)))) {
      assertThat(bomb.getValue()).hasSizeLessThan(64 << 10);
      var answer = post("/large", bomb.getKey(), bomb.getValue());
      assertThat(answer.status()).isEqualTo(413);
      assertThat(answer.text()).contains("more than 8388608 bytes");
      assertThat(post("/json", bomb.getKey(), bomb.getValue()).status()).isEqualTo(413);
    }
  }

  @Test
  void whatIsNotInItsCodingIsABadRequest() throws IOException {
    var whole = gzip(JSON);
    var frame = zstd(JSON);
    for (var wrong :
        List.of(JSON, new byte[] {1}, Arrays.copyOf(whole, whole.length - 9), new byte[200])) {
      assertThat(post("/json", "gzip", wrong).text()).contains("body: malformed gzip");
    }
    for (var wrong : List.of(JSON, new byte[] {1}, Arrays.copyOf(frame, frame.length - 5))) {
      assertThat(post("/json", "zstd", wrong).text()).contains("body: malformed zstd");
    }
    assertThat(post("/json", "zstd", new byte[] {1}).status()).isEqualTo(400);
  }

  @Test
  void aLongTextIsCompressedForWhoAcceptsIt() throws IOException {
    var plain = calls.get(at("/long"));
    assertThat(plain.header("Vary")).hasValue("Accept-Encoding");
    assertThat(plain.header("Content-Encoding")).isEmpty();
    var answer = calls.get(at("/long"), Map.of("Accept-Encoding", "gzip"));
    assertThat(answer.header("Content-Encoding")).hasValue("gzip");
    try (var in = new GZIPInputStream(new ByteArrayInputStream(answer.body()))) {
      assertThat(in.readAllBytes()).isEqualTo(plain.body());
    }
    var image = calls.get(at("/image"), Map.of("Accept-Encoding", "gzip"));
    assertThat(image.header("Content-Encoding")).isEmpty();
    assertThat(image.body()).hasSize(5_000);
  }

  private ClientResponse post(String path, String coding, byte[] body) {
    return calls.post(at(path), "application/json", body, Map.of("Content-Encoding", coding));
  }

  private URI at(String path) {
    return URI.create(server.uri() + path);
  }

  private interface Encoder {
    OutputStream over(OutputStream out) throws IOException;
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    return encoded(GZIPOutputStream::new, bytes);
  }

  private static byte[] zstd(byte[] bytes) throws IOException {
    return encoded(ZstdJavaOutputStream::new, bytes);
  }

  private static byte[] encoded(Encoder encoder, byte[] bytes) throws IOException {
    var out = new ByteArrayOutputStream();
    try (var to = encoder.over(out)) {
      to.write(bytes);
    }
    return out.toByteArray();
  }
}
