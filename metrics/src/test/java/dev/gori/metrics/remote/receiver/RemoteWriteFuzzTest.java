package dev.gori.metrics.remote.receiver;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.gori.http.ContentCoding;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.id.Bytes;
import dev.gori.metrics.remote.receiver.WriteHandler.Version;
import dev.gori.metrics.remote.sender.RecordedBatch;
import dev.gori.metrics.remote.sender.RemoteWriteConfig.Protocol;

/// Whatever a sender sends is read or refused, and what was read is read again as the same after
/// our own sender has sent it. Stored cases run with every build; `bench/fuzz/run` looks for new
/// ones.
final class RemoteWriteFuzzTest {

  private static final long NOW = 1_764_000_000_000L;

  @FuzzTest
  void first(byte[] message) {
    check(Version.V1, message);
  }

  @FuzzTest
  void second(byte[] message) {
    check(Version.V2, message);
  }

  /// The block around a message, and both messages from inside one.
  @FuzzTest
  void packed(byte[] body) {
    assertThat(decoded(WriteRequests.packed(body))).isEqualTo(body);
    byte[] message;
    try {
      message = decoded(body);
    } catch (FaultException _) {
      return;
    }
    check(Version.V1, message);
    check(Version.V2, message);
  }

  private static void check(Version version, byte[] message) {
    WriteRequest pushed;
    try {
      pushed = WriteHandler.read(version, message, NOW);
    } catch (FaultException _) {
      return;
    }
    assertThat(pushed.rejected() == 0 || pushed.problem().isPresent()).isTrue();
    var told = RecordedBatch.of(pushed.batch());
    for (var labels : told.series().keySet()) {
      assertThat(labels.metric()).isNotEmpty();
    }
    var again = WriteHandler.read(Version.V2, decoded(told.sent(Protocol.V2)), NOW);
    assertThat(again.problem()).isEmpty();
    assertThat(RecordedBatch.of(again.batch()).series()).isEqualTo(told.series());
  }

  /// Decodes a body as the server does.
  private static byte[] decoded(byte[] body) {
    return ContentCoding.SNAPPY.decode(body, Bytes.mebi(64));
  }
}
