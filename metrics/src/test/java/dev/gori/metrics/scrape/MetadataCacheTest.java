package dev.gori.metrics.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.metrics.exposition.ExpositionException;
import dev.gori.metrics.exposition.MetricSink;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/// The metadata cache is bounded.
final class MetadataCacheTest {

  private final MetadataCache metadata = new MetadataCache();

  private void type(String metric) throws ExpositionException {
    var line = (metric + "counter").getBytes(StandardCharsets.UTF_8);
    int name = line.length - "counter".length();
    metadata.set(MetricSink.MetadataKind.TYPE, line, 0, name, name, line.length);
  }

  @Test
  void bodiesThatFailWithNewNamesEachTimeDoNotAddUp() throws ExpositionException {
    for (int round = 0; round < 20; round++) {
      metadata.begin();
      for (int i = 0; i < 100; i++) {
        type("m_%d_%d".formatted(round, i));
      }
      metadata.fail();
    }
    assertThat(metadata.byMetric()).hasSize(100).containsKey("m_19_0");
  }

  @Test
  void aBodyThatFailsEarlyKeepsWhatTheLastGoodOneSaid() throws ExpositionException {
    metadata.begin();
    type("a");
    type("b");
    metadata.commit();
    metadata.begin();
    type("a");
    metadata.fail();
    assertThat(metadata.byMetric()).containsOnlyKeys("a", "b");
  }

  @Test
  void oneBodyHasABound() throws ExpositionException {
    metadata.begin();
    for (int i = 0; i < MetadataCache.MAX_LINES + 1_000; i++) {
      type("m_" + i);
    }
    metadata.commit();
    assertThat(metadata.byMetric()).hasSize(MetadataCache.MAX_LINES);
  }
}
