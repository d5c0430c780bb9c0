package dev.gori.serving.inference;

/// A model's predictions for a batch of rows.
///
/// @param values one entry per row
/// @param probabilities row after row, `classes` each, in the order of the classes; empty when the
///   model gives none
/// @param classes 0 when the model gives no probabilities
public record Predictions(Values values, float[] probabilities, int classes) {

  /// The predicted values: a class number, a class name, or one or more numbers per row.
  public sealed interface Values {
    int rows();

    record Labels(long[] of) implements Values {
      @Override
      public int rows() {
        return of.length;
      }
    }

    record Names(String[] of) implements Values {
      @Override
      public int rows() {
        return of.length;
      }
    }

    /// @param width numbers per row, 1 or more
    record Numbers(double[] of, int width) implements Values {
      @Override
      public int rows() {
        return of.length % width == 0 ? of.length / width : of.length;
      }
    }
  }

  public int rows() {
    return values.rows();
  }
}
