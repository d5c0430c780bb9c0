package dev.gori.metrics.scrape;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.metrics.exposition.Malformed;
import dev.gori.metrics.exposition.MetricSink;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/// What a target says about its metrics is bounded, whatever it says.
final class MetadataTest {

  private final Metadata metadata = new Metadata();

  private void type(String metric) throws Malformed {
    var line = (metric + "counter").getBytes(StandardCharsets.UTF_8);
    int name = line.length - "counter".length();
    metadata.note(MetricSink.About.TYPE, line, 0, name, name, line.length);
  }

  @Test
  void bodiesThatFailWithNewNamesEachTimeDoNotAddUp() throws Malformed {
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
  void aBodyThatFailsEarlyKeepsWhatTheLastGoodOneSaid() throws Malformed {
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
  void oneBodyHasABound() throws Malformed {
    metadata.begin();
    for (int i = 0; i < Metadata.MOST + 1_000; i++) {
      type("m_" + i);
    }
    metadata.commit();
    assertThat(metadata.byMetric()).hasSize(Metadata.MOST);
  }
}
