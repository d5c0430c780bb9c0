package dev.gori.tsdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.Exemplar;
import org.junit.jupiter.api.Test;

final class ExemplarStorageTest {

  private static final Labels A = Labels.of(Labels.NAME, "a");
  private static final Labels B = Labels.of(Labels.NAME, "b");

  private final ExemplarStorage exemplars = new ExemplarStorage(10, 0);

  private static Exemplar exemplar(long millis) {
    return new Exemplar(Labels.EMPTY, 1, millis);
  }

  /// After a power failure during the deletion of older segments, exemplars of the first remaining
  /// segment count from 0; the checkpoint after it has the right sequence numbers.
  @Test
  void aPictureSaysThePlace() {
    exemplars.restore(A, exemplar(5), 0);
    exemplars.restore(A, exemplar(6), 1);
    exemplars.next(7);
    exemplars.restore(B, exemplar(0), 0);
    exemplars.restore(B, exemplar(1), 1);
    exemplars.restore(A, exemplar(5), 5);
    exemplars.restore(A, exemplar(6), 6);

    assertThat(exemplars.between(0, exemplars.next(), 10))
        .containsExactly(
            new ExemplarStorage.StoredExemplar(B, exemplar(0), 0),
            new ExemplarStorage.StoredExemplar(B, exemplar(1), 1),
            new ExemplarStorage.StoredExemplar(A, exemplar(5), 5),
            new ExemplarStorage.StoredExemplar(A, exemplar(6), 6));
    assertThat(exemplars.within(_ -> true, 0, 9)).hasSize(2);
    assertThat(exemplars.size()).isEqualTo(4);
  }
}
