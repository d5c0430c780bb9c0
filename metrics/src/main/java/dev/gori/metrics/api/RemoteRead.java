package dev.gori.metrics.api;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import dev.gori.http.ContentCoding;
import dev.gori.http.Request;
import dev.gori.http.Response;
import dev.gori.http.Routes;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.label.Labels;
import dev.gori.kernel.label.Matcher;
import dev.gori.kernel.sample.SampleBuffer;
import dev.gori.metrics.remote.HistogramMessage;
import dev.gori.metrics.remote.SnappyBlock;
import dev.gori.metrics.scrape.ScrapeManager;
import dev.gori.metrics.store.SampleStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// `read`: remote read with samples. Streamed chunks are not supported; clients accept samples as
/// well.
final class RemoteRead {

  private static final int MAX_SAMPLES = 50_000_000;
  private static final int SAMPLES = 0;
  private static final List<Matcher.Op> OPS = // by their numbers in the protocol
      List.of(Matcher.Op.EQUAL, Matcher.Op.NOT_EQUAL, Matcher.Op.MATCHES, Matcher.Op.NOT_MATCHES);

  private final SampleStore store;
  private final ScrapeManager scraping;

  RemoteRead(SampleStore store, ScrapeManager scraping) {
    this.store = store;
    this.scraping = scraping;
  }

  void mount(Routes routes) {
    routes
        .query("POST", "/api/v1/read", this::read)
        .takes(Parameters.MAX_FORM)
        .accepts(ContentCoding.SNAPPY);
  }

  private record Query(long from, long to, List<Matcher> matchers) {}

  private Response read(Request request) throws IOException {
    var queries = new ArrayList<Query>();
    var accepted = new ArrayList<Integer>();
    try {
      var in = CodedInputStream.newInstance(request.body(ContentCoding.SNAPPY));
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        switch (WireFormat.getTagFieldNumber(tag)) {
          case 1 -> queries.add(query(CodedInputStream.newInstance(in.readByteArray())));
          case 2 -> types(tag, in, accepted);
          default -> in.skipField(tag);
        }
      }
    } catch (IOException e) {
      throw new FaultException(
          Fault.BAD_REQUEST, "the body is not a valid ReadRequest: " + e.getMessage(), e);
    }
    if (!accepted.isEmpty() && !accepted.contains(SAMPLES)) {
      throw FaultException.badRequest(
          "response types %s (expected: SAMPLES among them, nothing else is offered)"
              .formatted(accepted));
    }
    return Response.bytes(200, "application/x-protobuf", SnappyBlock.compress(answer(queries)))
        .header("Content-Encoding", "snappy");
  }

  /// Reads repeated enum values, packed or not.
  private static void types(int tag, CodedInputStream in, List<Integer> to) throws IOException {
    if (WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_VARINT) {
      to.add(in.readEnum());
      return;
    }
    var packed = CodedInputStream.newInstance(in.readByteArray());
    while (!packed.isAtEnd()) {
      to.add(packed.readEnum());
    }
  }

  private Query query(CodedInputStream in) throws IOException {
    long from = 0;
    long to = 0;
    var matchers = new ArrayList<Matcher>();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> from = in.readInt64();
        case 2 -> to = in.readInt64();
        case 3 -> matchers.add(matcher(CodedInputStream.newInstance(in.readByteArray())));
        default -> in.skipField(tag);
      }
    }
    return new Query(from, to, matchers);
  }

  /// External labels are not stored: a matcher for this environment's own value matches series
  /// without the label.
  private Matcher matcher(CodedInputStream in) throws IOException {
    int type = 0;
    var name = "";
    var value = "";
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> type = in.readEnum();
        case 2 -> name = in.readStringRequireUtf8();
        case 3 -> value = in.readStringRequireUtf8();
        default -> in.skipField(tag);
      }
    }
    if (type < 0 || type >= OPS.size()) {
      throw FaultException.badRequest("matcher type %d (expected: 0 to 3)".formatted(type));
    }
    boolean own =
        type == 0 && !value.isEmpty() && scraping.config().externalLabels().get(name).equals(value);
    try {
      return new Matcher(name, OPS.get(type), own ? "" : value);
    } catch (IllegalArgumentException e) {
      throw new FaultException(Fault.BAD_REQUEST, String.valueOf(e.getMessage()), e);
    }
  }

  private byte[] answer(List<Query> queries) throws IOException {
    var message = new ByteArrayOutputStream();
    var out = CodedOutputStream.newInstance(message);
    long samples = 0;
    for (var query : queries) {
      var result = new ByteArrayOutputStream();
      var inner = CodedOutputStream.newInstance(result);
      for (var series : store.select(query.matchers(), query.from(), query.to())) {
        var points = new SampleBuffer();
        series.read(points);
        samples += points.size();
        if (samples > MAX_SAMPLES) {
          throw FaultException.badRequest("exceeded sample limit (%d)".formatted(MAX_SAMPLES));
        }
        write(inner, series.labels(), points, query);
      }
      inner.flush();
      out.writeByteArray(1, result.toByteArray());
    }
    out.flush();
    return message.toByteArray();
  }

  private void write(CodedOutputStream to, Labels labels, SampleBuffer points, Query query)
      throws IOException {
    var bytes = new ByteArrayOutputStream();
    var out = CodedOutputStream.newInstance(bytes);
    var shown = scraping.config().externalLabels().overlaid(labels);
    for (int i = 0; i < shown.size(); i++) {
      var label = new ByteArrayOutputStream();
      var inner = CodedOutputStream.newInstance(label);
      inner.writeString(1, shown.nameAt(i));
      inner.writeString(2, shown.valueAt(i));
      inner.flush();
      out.writeByteArray(1, label.toByteArray());
    }
    boolean any = false;
    for (int i = 0; i < points.size(); i++) {
      boolean isWanted = points.millisAt(i) >= query.from() && points.millisAt(i) <= query.to();
      any |= isWanted;
      if (isWanted && points.histogramAt(i) == null) {
        out.writeTag(2, WireFormat.WIRETYPE_LENGTH_DELIMITED);
        out.writeUInt32NoTag(
            CodedOutputStream.computeDoubleSize(1, 0)
                + CodedOutputStream.computeInt64Size(2, points.millisAt(i)));
        out.writeDouble(1, points.valueAt(i));
        out.writeInt64(2, points.millisAt(i));
      }
    }
    for (int i = 0; i < points.size(); i++) {
      var histogram = points.histogramAt(i);
      if (histogram != null
          && points.millisAt(i) >= query.from()
          && points.millisAt(i) <= query.to()) {
        out.writeByteArray(4, HistogramMessage.encode(points.millisAt(i), histogram));
      }
    }
    out.flush();
    if (any) {
      to.writeByteArray(1, bytes.toByteArray());
    }
  }
}
