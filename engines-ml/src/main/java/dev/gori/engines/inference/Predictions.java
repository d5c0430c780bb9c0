package dev.gori.engines.inference;

/// What a model says about some rows.
///
/// @param values one a row
/// @param probabilities row after row, `classes` each, in the order of the classes; empty when the
///   model gives none
/// @param classes 0 when the model gives no probabilities
public record Predictions(Values values, float[] probabilities, int classes) {

    /// One value a row: a class by number or name, or a number.
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

        record Numbers(double[] of) implements Values {
            @Override
            public int rows() {
                return of.length;
            }
        }
    }

    public int rows() {
        return values.rows();
    }
}
