package dev.gori.serving.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class TrafficTest {

  private static final int CLIENTS = 20_000;

  @Test
  void aSplitFollowsItsWeights() {
    var split = new Traffic.Split(Map.of("A", 90, "B", 10));
    long toB =
        IntStream.range(0, CLIENTS)
            .filter(i -> split.choose("client-" + i).variant().equals("B"))
            .count();
    assertThat((double) toB / CLIENTS).isCloseTo(0.1, within(0.01));
  }

  @Test
  void aClientStaysAlsoOnAnotherReplica() {
    var here = new Traffic.Split(Map.of("A", 50, "B", 50));
    var there = new Traffic.Split(Map.of("B", 50, "A", 50));
    for (int i = 0; i < 1_000; i++) {
      assertThat(there.choose("client-" + i).variant())
          .isEqualTo(here.choose("client-" + i).variant());
    }
  }

  @Test
  void aWiderPartMovesClientsOneWayOnly() {
    var narrow = new Traffic.Split(Map.of("A", 90, "B", 10));
    var wide = new Traffic.Split(Map.of("A", 50, "B", 50));
    for (int i = 0; i < 1_000; i++) {
      if (narrow.choose("client-" + i).variant().equals("B")) {
        assertThat(wide.choose("client-" + i).variant()).isEqualTo("B");
      }
    }
  }

  /// So that another program can say where a client goes.
  @Test
  void thePlaceIsTheFirst53BitsOfTheSha256() {
    assertThat(Traffic.Split.place("abc")).isCloseTo(0.7283949105904021, within(1e-15));
    assertThat(new Traffic.Split(Map.of("A", 3, "B", 0)).variants()).containsExactly("A");
  }
}
