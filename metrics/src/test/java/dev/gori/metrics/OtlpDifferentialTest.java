package dev.gori.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.gori.base.conf.Conf;
import dev.gori.base.conf.Problems;
import dev.gori.base.json.Json;
import dev.gori.http.HttpCalls;
import dev.gori.testkit.NoLeaks;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.Exemplar;
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
import io.opentelemetry.proto.metrics.v1.Summary;
import io.opentelemetry.proto.metrics.v1.SummaryDataPoint;
import io.opentelemetry.proto.resource.v1.Resource;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// The same OTLP exports give the same series in Gori and in Prometheus 3.16, with every
/// translation strategy and setting.
@ExtendWith(NoLeaks.class)
final class OtlpDifferentialTest {

  /// Keys of the section `otlp`.
  private static final List<String> SETTINGS =
      List.of(
          "",
          "translation_strategy: UnderscoreEscapingWithoutSuffixes",
          "translation_strategy: NoUTF8EscapingWithSuffixes",
          "translation_strategy: NoTranslation",
          "promote_resource_attributes: [host.name, service.name, nothing]",
          "promote_all_resource_attributes: true, ignore_resource_attributes: [host.name]",
          "keep_identifying_resource_attributes: true",
          "promote_scope_metadata: true",
          "convert_histograms_to_nhcb: true",
          "label_name_underscore_sanitization: false",
          "label_name_preserve_multiple_underscores: false");

  private static final AggregationTemporality CUMULATIVE =
      AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE;

  @TempDir Path folder;

  private final HttpCalls calls = HttpCalls.within(Duration.ofSeconds(20));
  private final long now = System.currentTimeMillis() / 1000 * 1000;

  private static AnyValue any(Object value) {
    var any = AnyValue.newBuilder();
    return switch (value) {
      case String text -> any.setStringValue(text).build();
      case Boolean flag -> any.setBoolValue(flag).build();
      case Integer number -> any.setIntValue(number).build();
      case Double number -> any.setDoubleValue(number).build();
      case byte[] bytes -> any.setBytesValue(ByteString.copyFrom(bytes)).build();
      case List<?> list -> {
        var array = ArrayValue.newBuilder();
        list.forEach(one -> array.addValues(any(one)));
        yield any.setArrayValue(array).build();
      }
      case Map<?, ?> map -> {
        var pairs = KeyValueList.newBuilder();
        map.forEach((key, one) -> pairs.addValues(pair(String.valueOf(key), one)));
        yield any.setKvlistValue(pairs).build();
      }
      default -> throw new IllegalArgumentException(value.toString());
    };
  }

  private static KeyValue pair(String key, Object value) {
    return KeyValue.newBuilder().setKey(key).setValue(any(value)).build();
  }

  /// @param attributes names and values, alternating
  private static List<KeyValue> pairs(Object... attributes) {
    var all = new ArrayList<KeyValue>();
    for (int i = 0; i < attributes.length; i += 2) {
      all.add(pair((String) attributes[i], attributes[i + 1]));
    }
    return all;
  }

  private NumberDataPoint.Builder point(long before, double value, Object... attributes) {
    return NumberDataPoint.newBuilder()
        .setTimeUnixNano((now - before) * 1_000_000 + 1234)
        .setStartTimeUnixNano((now - 600_000) * 1_000_000)
        .setAsDouble(value)
        .addAllAttributes(pairs(attributes));
  }

  private static Metric gauge(String name, String unit, NumberDataPoint.Builder... points) {
    var data = Gauge.newBuilder();
    Arrays.stream(points).forEach(data::addDataPoints);
    return Metric.newBuilder().setName(name).setUnit(unit).setGauge(data).build();
  }

  private static Metric sum(
      String name, String unit, boolean rises, NumberDataPoint.Builder... points) {
    var data = Sum.newBuilder().setIsMonotonic(rises).setAggregationTemporality(CUMULATIVE);
    Arrays.stream(points).forEach(data::addDataPoints);
    return Metric.newBuilder().setName(name).setUnit(unit).setSum(data).build();
  }

  private Metric histogram(String name, HistogramDataPoint.Builder... points) {
    var data = Histogram.newBuilder().setAggregationTemporality(CUMULATIVE);
    for (var point : points) {
      data.addDataPoints(point.setTimeUnixNano(now * 1_000_000));
    }
    return Metric.newBuilder().setName(name).setUnit("s").setHistogram(data).build();
  }

  private static HistogramDataPoint.Builder buckets(List<Double> bounds, List<Long> counts) {
    return HistogramDataPoint.newBuilder()
        .addAllExplicitBounds(bounds)
        .addAllBucketCounts(counts)
        .setCount(counts.stream().mapToLong(Long::longValue).sum());
  }

  private Metric exponential(String name, ExponentialHistogramDataPoint.Builder point) {
    return Metric.newBuilder()
        .setName(name)
        .setUnit("By")
        .setExponentialHistogram(
            ExponentialHistogram.newBuilder()
                .setAggregationTemporality(CUMULATIVE)
                .addDataPoints(point.setTimeUnixNano(now * 1_000_000)))
        .build();
  }

  private static ExponentialHistogramDataPoint.Buckets side(int offset, Long... counts) {
    return ExponentialHistogramDataPoint.Buckets.newBuilder()
        .setOffset(offset)
        .addAllBucketCounts(List.of(counts))
        .build();
  }

  private List<Metric> numbers() {
    return List.of(
        gauge("system.memory.utilization", "1", point(0, 0.25, "state", "used")),
        gauge("utilization.ratio", "1", point(0, 0.5)),
        gauge("temperature", "Cel", point(0, -3)),
        gauge("fan.speed", "rpm", point(0, 1200)),
        gauge("network.speed", "By/s", point(0, 9)),
        gauge("walking_meters_per_second", "m/s", point(0, 9)),
        gauge("per.remark", "{x}/{y}", point(0, 9)),
        gauge("odd unit", "foo%/bar%", point(0, 1)),
        gauge("weird  name--", "_a_", point(0, 1)),
        gauge("2xx.answers", "", point(0, 2)),
        gauge("Größe.des.Überlaufs", "", point(0, 3, "straße", "ü", "größe.x", "1")),
        gauge("ns:rule", "", point(0, 4)),
        gauge(
            "labels",
            "",
            point(
                0,
                1,
                "a.b",
                "1",
                "a_b",
                "2",
                "a-b",
                "",
                "_own",
                "x",
                "__own",
                "y",
                "__own__",
                "z",
                "0day",
                "d",
                "c..d",
                "e",
                "job",
                "mine",
                "__name__",
                "no",
                "instance",
                "i")),
        gauge(
            "kinds",
            "",
            point(
                0,
                1,
                "flag",
                true,
                "int",
                -7,
                "double",
                0.1,
                "large",
                1e21,
                "small",
                1e-7,
                "whole",
                3.0,
                "list",
                List.of("a", 1, 2.5, true, List.of("<b>")),
                "map",
                new TreeMap<>(Map.of("k", "v", "l", 1)),
                "bytes",
                new byte[] {1, 2, 3})),
        gauge("over", "", point(0, 1).setFlags(1)),
        gauge("twice", "", point(0, 1, "n", "1"), point(0, 2, "n", "2")),
        gauge("int", "", point(0, 0).setAsInt(9_007_199_254_740_993L)),
        sum("requests", "{request}", true, point(0, 3, "code", 200)),
        sum("requests_total", "", true, point(0, 4)),
        sum("total.of.bytes", "By", true, point(0, 4)),
        sum("bytes", "By", true, point(0, 4)),
        sum("queue", "ms", false, point(0, -4)),
        sum("io.rate", "KiBy/min", true, point(0, 4)));
  }

  private List<Metric> distributions() {
    return List.of(
        histogram(
            "latency",
            buckets(List.of(0.1, 1.0, 1e6), List.of(1L, 2L, 3L, 0L))
                .setSum(4.5)
                .addAllAttributes(pairs("le", "own", "path", "/a"))
                .addExemplars(Exemplar.newBuilder().setAsDouble(0.5))),
        histogram("no.sum", buckets(List.of(1.0), List.of(1L, 2L))),
        histogram(
            "to.infinity",
            buckets(List.of(1.0, Double.POSITIVE_INFINITY), List.of(1L, 2L, 0L)).setSum(1)),
        histogram("no.buckets", HistogramDataPoint.newBuilder().setCount(4).setSum(8)),
        histogram("one.bucket", buckets(List.of(), List.of(5L)).setSum(7)),
        histogram("over.buckets", buckets(List.of(1.0), List.of(1L, 2L)).setSum(3).setFlags(1)),
        exponential(
            "size",
            ExponentialHistogramDataPoint.newBuilder()
                .setScale(2)
                .setCount(21)
                .setSum(20)
                .setZeroCount(1)
                .setPositive(side(-2, 1L, 0L, 3L, 4L))
                .setNegative(side(7, 5L, 7L))),
        exponential(
            "fine",
            ExponentialHistogramDataPoint.newBuilder()
                .setScale(10)
                .setCount(15)
                .setSum(20)
                .setPositive(side(-3, 1L, 2L, 3L, 4L, 5L))),
        exponential("gone", ExponentialHistogramDataPoint.newBuilder().setFlags(1)),
        Metric.newBuilder()
            .setName("rpc")
            .setUnit("ms")
            .setSummary(
                Summary.newBuilder()
                    .addDataPoints(
                        SummaryDataPoint.newBuilder()
                            .setTimeUnixNano(now * 1_000_000)
                            .setCount(2)
                            .setSum(3)
                            .addQuantileValues(quantile(0.5, 1))
                            .addQuantileValues(quantile(0.999, 2))))
            .build());
  }

  private static SummaryDataPoint.ValueAtQuantile.Builder quantile(double of, double value) {
    return SummaryDataPoint.ValueAtQuantile.newBuilder().setQuantile(of).setValue(value);
  }

  private ResourceMetrics resource(String name, List<KeyValue> more, List<Metric> metrics) {
    var scope =
        InstrumentationScope.newBuilder()
            .setName("lib")
            .setVersion("1.2")
            .addAllAttributes(pairs("team.name", "a", "x", 1));
    return ResourceMetrics.newBuilder()
        .setResource(
            Resource.newBuilder()
                .addAllAttributes(pairs("service.name", name))
                .addAllAttributes(more))
        .addScopeMetrics(
            ScopeMetrics.newBuilder()
                .setScope(scope)
                .setSchemaUrl("http://schema")
                .addAllMetrics(metrics))
        .build();
  }

  private List<ExportMetricsServiceRequest> requests() {
    var described =
        pairs(
            "service.namespace",
            "web",
            "service.instance.id",
            "i1",
            "host.name",
            "h",
            "process.pid",
            12,
            "host_name",
            "other");
    var all = new ArrayList<ExportMetricsServiceRequest>();
    all.add(request(resource("shop", described, numbers())));
    distributions() // separately, because Prometheus rejects a request as a whole
        .forEach(one -> all.add(request(resource("dist", described, List.of(one)))));
    all.add(request(resource("bare", pairs(), List.of(gauge("g", "", point(0, 1))))));
    var apart = List.of(gauge("apart", "", point(400_000, 1), point(0, 2)));
    all.add(request(resource("apart", pairs("host.name", "h"), apart)));
    for (var name : List.of("___", "", "..", "a")) {
      var odd = List.of(gauge(name, "", point(0, 1)));
      all.add(request(resource("odd", pairs(), odd)));
    }
    for (var attribute : List.of("___", "", "a")) {
      var odd = List.of(gauge("odd", "", point(0, 1, attribute, "x")));
      all.add(request(resource("odd", pairs(), odd)));
    }
    all.add(request(resource("delta", pairs(), List.of(delta()))));
    return all;
  }

  private Metric delta() {
    var data = Sum.newBuilder().setIsMonotonic(true).addDataPoints(point(0, 1));
    data.setAggregationTemporality(AggregationTemporality.AGGREGATION_TEMPORALITY_DELTA);
    return Metric.newBuilder().setName("d").setSum(data).build();
  }

  private static ExportMetricsServiceRequest request(ResourceMetrics metrics) {
    return ExportMetricsServiceRequest.newBuilder().addResourceMetrics(metrics).build();
  }

  /// All series with their samples, floats and histograms.
  private TreeMap<String, String> everything(URI server) {
    var query = URLEncoder.encode("{__name__!=\"\"}[20m]", StandardCharsets.UTF_8);
    var uri = URI.create(server + "/api/v1/query?query=" + query + "&time=" + now / 1000);
    var all = new TreeMap<String, String>();
    for (var series : Json.parse(calls.get(uri).text()).path("data").path("result")) {
      var labels = new TreeMap<String, String>();
      series
          .path("metric")
          .properties()
          .forEach(one -> labels.put(one.getKey(), one.getValue().stringValue()));
      all.put(labels.toString(), series.path("values") + " " + series.path("histograms"));
    }
    return all;
  }

  private TreeMap<String, String> ours(String settings, int number) throws IOException {
    var problems = new Problems();
    var read =
        MetricsSettings.read(
            Conf.parse(
                "environment.yaml",
                "otlp: {%s}\nout_of_order_time_window: 30m".formatted(settings),
                problems),
            problems);
    problems.throwIfAny();
    try (var role = new MetricsServerRig(read, "", List.of(), folder.resolve("ours" + number))) {
      var server = role.url();
      send(server);
      return everything(server);
    }
  }

  private void send(URI server) {
    for (var request : requests()) {
      calls.post(
          URI.create(server + "/api/v1/otlp/v1/metrics"),
          "application/x-protobuf",
          request.toByteArray(),
          Map.of());
    }
  }

  private TreeMap<String, String> theirs(Path program, String settings, int number)
      throws IOException {
    var there = Files.createDirectories(folder.resolve("theirs" + number));
    var more = "storage: {tsdb: {out_of_order_time_window: 30m}}\notlp: {%s}\n".formatted(settings);
    var flags = List.of("--web.enable-otlp-receiver");
    try (var real = RealPrometheus.start(program, there, more, calls, flags)) {
      send(real.url());
      return everything(real.url());
    }
  }

  @Test
  void theSameExportsAreTheSameSeries() throws IOException {
    var program = RealPrometheus.three();
    var differences = new TreeMap<String, String>();
    for (var settings : SETTINGS) {
      int number = SETTINGS.indexOf(settings);
      var theirs = theirs(program, settings, number);
      var ours = ours(settings, number);
      assertThat(theirs).as("series with [%s]", settings).hasSizeGreaterThan(30);
      var all = new TreeMap<>(theirs);
      all.putAll(ours);
      all.keySet()
          .forEach(
              one -> {
                var there = theirs.getOrDefault(one, "nothing");
                var here = ours.getOrDefault(one, "nothing");
                if (!there.equals(here)) {
                  differences.put(
                      "[%s] %s".formatted(settings, one),
                      "theirs %s, ours %s".formatted(there, here));
                }
              });
    }
    assertThat(differences).isEmpty();
  }
}
