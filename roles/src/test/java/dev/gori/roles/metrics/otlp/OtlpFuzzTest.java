package dev.gori.roles.metrics.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.gori.kernel.fault.FaultException;
import dev.gori.roles.metrics.forward.Told;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;

/// Whatever an exporter sends is read or refused, and what was read gives the same series after it
/// was written anew. Stored cases run with every build; `bench/fuzz/run` looks for new ones.
final class OtlpFuzzTest {

    @FuzzTest
    void protobuf(byte[] body) {
        ExportMetricsServiceRequest request;
        try {
            request = OtlpReceiver.message(body);
        } catch (FaultException _) {
            return;
        }
        var read = SeriesOfRequest.read(request);
        assertThat(read.left() == 0 || read.problem().isPresent()).isTrue();
        var told = Told.of(read.batch()).series();
        for (var labels : told.keySet()) {
            assertThat(labels.metric()).isNotEmpty();
        }
        var again = SeriesOfRequest.read(OtlpReceiver.message(request.toByteArray()));
        assertThat(Told.of(again.batch()).series()).isEqualTo(told);
        assertThat(again.left()).isEqualTo(read.left());
    }
}
