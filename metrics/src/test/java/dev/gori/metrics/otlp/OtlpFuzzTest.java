package dev.gori.metrics.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.gori.kernel.fault.FaultException;
import dev.gori.metrics.remote.sender.RecordedBatch;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/// Every request is converted or rejected, and gives the same series after encoding it again.
/// Stored cases run with every build; `bench/fuzz/run` finds new ones.
final class OtlpFuzzTest {

  private static final Duration LOOKBACK = Duration.ofMinutes(5);

  /// Names are not translated, and all attributes become labels.
  private static final OtlpSettings OTHER =
      new OtlpSettings(
          new OtlpSettings.Promotion(true, Set.of("host.name")),
          true,
          true,
          true,
          OtlpSettings.Strategy.UTF8_WITH_SUFFIXES,
          false,
          false);

  @FuzzTest
  void protobuf(byte[] body) {
    ExportMetricsServiceRequest request;
    try {
      request = OtlpReceiver.message(body);
    } catch (FaultException _) {
      return;
    }
    check(request);
  }

  @FuzzTest
  void json(byte[] body) {
    ExportMetricsServiceRequest request;
    try {
      request = OtlpReceiver.jsonMessage(body);
    } catch (FaultException _) {
      return;
    }
    check(request);
  }

  private static void check(ExportMetricsServiceRequest request) {
    for (var settings : List.of(OtlpSettings.DEFAULTS, OTHER)) {
      var read = OtlpConverter.read(request, settings, LOOKBACK);
      assertThat(read.dropped() == 0 || read.problem().isPresent()).isTrue();
      var told = RecordedBatch.of(read.batch()).series();
      for (var labels : told.keySet()) {
        assertThat(labels.metric()).isNotEmpty();
      }
      var written = OtlpReceiver.message(request.toByteArray());
      var again = OtlpConverter.read(written, settings, LOOKBACK);
      assertThat(RecordedBatch.of(again.batch()).series()).isEqualTo(told);
      assertThat(again.dropped()).isEqualTo(read.dropped());
    }
  }
}
