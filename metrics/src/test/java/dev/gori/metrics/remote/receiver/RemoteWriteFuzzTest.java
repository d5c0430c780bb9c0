package dev.gori.metrics.remote.receiver;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.gori.http.ContentCoding;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.id.Bytes;
import dev.gori.metrics.remote.RemoteWriteProtocol;
import dev.gori.metrics.remote.sender.RecordedBatch;

/// Every request is decoded or rejected, and decodes to the same after our sender has encoded it.
/// Stored cases run with every build; `bench/fuzz/run` finds new ones.
final class RemoteWriteFuzzTest {

  private static final long NOW = 1_764_000_000_000L;

  @FuzzTest
  void first(byte[] message) {
    check(RemoteWriteProtocol.V1, message);
  }

  @FuzzTest
  void second(byte[] message) {
    check(RemoteWriteProtocol.V2, message);
  }

  /// Fuzzes the snappy block, and both messages inside it.
  @FuzzTest
  void packed(byte[] body) {
    assertThat(decoded(WriteRequests.packed(body))).isEqualTo(body);
    byte[] message;
    try {
      message = decoded(body);
    } catch (FaultException _) {
      return;
    }
    check(RemoteWriteProtocol.V1, message);
    check(RemoteWriteProtocol.V2, message);
  }

  private static void check(RemoteWriteProtocol version, byte[] message) {
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
    var again =
        WriteHandler.read(RemoteWriteProtocol.V2, decoded(told.sent(RemoteWriteProtocol.V2)), NOW);
    assertThat(again.problem()).isEmpty();
    assertThat(RecordedBatch.of(again.batch()).series()).isEqualTo(told.series());
  }

  /// Decodes a body as the server does.
  private static byte[] decoded(byte[] body) {
    return ContentCoding.SNAPPY.decode(body, Bytes.mebi(64));
  }
}
