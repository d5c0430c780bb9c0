package dev.gori.serving.gateway;

import dev.gori.serving.inference.Model;
import dev.gori.serving.inference.ModelRun;
import dev.gori.serving.inference.ModelSignature;
import dev.gori.serving.inference.Predictions;
import java.util.Arrays;

/// The rows of one request, one after the other, in float32 or float64.
sealed interface Rows {

  int count();

  /// Predicts in a run that another thread may terminate.
  Predictions predict(Model model, ModelRun run);

  record Floats(float[] flat, int count) implements Rows {
    @Override
    public Predictions predict(Model model, ModelRun run) {
      return model.signature().wide()
          ? model.predict(widened(), count, run)
          : model.predict(flat, count, run);
    }

    private double[] widened() {
      var wide = new double[flat.length];
      for (int i = 0; i < wide.length; i++) {
        wide[i] = flat[i];
      }
      return wide;
    }
  }

  record Doubles(double[] flat, int count) implements Rows {
    @Override
    public Predictions predict(Model model, ModelRun run) {
      return model.predict(flat, count, run);
    }
  }

  /// Returns rows that fit a signature, with every value equal to `value`.
  static Rows filled(ModelSignature signature, int count, double value) {
    if (signature.wide()) {
      var flat = new double[count * signature.width()];
      Arrays.fill(flat, value);
      return new Doubles(flat, count);
    }
    var flat = new float[count * signature.width()];
    Arrays.fill(flat, (float) value);
    return new Floats(flat, count);
  }
}
