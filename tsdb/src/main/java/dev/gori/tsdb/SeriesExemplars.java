package dev.gori.tsdb;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.sample.Exemplar;
import java.util.List;

/// The exemplars of one series, sorted by time.
public record SeriesExemplars(Labels series, List<Exemplar> exemplars) {

  public SeriesExemplars {
    exemplars = List.copyOf(exemplars);
  }
}
