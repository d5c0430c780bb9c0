package dev.gori.roles.metrics.write;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.gori.engines.tsdb.Batch;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.time.Time;
import dev.gori.machinery.http.Reply;
import dev.gori.machinery.http.Request;
import dev.gori.roles.metrics.store.SampleStore;
import io.airlift.compress.v3.MalformedInputException;
import io.airlift.compress.v3.snappy.SnappyJavaDecompressor;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// `POST /api/v1/write`: a snappy block with a protobuf `WriteRequest`. Answers 204 when everything is stored and durable, 400 when
/// something cannot be stored: the sender then drops it and goes on, and what could be stored is stored.
public final class RemoteWrite {

    /// The longest request when unpacked.
    private static final int LONGEST = 64 << 20;

    private static final int MOST_LABELS = 100;
    private static final int LONGEST_LABEL = 16 << 10;
    private static final Duration AHEAD = Duration.ofMinutes(10);

    private final SampleStore store;
    private final Time time;

    public RemoteWrite(SampleStore store, Time time) {
        this.store = store;
        this.time = time;
    }

    public Reply receive(Request request) {
        var type = request.header("Content-Type").orElse("application/x-protobuf");
        if (!type.startsWith("application/x-protobuf") || type.contains("io.prometheus.write.v2")) {
            return Reply.text(415, "content type '%s' (expected: application/x-protobuf of remote write 1.0)\n".formatted(type));
        }
        var done = store.append(batch(unpacked(request.body())));
        if (done.refused() > 0) {
            throw new FaultException(Fault.BAD_REQUEST, "%d of %d samples are not stored: %s"
                    .formatted(done.refused(), done.refused() + done.stored(), done.problem().orElse("")));
        }
        return Reply.empty(204);
    }

    private static byte[] unpacked(byte[] packed) {
        var snappy = new SnappyJavaDecompressor();
        try {
            int length = snappy.getUncompressedLength(packed, 0);
            if (length < 0 || length > LONGEST) {
                throw new FaultException(Fault.TOO_LARGE, "%d bytes when unpacked (expected: at most %d)".formatted(length, LONGEST));
            }
            var out = new byte[length];
            int read = snappy.decompress(packed, 0, packed.length, out, 0, length);
            if (read != length) {
                throw FaultException.badRequest("snappy: %d bytes (expected: %d, as its head says)".formatted(read, length));
            }
            return out;
        } catch (MalformedInputException | IndexOutOfBoundsException | IllegalArgumentException e) {
            throw new FaultException(Fault.BAD_REQUEST, "the body is no whole snappy block: " + e.getMessage(), e);
        }
    }

    /// The samples of a `WriteRequest`; everything is read before anything is stored.
    private Batch batch(byte[] message) {
        var batch = new Batch();
        try {
            var in = CodedInputStream.newInstance(message);
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                if (WireFormat.getTagFieldNumber(tag) == 1) {
                    series(CodedInputStream.newInstance(in.readByteArray()), batch);
                } else {
                    in.skipField(tag);
                }
            }
            return batch;
        } catch (IOException e) {
            throw new FaultException(Fault.BAD_REQUEST, "the body is no WriteRequest: " + e.getMessage(), e);
        }
    }

    private record At(long millis, double value) {}

    private void series(CodedInputStream in, Batch batch) throws IOException {
        var labels = new TreeMap<String, String>();
        List<At> samples = new ArrayList<>();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 1 -> label(CodedInputStream.newInstance(in.readByteArray()), labels);
                case 2 -> samples.add(sample(CodedInputStream.newInstance(in.readByteArray())));
                case 4 -> throw FaultException.badRequest("native histograms are not stored (series %s)".formatted(labels));
                default -> in.skipField(tag);
            }
        }
        var series = Labels.of(labels);
        if (series.metric().isEmpty() || series.size() > MOST_LABELS) {
            throw FaultException.badRequest("series %s with %d labels (expected: a metric name and at most %d labels)".formatted(series, series.size(), MOST_LABELS));
        }
        samples.forEach(sample -> batch.add(series, sample.millis(), sample.value()));
    }

    private static void label(CodedInputStream in, TreeMap<String, String> labels) throws IOException {
        var name = "";
        var value = "";
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 1 -> name = in.readStringRequireUtf8();
                case 2 -> value = in.readStringRequireUtf8();
                default -> in.skipField(tag);
            }
        }
        if (name.isEmpty() || name.length() > LONGEST_LABEL || value.length() > LONGEST_LABEL) {
            throw FaultException.badRequest("label '%.40s' with a value of %d characters (expected: a name, and at most %d characters)"
                    .formatted(name, value.length(), LONGEST_LABEL));
        }
        if (labels.put(name, value) != null) {
            throw FaultException.badRequest("label '%s' is there twice in one series".formatted(name));
        }
    }

    private At sample(CodedInputStream in) throws IOException {
        double value = 0;
        long millis = 0;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 1 -> value = in.readDouble();
                case 2 -> millis = in.readInt64();
                default -> in.skipField(tag);
            }
        }
        if (millis > time.millis() + AHEAD.toMillis()) {
            throw FaultException.badRequest("a sample at %d ms (expected: at most %d minutes ahead of now)".formatted(millis, AHEAD.toMinutes()));
        }
        return new At(millis, value);
    }
}
