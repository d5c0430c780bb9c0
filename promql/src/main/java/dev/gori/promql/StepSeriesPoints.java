package dev.gori.promql;

import dev.gori.promql.QueryResult.Point;
import java.util.AbstractList;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/// The points of a finished series, created on access: a response can have millions, and most are
/// read once.
final class StepSeriesPoints extends AbstractList<Point> implements RandomAccess {

  private final StepGrid grid;
  private final StepSeries line;
  private final int size;
  private final int @Nullable [] places; // null where every step has a sample

  StepSeriesPoints(StepGrid grid, StepSeries line) {
    this.grid = grid;
    this.line = line;
    this.size = line.count();
    this.places = size == line.steps() ? null : places(line, size);
  }

  private static int[] places(StepSeries line, int size) {
    var places = new int[size];
    int n = 0;
    for (int i = 0; i < line.steps(); i++) {
      if (line.has(i)) {
        places[n++] = i;
      }
    }
    return places;
  }

  @Override
  public Point get(int index) {
    int step = places == null ? index : places[index];
    var histogram = line.histogram(step);
    return histogram != null
        ? Point.of(grid.at(step), histogram)
        : Point.of(grid.at(step), line.value(step));
  }

  @Override
  public int size() {
    return size;
  }
}
