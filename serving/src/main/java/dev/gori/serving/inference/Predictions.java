package dev.gori.serving.inference;

/// What a model says about some rows.
///
/// @param values one a row
/// @param probabilities row after row, `classes` each, in the order of the classes; empty when the
///   model gives none
/// @param classes 0 when the model gives no probabilities
public record Predictions(Values values, float[] probabilities, int classes) {

  /// What each row is: a class by number or name, a number, or several numbers.
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

    /// @param width how many there are for each row, 1 or more
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
