package dev.gori.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.CodedOutputStream;
import dev.gori.app.running.RunningEnvironment;
import dev.gori.http.HttpCalls;
import io.airlift.compress.v3.snappy.SnappyJavaCompressor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;

/// Pushes samples as a Prometheus does that writes to another one.
final class RemoteWrite {

  private RemoteWrite() {}

  /// Returns when the sample is acknowledged.
  static void sample(RunningEnvironment environment, String name, double value) throws IOException {
    long now = environment.now().toEpochMilli();
    try (var calls = HttpCalls.within(Duration.ofSeconds(10))) {
      var answer =
          calls.post(
              environment.at("/prometheus/api/v1/write"),
              "application/x-protobuf",
              body(name, now, value, 1),
              HttpCalls.bearer(environment.token()));
      assertThat(answer.status()).as(answer.text()).isEqualTo(204);
    }
  }

  /// A request with samples of one series, each a millisecond later and one more than the one
  /// before.
  static byte[] body(String name, long millis, double value, int samples) throws IOException {
    var label =
        message(
            out -> {
              out.writeString(1, "__name__");
              out.writeString(2, name);
            });
    var series =
        message(
            out -> {
              out.writeByteArray(1, label);
              for (int i = 0; i < samples; i++) {
                out.writeByteArray(2, sample(millis + i, value + i));
              }
            });
    return packed(message(out -> out.writeByteArray(1, series)));
  }

  private static byte[] sample(long millis, double value) throws IOException {
    return message(
        out -> {
          out.writeDouble(1, value);
          out.writeInt64(2, millis);
        });
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

  private static byte[] packed(byte[] message) {
    var snappy = new SnappyJavaCompressor();
    var out = new byte[snappy.maxCompressedLength(message.length)];
    return Arrays.copyOf(out, snappy.compress(message, 0, message.length, out, 0, out.length));
  }
}
