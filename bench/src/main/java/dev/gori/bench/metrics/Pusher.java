package dev.gori.bench.metrics;

import io.airlift.compress.v3.snappy.SnappyJavaCompressor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;

/// Sends a fleet's samples as a Prometheus does: snappy-compressed protobuf with up to 2,000 series
/// of one sample each. The fields that change with each tick have a fixed width, so that a body is
/// built once and then patched: the sender must not be the bottleneck.
final class Pusher {

  private static final int SERIES = 2_000;
  private static final int SENDERS = 4;
  private static final int TIME_BYTES = 6; // milliseconds since 1970 as a varint, valid until 2109

  private record Place(int target, Fleet.Series series, int at) {}

  /// The series of a few machines.
  private static final class Body {
    private final byte[] message;
    private final List<Place> places;

    Body(byte[] message, List<Place> places) {
      this.message = message;
      this.places = places;
    }
  }

  private final List<Body> bodies = new ArrayList<>();
  private final int targetsPerBody;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  Pusher(Fleet fleet) {
    this.targetsPerBody = Math.max(1, SERIES / fleet.series().size());
    for (int first = 0; first < fleet.targets(); first += targetsPerBody) {
      bodies.add(body(fleet, first, Math.min(first + targetsPerBody, fleet.targets())));
    }
  }

  private static Body body(Fleet fleet, int first, int end) {
    var message = new ByteArrayOutputStream();
    var places = new ArrayList<Place>();
    for (int target = first; target < end; target++) {
      for (var series : fleet.series()) {
        var labels = new TreeMap<>(series.labels());
        labels.put("__name__", series.name());
        labels.put("instance", Fleet.instance(target));
        labels.put("job", "node");
        var one = new ByteArrayOutputStream();
        labels.forEach((name, value) -> field(one, 1, pair(name, value)));
        field(one, 2, new byte[9 + 1 + TIME_BYTES]);
        field(message, 1, one.toByteArray());
        places.add(new Place(target, series, message.size() - 9 - 1 - TIME_BYTES));
      }
    }
    return new Body(message.toByteArray(), places);
  }

  private static byte[] pair(String name, String value) {
    var out = new ByteArrayOutputStream();
    field(out, 1, name.getBytes(StandardCharsets.UTF_8));
    field(out, 2, value.getBytes(StandardCharsets.UTF_8));
    return out.toByteArray();
  }

  private static void field(ByteArrayOutputStream out, int number, byte[] content) {
    out.write(number << 3 | 2);
    int length = content.length;
    for (; length > 127; length >>>= 7) {
      out.write((length & 127) | 128);
    }
    out.write(length);
    out.writeBytes(content);
  }

  /// Scrapes of real machines are spread over the interval.
  static long offset(int target, long interval) {
    return target * 7_919L % (interval - 1) + 1;
  }

  /// Sends the samples of the first machines, rounded up to whole bodies, at every interval of a
  /// time range with an exclusive end.
  ///
  /// @return number of samples
  long push(ServerProcess to, int targets, long from, long end, long interval) throws Exception {
    int used = Math.ceilDiv(targets, targetsPerBody);
    try (var senders = Executors.newFixedThreadPool(SENDERS)) {
      var all = new ArrayList<Callable<Long>>();
      for (int sender = 0; sender < SENDERS; sender++) {
        int own = sender;
        all.add(() -> send(to, own, used, from, end, interval));
      }
      long sent = 0;
      for (var one : senders.invokeAll(all)) {
        sent += one.get();
      }
      return sent;
    }
  }

  private long send(ServerProcess to, int sender, int used, long from, long end, long interval)
      throws IOException, InterruptedException {
    long sent = 0;
    var snappy = new SnappyJavaCompressor();
    for (long time = from; time < end; time += interval) {
      for (int i = sender; i < used; i += SENDERS) {
        var body = bodies.get(i);
        patch(body, time, interval);
        var packed = new byte[snappy.maxCompressedLength(body.message.length)];
        int length =
            snappy.compress(body.message, 0, body.message.length, packed, 0, packed.length);
        post(to, Arrays.copyOf(packed, length));
        sent += body.places.size();
      }
    }
    return sent;
  }

  private static void patch(Body body, long time, long interval) {
    var buffer = ByteBuffer.wrap(body.message).order(ByteOrder.LITTLE_ENDIAN);
    for (var place : body.places) {
      buffer.position(place.at);
      buffer
          .put((byte) 9)
          .putDouble(place.series.value(place.target, time / interval))
          .put((byte) 16);
      long millis = time + offset(place.target, interval);
      for (int i = 0; i < TIME_BYTES; i++) {
        buffer.put((byte) ((millis & 127) | (i < TIME_BYTES - 1 ? 128 : 0)));
        millis >>>= 7;
      }
    }
  }

  private void post(ServerProcess to, byte[] packed) throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(to.api("/write"))
            .header("Content-Encoding", "snappy")
            .header("Content-Type", "application/x-protobuf")
            .header("X-Prometheus-Remote-Write-Version", "0.1.0")
            .POST(HttpRequest.BodyPublishers.ofByteArray(packed));
    var answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() / 100 != 2) {
      throw new IOException(
          "%s refused a write with %d: %s"
              .formatted(to.name(), answer.statusCode(), answer.body()));
    }
  }
}
