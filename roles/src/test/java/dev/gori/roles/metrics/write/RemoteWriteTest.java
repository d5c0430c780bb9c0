package dev.gori.roles.metrics.write;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.CodedOutputStream;
import dev.gori.engines.tsdb.TsdbSettings;
import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.label.Matcher;
import dev.gori.machinery.http.Dialect;
import dev.gori.machinery.http.Face;
import dev.gori.machinery.http.HttpCalls;
import dev.gori.machinery.http.Mount;
import dev.gori.machinery.http.Routes;
import dev.gori.machinery.observe.SelfMetrics;
import dev.gori.roles.metrics.store.SampleStore;
import dev.gori.testkit.HandTime;
import dev.gori.testkit.NoLeaks;
import io.airlift.compress.v3.snappy.SnappyJavaCompressor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

@ExtendWith(NoLeaks.class)
final class RemoteWriteTest {

    @TempDir
    Path folder;

    private final HandTime time = new HandTime();
    private final HttpCalls calls = HttpCalls.within(Duration.ofSeconds(10));
    private SampleStore store;
    private Face face;

    @BeforeEach
    void open() throws IOException {
        store = SampleStore.open(Disk.local(), folder, TsdbSettings.DEFAULTS, time, LoggerFactory.getLogger("metrics"), new SelfMetrics());
        face = Face.open("127.0.0.1", 0, Face.Limits.guardedBy("token"));
        face.mount(List.of(new Mount("", new Routes(Dialect.PLAIN).guarded("POST", "/write", new RemoteWrite(store, time)::receive))));
    }

    @AfterEach
    void close() throws IOException {
        face.close();
        store.close();
        calls.close();
    }

    private interface Fields {
        void write(CodedOutputStream out) throws IOException;
    }

    private static byte[] message(Fields fields) throws IOException {
        var bytes = new ByteArrayOutputStream();
        var out = CodedOutputStream.newInstance(bytes);
        fields.write(out);
        out.flush();
        return bytes.toByteArray();
    }

    private static byte[] series(long millis, double value, String... labels) throws IOException {
        return message(out -> {
            for (int i = 0; i < labels.length; i += 2) {
                int at = i;
                out.writeByteArray(1, message(label -> {
                    label.writeString(1, labels[at]);
                    label.writeString(2, labels[at + 1]);
                }));
            }
            out.writeByteArray(2, message(sample -> {
                sample.writeDouble(1, value);
                sample.writeInt64(2, millis);
            }));
        });
    }

    private static byte[] packed(byte[] message) {
        var snappy = new SnappyJavaCompressor();
        var out = new byte[snappy.maxCompressedLength(message.length)];
        return Arrays.copyOf(out, snappy.compress(message, 0, message.length, out, 0, out.length));
    }

    private String post(byte[] body) {
        var answer = calls.post(URI.create(face.uri() + "/write"), "application/x-protobuf", body, HttpCalls.bearer("token"));
        return answer.status() + " " + answer.text().strip();
    }

    private byte[] request(byte[]... series) throws IOException {
        return packed(message(out -> {
            for (var one : series) {
                out.writeByteArray(1, one);
            }
        }));
    }

    @Test
    void whatIsPushedIsStored() throws IOException {
        long now = time.millis();
        assertThat(post(request(series(now, 1.5, "__name__", "m", "a", "1"), series(now, 2.5, "__name__", "m", "a", "2")))).isEqualTo("204 ");
        assertThat(store.series(List.of(Matcher.equal("__name__", "m")), now, now)).hasSize(2);
    }

    @Test
    void whatCannotBeStoredIsRefusedWithTheReason() throws IOException {
        long now = time.millis();
        post(request(series(now, 1, "__name__", "m")));
        assertThat(post(request(series(now - 1, 1, "__name__", "m")))).startsWith("400 1 of 1 samples are not stored").contains("out of order");
        assertThat(post(request(series(now, 1, "a", "b")))).startsWith("400 series {a=\"b\"}");
        assertThat(post(request(series(now, 1, "__name__", "m", "a", "1", "a", "2")))).isEqualTo("400 label 'a' is there twice in one series");
        assertThat(post(request(series(now + 3_600_000, 1, "__name__", "m")))).startsWith("400 a sample at");
        assertThat(post(request(series(now, 1, "__name__", "m", "a", "x".repeat(20_000))))).startsWith("400 label 'a' with a value of 20000 characters");
        var whole = request(series(now, 1, "__name__", "m"));
        assertThat(post(Arrays.copyOf(whole, whole.length - 3))).startsWith("400 the body is no whole snappy block");
        assertThat(post(packed(new byte[] {10, 50, 1}))).startsWith("400 the body is no WriteRequest");
        var without = calls.post(URI.create(face.uri() + "/write"), "application/x-protobuf", whole, Map.of());
        assertThat(without.status()).isEqualTo(401);
    }

    @Test
    void anyBytesAreStoredOrRefused() throws IOException {
        var random = new Random(3);
        var whole = request(series(time.millis(), 1, "__name__", "m", "a", "1"), series(time.millis(), 1, "__name__", "n"));
        for (int i = 0; i < 300; i++) {
            var bytes = Arrays.copyOf(whole, random.nextInt(whole.length) + 1);
            for (int changes = random.nextInt(3); changes >= 0; changes--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            assertThat(post(bytes)).matches("(?s)(204|400|413).*");
        }
    }
}
