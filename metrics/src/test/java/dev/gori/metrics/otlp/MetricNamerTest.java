package dev.gori.metrics.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.metrics.otlp.MetricNamer.Kind;
import dev.gori.metrics.otlp.OtlpSettings.Strategy;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class MetricNamerTest {

  private record Case(String name, String unit, Kind kind, String expected) {
    @Override
    public String toString() {
      return "%s [%s] %s".formatted(name, unit, kind);
    }
  }

  static Stream<Case> names() {
    return Stream.of(
        new Case(
            "http.server.request.duration",
            "s",
            Kind.OTHER,
            "http_server_request_duration_seconds"),
        new Case("http.server.requests", "{request}", Kind.COUNTER, "http_server_requests_total"),
        new Case("system.memory.utilization", "1", Kind.GAUGE, "system_memory_utilization_ratio"),
        new Case("system.memory.utilization", "1", Kind.OTHER, "system_memory_utilization"),
        new Case("system.io", "By", Kind.COUNTER, "system_io_bytes_total"),
        new Case("network.speed", "By/s", Kind.GAUGE, "network_speed_bytes_per_second"),
        new Case("requests_total", "", Kind.COUNTER, "requests_total"),
        new Case("total_of_bytes", "By", Kind.COUNTER, "of_bytes_total"),
        new Case("2xx.answers", "", Kind.GAUGE, "_2xx_answers"),
        new Case("fan", "rpm", Kind.GAUGE, "fan_rpm"),
        new Case("temperature", "Cel", Kind.GAUGE, "temperature_celsius"),
        new Case("überlauf", "", Kind.GAUGE, "berlauf"));
  }

  @ParameterizedTest
  @MethodSource
  void names(Case c) {
    assertThat(MetricNamer.of(Strategy.UNDERSCORES_WITH_SUFFIXES, c.name, c.unit, c.kind))
        .isEqualTo(c.expected);
  }

  private record Label(String attribute, String expected) {}

  static Stream<Label> labels() {
    return Stream.of(
        new Label("http.method", "http_method"),
        new Label("0day", "key_0day"),
        new Label("plain_1", "plain_1"),
        new Label("_own", "key_own"),
        new Label("__own", "__own"),
        new Label("a..b", "a__b"));
  }

  @ParameterizedTest
  @MethodSource
  void labels(Label label) {
    assertThat(MetricNamer.ofLabel(OtlpSettings.DEFAULTS, label.attribute))
        .isEqualTo(label.expected);
  }
}
