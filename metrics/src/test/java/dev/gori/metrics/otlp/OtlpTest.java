package dev.gori.metrics.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.base.observe.SelfMetrics;
import dev.gori.http.ClientResponse;
import dev.gori.http.ErrorFormat;
import dev.gori.http.HttpCalls;
import dev.gori.http.HttpServer;
import dev.gori.http.Mount;
import dev.gori.http.Routes;
import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.id.Bytes;
import dev.gori.kernel.label.Matcher;
import dev.gori.kernel.sample.Sample;
import dev.gori.kernel.sample.SampleBuffer;
import dev.gori.metrics.store.SampleStore;
import dev.gori.testkit.ExternalTools;
import dev.gori.testkit.ManualClock;
import dev.gori.testkit.NoLeaks;
import dev.gori.tsdb.TsdbSettings;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.DataPointFlags;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogram;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Histogram;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.metrics.v1.Sum;
import io.opentelemetry.proto.resource.v1.Resource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

@ExtendWith(NoLeaks.class)
final class OtlpTest {

  private static final String PROTOBUF = "application/x-protobuf";

  /// What OpenTelemetry's own exporter sends for one instrument of each kind.
  private static final String EXPORTER =
      """
            import sys
            from opentelemetry.sdk.metrics import MeterProvider, Counter, Histogram
            from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
            from opentelemetry.sdk.metrics.view import View, ExponentialBucketHistogramAggregation
            from opentelemetry.sdk.resources import Resource
            from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
            from opentelemetry.exporter.otlp.proto.http import Compression
            exporter = OTLPMetricExporter(endpoint=sys.argv[1], headers={"Authorization": "Bearer token"}, compression=Compression.Gzip)
            provider = MeterProvider(
                resource=Resource({"service.name": "shop", "service.namespace": "web", "service.instance.id": "i1", "host.name": "h"}),
                metric_readers=[PeriodicExportingMetricReader(exporter, export_interval_millis=3600000)],
                views=[View(instrument_name="size", aggregation=ExponentialBucketHistogramAggregation())])
            meter = provider.get_meter("test")
            meter.create_counter("orders", unit="{order}").add(3, {"kind": "book"})
            meter.create_up_down_counter("carts").add(-2)
            meter.create_histogram("latency", unit="s", explicit_bucket_boundaries_advisory=[0.1, 1]).record(0.5)
            meter.create_histogram("size", unit="By").record(1000)
            meter.create_gauge("load", unit="1").set(0.25)
            print(provider.force_flush(20000))
            provider.shutdown()
            """;

  @TempDir Path folder;

  private final ManualClock time = new ManualClock();
  private final HttpCalls calls = HttpCalls.within(Duration.ofSeconds(10));
  private SampleStore store;
  private HttpServer server;

  @BeforeEach
  void open() throws IOException {
    store =
        SampleStore.open(
            Disk.local(),
            folder.resolve("tsdb"),
            TsdbSettings.DEFAULTS,
            time,
            LoggerFactory.getLogger("metrics"),
            new SelfMetrics());
    server = HttpServer.open("127.0.0.1", 0, HttpServer.Limits.guardedBy("token"));
    server.mount(
        List.of(
            new Mount(
                "",
                new Routes(ErrorFormat.PLAIN)
                    .guarded(
                        "POST",
                        "/v1/metrics",
                        new OtlpReceiver(store, OtlpSettings.DEFAULTS, Duration.ofMinutes(5))
                            ::receive)
                    .takes(Bytes.mebi(64)))));
  }

  @AfterEach
  void close() throws IOException {
    server.close();
    store.close();
    calls.close();
  }

  /// The newest value of each series whose name matches; of a histogram its count.
  private Map<String, Object> newest(String name) {
    var found = new HashMap<String, Object>();
    for (var series :
        store.select(
            List.of(new Matcher("__name__", Matcher.Op.MATCHES, name)),
            Long.MIN_VALUE / 2,
            Long.MAX_VALUE / 2)) {
      var points = new SampleBuffer();
      series.read(points);
      int last = points.size() - 1;
      var histogram = points.histogramAt(last);
      found.put(
          series.labels().toString(),
          histogram == null ? points.valueAt(last) : "count " + histogram.count());
    }
    return found;
  }

  private ClientResponse post(Map<String, String> more, byte[] body) {
    var headers = new HashMap<>(HttpCalls.bearer("token"));
    headers.putAll(more);
    return calls.post(URI.create(server.uri() + "/v1/metrics"), PROTOBUF, body, headers);
  }

  private static byte[] request(Metric.Builder... metrics) {
    var scope = ScopeMetrics.newBuilder();
    for (var metric : metrics) {
      scope.addMetrics(metric);
    }
    return ExportMetricsServiceRequest.newBuilder()
        .addResourceMetrics(
            ResourceMetrics.newBuilder()
                .setResource(Resource.newBuilder().addAttributes(attribute("service.name", "api")))
                .addScopeMetrics(scope))
        .build()
        .toByteArray();
  }

  private static KeyValue attribute(String key, String value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setStringValue(value))
        .build();
  }

  private static NumberDataPoint.Builder point(long millis, double value) {
    return NumberDataPoint.newBuilder().setTimeUnixNano(millis * 1_000_000).setAsDouble(value);
  }

  private static ExportMetricsServiceResponse response(ClientResponse answer) throws IOException {
    assertThat(answer.status()).isEqualTo(200);
    return ExportMetricsServiceResponse.parseFrom(answer.body());
  }

  @Test
  void theExporterOfOpenTelemetryIsUnderstood() throws Exception {
    var python = ExternalTools.python("opentelemetry.sdk", "opentelemetry.exporter");
    var script = Files.writeString(folder.resolve("export.py"), EXPORTER);
    var output = folder.resolve("out").toFile();
    var process =
        new ProcessBuilder(python.toString(), script.toString(), server.uri() + "/v1/metrics")
            .redirectErrorStream(true)
            .redirectOutput(output)
            .start();
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(Files.readString(output.toPath())).isEqualTo("True\n");
    var own = "instance=\"i1\", job=\"web/shop\"";
    assertThat(newest(".+"))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "{__name__=\"orders_total\", %s, kind=\"book\"}".formatted(own), 3.0,
                "{__name__=\"carts\", %s}".formatted(own), -2.0,
                "{__name__=\"load_ratio\", %s}".formatted(own), 0.25,
                "{__name__=\"latency_seconds_bucket\", %s, le=\"0.1\"}".formatted(own), 0.0,
                "{__name__=\"latency_seconds_bucket\", %s, le=\"1\"}".formatted(own), 1.0,
                "{__name__=\"latency_seconds_bucket\", %s, le=\"+Inf\"}".formatted(own), 1.0,
                "{__name__=\"latency_seconds_sum\", %s}".formatted(own), 0.5,
                "{__name__=\"latency_seconds_count\", %s}".formatted(own), 1.0,
                "{__name__=\"size_bytes\", %s}".formatted(own), "count 1.0",
                "{__name__=\"target_info\", host_name=\"h\", %s}".formatted(own), 1.0));
  }

  @Test
  void anExponentialHistogramFinerThanTheFinestSchemaIsMadeCoarser() throws IOException {
    long now = time.millis();
    var buckets =
        ExponentialHistogramDataPoint.Buckets.newBuilder()
            .setOffset(0)
            .addAllBucketCounts(List.of(1L, 2L, 3L, 4L, 5L));
    var data =
        ExponentialHistogram.newBuilder()
            .setAggregationTemporality(AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE)
            .addDataPoints(
                ExponentialHistogramDataPoint.newBuilder()
                    .setTimeUnixNano(now * 1_000_000)
                    .setScale(9)
                    .setCount(15)
                    .setSum(20)
                    .setPositive(buckets));
    assertThat(
            response(
                    post(
                        Map.of(),
                        request(Metric.newBuilder().setName("h").setExponentialHistogram(data))))
                .hasPartialSuccess())
        .isFalse();
    var points = new SampleBuffer();
    store.select(List.of(Matcher.equal("__name__", "h")), now, now).getFirst().read(points);
    var histogram = points.histogramAt(0);
    assertThat(histogram).isNotNull();
    assertThat(histogram.schema()).isEqualTo(8);
    assertThat(
            List.of(
                histogram.positive().countOf(1),
                histogram.positive().countOf(2),
                histogram.positive().countOf(3)))
        .containsExactly(3.0, 7.0, 5.0);
  }

  @Test
  void whatPrometheusCannotHoldIsCountedAndTheRestIsStored() throws IOException {
    long now = time.millis();
    var delta =
        Sum.newBuilder()
            .setAggregationTemporality(AggregationTemporality.AGGREGATION_TEMPORALITY_DELTA)
            .addDataPoints(point(now, 1))
            .addDataPoints(point(now, 2));
    var uneven =
        Histogram.newBuilder()
            .setAggregationTemporality(AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE)
            .addDataPoints(HistogramDataPoint.newBuilder().addExplicitBounds(1).addBucketCounts(1));
    var answer =
        response(
            post(
                Map.of(),
                request(
                    Metric.newBuilder().setName("d").setSum(delta),
                    Metric.newBuilder().setName("u").setHistogram(uneven),
                    Metric.newBuilder()
                        .setName("g")
                        .setGauge(Gauge.newBuilder().addDataPoints(point(now, 7))))));
    assertThat(answer.getPartialSuccess().getRejectedDataPoints()).isEqualTo(3);
    assertThat(answer.getPartialSuccess().getErrorMessage())
        .isEqualTo(
            "metric 'd' has AGGREGATION_TEMPORALITY_DELTA (expected: AGGREGATION_TEMPORALITY_CUMULATIVE; set the exporter to it)");
    assertThat(newest("[dug].*")).isEqualTo(Map.of("{__name__=\"g\", job=\"api\"}", 7.0));
  }

  @Test
  void aPointWithoutValueEndsItsSeries() throws IOException {
    long now = time.millis();
    var gone = point(now, 0).setFlags(DataPointFlags.DATA_POINT_FLAGS_NO_RECORDED_VALUE_MASK_VALUE);
    response(
        post(
            Map.of(),
            request(
                Metric.newBuilder()
                    .setName("g")
                    .setGauge(Gauge.newBuilder().addDataPoints(gone)))));
    assertThat(newest("g").values())
        .singleElement()
        .satisfies(value -> assertThat(Sample.isStale((double) value)).isTrue());
  }

  @Test
  void wrongRequestsAreRefused() throws IOException {
    var answers = new ArrayList<String>();
    answers.add(line(post(Map.of(), new byte[] {10, 50, 1})));
    answers.add(line(post(Map.of("Content-Encoding", "gzip"), new byte[] {1, 2, 3})));
    answers.add(line(post(Map.of("Content-Encoding", "br"), new byte[] {1})));
    var json =
        calls.post(
            URI.create(server.uri() + "/v1/metrics"),
            "text/plain",
            new byte[] {'{', '}'},
            HttpCalls.bearer("token"));
    answers.add(line(json));
    var zeros = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(zeros)) {
      for (int i = 0; i < 65; i++) {
        gzip.write(new byte[1 << 20]);
      }
    }
    answers.add(line(post(Map.of("Content-Encoding", "gzip"), zeros.toByteArray())));
    assertThat(answers.get(0))
        .startsWith("400 the body is not a valid ExportMetricsServiceRequest");
    assertThat(answers.get(1)).startsWith("400 body: malformed gzip");
    assertThat(answers.get(2))
        .isEqualTo("415 Content-Encoding: 'br' (expected: gzip or zstd, or none)");
    assertThat(answers.get(3))
        .isEqualTo(
            "415 content type 'text/plain' (expected: application/x-protobuf or application/json)");
    assertThat(answers.get(4))
        .isEqualTo("413 body: more than 67108864 bytes (expected: at most 67108864 bytes)");
  }

  private ClientResponse json(String text) {
    return calls.post(
        URI.create(server.uri() + "/v1/metrics"),
        "application/json; charset=utf-8",
        text.getBytes(StandardCharsets.UTF_8),
        HttpCalls.bearer("token"));
  }

  @Test
  void jsonIsTheSameAsProtobuf() {
    var body =
        """
                {"resourceMetrics": [{"resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "api"}}]},
                  "scopeMetrics": [{"scope": {"name": "x"}, "metrics": [
                    {"name": "g", "gauge": {"dataPoints": [{"timeUnixNano": "%1$d", "asDouble": 1.5, "unknown": 1}]}},
                    {"name": "c", "sum": {"isMonotonic": true, "aggregationTemporality": 2, "dataPoints": [
                      {"timeUnixNano": %1$d, "asInt": "3", "attributes": [{"key": "l", "value": {"arrayValue": {"values": [{"intValue": "7"}, {"boolValue": true}]}}}],
                       "exemplars": [{"asDouble": 2, "timeUnixNano": "%1$d", "traceId": "0102030405060708090A0b0c0d0e0f10", "spanId": "a1a2a3a4a5a6a7a8"}]}]}},
                    {"name": "d", "sum": {"aggregationTemporality": "AGGREGATION_TEMPORALITY_DELTA", "dataPoints": [{"asInt": 1}]}},
                    {"name": "s", "summary": {"dataPoints": [{"timeUnixNano": "%1$d", "count": "18446744073709551615", "sum": "NaN", "quantileValues": []}]}}]}]}]}
                """
            .formatted(time.millis() * 1_000_000);
    var answer = json(body);
    assertThat(line(answer))
        .isEqualTo(
            "200 {\"partialSuccess\":{\"rejectedDataPoints\":\"1\",\"errorMessage\":\"metric 'd' has AGGREGATION_TEMPORALITY_DELTA (expected: AGGREGATION_TEMPORALITY_CUMULATIVE; set the exporter to it)\"}}");
    assertThat(answer.header("Content-Type")).contains("application/json");
    assertThat(newest(".+"))
        .isEqualTo(
            Map.of(
                "{__name__=\"g\", job=\"api\"}", 1.5,
                "{__name__=\"c_total\", job=\"api\", l=\"[7,true]\"}", 3.0,
                "{__name__=\"s_count\", job=\"api\"}", 0x1p64,
                "{__name__=\"s_sum\", job=\"api\"}", Double.NaN));
    var exemplars =
        store.exemplars(
            List.of(Matcher.equal("__name__", "c_total")), time.millis() - 1, time.millis() + 1);
    assertThat(exemplars.getFirst().exemplars().getFirst().labels())
        .hasToString(
            "{span_id=\"a1a2a3a4a5a6a7a8\", trace_id=\"0102030405060708090a0b0c0d0e0f10\"}");
  }

  record BadJson(String body, String answer) {}

  static Stream<BadJson> refusedJson() {
    return Stream.of(
        new BadJson("{", "400 "),
        new BadJson("[]", "ExportMetricsServiceRequest: [] (expected: an object"),
        new BadJson(
            "{'resourceMetrics': {}}",
            "ExportMetricsServiceRequest.resourceMetrics: {} (expected: a list)"),
        new BadJson(
            point("'asInt': 1.5"),
            "NumberDataPoint.asInt: 1.5 (expected: a number of type sfixed64)"),
        new BadJson(
            point("'timeUnixNano': '-1'"),
            "NumberDataPoint.timeUnixNano: \"-1\" (expected: a number of type fixed64)"),
        new BadJson(
            point("'exemplars': [{'traceId': 'xyz'}]"),
            "Exemplar.traceId: \"xyz\" (expected: hexadecimal digits)"),
        new BadJson(
            point("'flags': true"),
            "NumberDataPoint.flags: true (expected: a number of type uint32)"),
        new BadJson(
            point(
                "'attributes': [{'key': 'k', 'value': "
                    + "{'arrayValue': {'values': [".repeat(60)
                    + "]}}".repeat(60)
                    + "}]"),
            "(expected: an object, at most 100 in each other)"));
  }

  private static String point(String fields) {
    return "{'resourceMetrics': [{'scopeMetrics': [{'metrics': [{'name': 'g', 'gauge': {'dataPoints': [{"
        + fields
        + "}]}}]}]}]}";
  }

  @ParameterizedTest
  @MethodSource
  void refusedJson(BadJson bad) {
    assertThat(line(json(bad.body().replace('\'', '"')))).startsWith("400 ").contains(bad.answer());
  }

  private static String line(ClientResponse answer) {
    return answer.status() + " " + answer.text().strip();
  }
}
