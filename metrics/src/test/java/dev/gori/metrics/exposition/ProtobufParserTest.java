package dev.gori.metrics.exposition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prometheus.metrics.expositionformats.generated.Metrics;
import io.prometheus.metrics.shaded.com_google_protobuf_4_36_2.Timestamp;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ProtobufParserTest {

  private static final ExpositionParser.Options CLASSIC = ExpositionParser.Options.DEFAULTS;
  private static final ExpositionParser.Options NATIVE =
      new ExpositionParser.Options(true, false, false, false);
  private static final ExpositionParser.Options BOTH =
      new ExpositionParser.Options(true, true, false, true);
  private static final ExpositionParser.Options CUSTOM =
      new ExpositionParser.Options(true, false, true, false);

  record Case(
      String name, Metrics.MetricFamily family, ExpositionParser.Options options, String expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Metrics.MetricFamily.Builder family(
      String name, Metrics.MetricType type, Metrics.Metric.Builder... metrics) {
    var family = Metrics.MetricFamily.newBuilder().setName(name).setType(type);
    Arrays.stream(metrics).forEach(family::addMetric);
    return family;
  }

  private static Metrics.Metric.Builder metric(String... labels) {
    var metric = Metrics.Metric.newBuilder();
    for (int i = 0; i < labels.length; i += 2) {
      metric.addLabel(pair(labels[i], labels[i + 1]));
    }
    return metric;
  }

  private static Metrics.LabelPair pair(String name, String value) {
    return Metrics.LabelPair.newBuilder().setName(name).setValue(value).build();
  }

  private static Metrics.Exemplar.Builder exemplar(double value) {
    return Metrics.Exemplar.newBuilder().addLabel(pair("t", "x")).setValue(value);
  }

  private static Timestamp seconds(long seconds) {
    return Timestamp.newBuilder().setSeconds(seconds).setNanos(500_000_000).build();
  }

  private static Metrics.BucketSpan span(int offset, int length) {
    return Metrics.BucketSpan.newBuilder().setOffset(offset).setLength(length).build();
  }

  /// Two observations in (0.5,1], one in (1,2], three in the zero bucket, one in [-4,-2).
  private static Metrics.Histogram.Builder integers() {
    return Metrics.Histogram.newBuilder()
        .setSampleCount(7)
        .setSampleSum(1.5)
        .setSchema(0)
        .setZeroThreshold(0.001)
        .setZeroCount(3)
        .addPositiveSpan(span(0, 2))
        .addPositiveDelta(2)
        .addPositiveDelta(-1)
        .addNegativeSpan(span(2, 1))
        .addNegativeDelta(1);
  }

  private static Metrics.Histogram.Builder classic(Metrics.Histogram.Builder histogram) {
    return histogram
        .addBucket(
            Metrics.Bucket.newBuilder()
                .setUpperBound(1)
                .setCumulativeCount(6)
                .setExemplar(exemplar(0.7).setTimestamp(seconds(9))))
        .addBucket(Metrics.Bucket.newBuilder().setUpperBound(2.5).setCumulativeCount(7));
  }

  static Stream<Case> reads() {
    return Stream.of(
        new Case(
            "a counter",
            family(
                    "c_total",
                    Metrics.MetricType.COUNTER,
                    metric("a", "1")
                        .setCounter(
                            Metrics.Counter.newBuilder()
                                .setValue(3)
                                .setExemplar(exemplar(1).setTimestamp(seconds(8)))
                                .setCreatedTimestamp(seconds(5))))
                .setHelp("All.")
                .setUnit("things")
                .build(),
            BOTH,
            "help c_total All.|unit c_total things|type c_total counter|{__name__=\"c_total\", a=\"1\"} 3.0|  since 5500|  exemplar {t=\"x\"} 1.0 @8500"),
        new Case(
            "a gauge with a time, a name and a value that need quotes",
            family(
                    "g.x",
                    Metrics.MetricType.GAUGE,
                    metric("a.b", "q\"\\\nä")
                        .setGauge(Metrics.Gauge.newBuilder().setValue(Double.NaN))
                        .setTimestampMs(77))
                .build(),
            CLASSIC,
            "type g.x gauge|{__name__=\"g.x\", a.b=\"q\\\"\\\\\\nä\"} NaN @77"),
        new Case(
            "untyped",
            family(
                    "u",
                    Metrics.MetricType.UNTYPED,
                    metric().setUntyped(Metrics.Untyped.newBuilder().setValue(-1)))
                .build(),
            CLASSIC,
            "type u unknown|{__name__=\"u\"} -1.0"),
        new Case(
            "a summary",
            family(
                    "s",
                    Metrics.MetricType.SUMMARY,
                    metric()
                        .setSummary(
                            Metrics.Summary.newBuilder()
                                .setSampleCount(2)
                                .setSampleSum(5)
                                .addQuantile(
                                    Metrics.Quantile.newBuilder().setQuantile(0.5).setValue(2))
                                .addQuantile(
                                    Metrics.Quantile.newBuilder().setQuantile(1).setValue(3))))
                .build(),
            CLASSIC,
            "type s summary|{__name__=\"s_count\"} 2.0|{__name__=\"s_sum\"} 5.0|{__name__=\"s\", quantile=\"0.5\"} 2.0|{__name__=\"s\", quantile=\"1.0\"} 3.0"),
        new Case(
            "a classic histogram",
            family(
                    "h",
                    Metrics.MetricType.HISTOGRAM,
                    metric()
                        .setHistogram(
                            classic(
                                Metrics.Histogram.newBuilder().setSampleCount(7).setSampleSum(4))))
                .build(),
            NATIVE,
            "type h histogram|{__name__=\"h_count\"} 7.0|{__name__=\"h_sum\"} 4.0|{__name__=\"h_bucket\", le=\"1.0\"} 6.0|  exemplar {t=\"x\"} 0.7 @9500|"
                + "{__name__=\"h_bucket\", le=\"2.5\"} 7.0|{__name__=\"h_bucket\", le=\"+Inf\"} 7.0"),
        new Case(
            "a native histogram where none are wanted",
            family("h", Metrics.MetricType.HISTOGRAM, metric().setHistogram(integers())).build(),
            CLASSIC,
            "type h histogram|{__name__=\"h_count\"} 7.0|{__name__=\"h_sum\"} 1.5|{__name__=\"h_bucket\", le=\"+Inf\"} 7.0"),
        new Case(
            "a native histogram",
            family(
                    "h",
                    Metrics.MetricType.HISTOGRAM,
                    metric("a", "1")
                        .setHistogram(
                            integers()
                                .addExemplars(exemplar(0.6).setTimestamp(seconds(3)))
                                .addExemplars(exemplar(0.5))))
                .build(),
            NATIVE,
            "type h histogram|{__name__=\"h\", a=\"1\"} {count:7, sum:1.5, [-4,-2):1, [-0.001,0.001]:3, (0.5,1]:2, (1,2]:1}|  exemplar {t=\"x\"} 0.6 @3500"),
        new Case(
            "both",
            family(
                    "h",
                    Metrics.MetricType.HISTOGRAM,
                    metric().setHistogram(classic(integers()).setCreatedTimestamp(seconds(1))))
                .build(),
            BOTH,
            "type h histogram|{__name__=\"h\"} {count:7, sum:1.5, [-4,-2):1, [-0.001,0.001]:3, (0.5,1]:2, (1,2]:1}|  since 1500|  exemplar {t=\"x\"} 0.7 @9500|"
                + "{__name__=\"h_count\"} 7.0|  since 1500|{__name__=\"h_sum\"} 1.5|  since 1500|{__name__=\"h_bucket\", le=\"1.0\"} 6.0|  since 1500|"
                + "  exemplar {t=\"x\"} 0.7 @9500|{__name__=\"h_bucket\", le=\"2.5\"} 7.0|  since 1500|{__name__=\"h_bucket\", le=\"+Inf\"} 7.0|  since 1500"),
        new Case(
            "a gauge histogram of floats",
            family(
                    "h",
                    Metrics.MetricType.GAUGE_HISTOGRAM,
                    metric()
                        .setHistogram(
                            Metrics.Histogram.newBuilder()
                                .setSampleCountFloat(2.5)
                                .setSampleSum(9)
                                .setSchema(1)
                                .addPositiveSpan(span(4, 1))
                                .addPositiveSpan(span(1, 1))
                                .addPositiveCount(1.5)
                                .addPositiveCount(1)))
                .build(),
            NATIVE,
            "type h gaugehistogram|{__name__=\"h\"} {count:2.5, sum:9, (2.82842712474619,4]:1.5, (5.65685424949238,8]:1}"),
        new Case(
            "nothing but the sign of a native histogram",
            family(
                    "h",
                    Metrics.MetricType.HISTOGRAM,
                    metric()
                        .setHistogram(
                            Metrics.Histogram.newBuilder()
                                .setSchema(3)
                                .addPositiveSpan(span(0, 0))))
                .build(),
            NATIVE,
            "type h histogram|{__name__=\"h\"} {count:0, sum:0}"),
        new Case(
            "custom buckets",
            family(
                    "h",
                    Metrics.MetricType.HISTOGRAM,
                    metric()
                        .setHistogram(
                            classic(
                                Metrics.Histogram.newBuilder().setSampleCount(8).setSampleSum(4))))
                .build(),
            CUSTOM,
            "type h histogram|{__name__=\"h\"} {count:8, sum:4, [-Inf,1]:6, (1,2.5]:1, (2.5,+Inf]:1}|  exemplar {t=\"x\"} 0.7 @9500"),
        new Case(
            "a native histogram needs no custom buckets",
            family("h", Metrics.MetricType.HISTOGRAM, metric().setHistogram(classic(integers())))
                .build(),
            new ExpositionParser.Options(true, true, true, false),
            "type h histogram|{__name__=\"h\"} {count:7, sum:1.5, [-4,-2):1, [-0.001,0.001]:3, (0.5,1]:2, (1,2]:1}|  exemplar {t=\"x\"} 0.7 @9500|{__name__=\"h_count\"} 7.0|"
                + "{__name__=\"h_sum\"} 1.5|{__name__=\"h_bucket\", le=\"1.0\"} 6.0|  exemplar {t=\"x\"} 0.7 @9500|{__name__=\"h_bucket\", le=\"2.5\"} 7.0|{__name__=\"h_bucket\", le=\"+Inf\"} 7.0"),
        new Case(
            "a family without metrics",
            family("x", Metrics.MetricType.GAUGE).setHelp("h").build(),
            CLASSIC,
            ""));
  }

  @ParameterizedTest
  @MethodSource
  void reads(Case c) throws Exception {
    assertThat(String.join("|", read(body(c.family()), c.options()))).isEqualTo(c.expected());
  }

  static Stream<Case> refuses() {
    return Stream.of(
        new Case(
            "no name",
            family("", Metrics.MetricType.GAUGE, metric()).build(),
            CLASSIC,
            "message 1: a family without a name"),
        new Case(
            "no histogram",
            family("h", Metrics.MetricType.HISTOGRAM, metric()).build(),
            CLASSIC,
            "message 1, metric h: no histogram in a metric of type histogram"),
        new Case(
            "an unknown schema",
            family(
                    "h",
                    Metrics.MetricType.HISTOGRAM,
                    metric().setHistogram(integers().setSchema(9)))
                .build(),
            NATIVE,
            "message 1, metric h: histogram schema: 9 (expected: -4 to 8, or -53)"),
        new Case(
            "more buckets than counts",
            family(
                    "h",
                    Metrics.MetricType.HISTOGRAM,
                    metric().setHistogram(integers().addPositiveSpan(span(1, 1_000_000_000))))
                .build(),
            NATIVE,
            "message 1, metric h: buckets: span 2 with offset 1 and 1000000000 buckets, 2 counts in all (expected: a gap of 0 or more, and as many counts as buckets)"),
        new Case(
            "a time out of all bounds",
            family(
                    "c",
                    Metrics.MetricType.COUNTER,
                    metric()
                        .setCounter(
                            Metrics.Counter.newBuilder()
                                .setCreatedTimestamp(
                                    Timestamp.newBuilder().setSeconds(Long.MAX_VALUE))))
                .build(),
            CLASSIC,
            "message 1, metric c: time of 9223372036854775807 s and 0 ns (expected: a time before the year 10000)"));
  }

  @ParameterizedTest
  @MethodSource
  void refuses(Case c) {
    assertThatThrownBy(() -> read(body(c.family()), c.options())).hasMessage(c.expected());
  }

  /// A body that is truncated within a message is rejected.
  @Test
  void aBodyThatIsCutOffIsRefused() throws Exception {
    var families = reads().map(Case::family).toList();
    var whole = body(families.toArray(Metrics.MetricFamily[]::new));
    var ends = new HashSet<Integer>();
    for (int i = 0; i <= families.size(); i++) {
      ends.add(body(families.subList(0, i).toArray(Metrics.MetricFamily[]::new)).length);
    }
    for (int length = 0; length <= whole.length; length++) {
      var cut = Arrays.copyOf(whole, length);
      if (ends.contains(length)) {
        read(cut, BOTH);
      } else {
        assertThatThrownBy(() -> read(cut, BOTH))
            .as("%d of %d bytes", length, whole.length)
            .isInstanceOf(ExpositionException.class);
      }
    }
  }

  private static List<String> read(byte[] body, ExpositionParser.Options options)
      throws ExpositionException {
    var told = new RecordingSink();
    ExpositionParser.parse(body, ScrapeProtocol.PROMETHEUS_PROTO, options, told);
    return told.lines();
  }

  private static byte[] body(Metrics.MetricFamily... families) {
    var out = new ByteArrayOutputStream();
    try {
      for (var family : families) {
        family.writeDelimitedTo(out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
