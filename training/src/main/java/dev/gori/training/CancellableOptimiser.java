package dev.gori.training;

import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import dev.gori.kernel.life.Cancellation;
import org.tribuo.math.Parameters;
import org.tribuo.math.StochasticGradientOptimiser;
import org.tribuo.math.la.Tensor;

/// Makes a Tribuo training cancellable: Tribuo's trainers have no cancellation, but call their
/// optimiser in each step.
record CancellableOptimiser(StochasticGradientOptimiser inner)
    implements StochasticGradientOptimiser {

  @Override
  public void initialise(Parameters parameters) {
    inner.initialise(parameters);
  }

  @Override
  public Tensor[] step(Tensor[] updates, double weight) {
    Cancellation.check();
    return inner.step(updates, weight);
  }

  @Override
  public void finalise() {
    inner.finalise();
  }

  @Override
  public void reset() {
    inner.reset();
  }

  @Override
  public StochasticGradientOptimiser copy() {
    return new CancellableOptimiser(inner.copy());
  }

  @Override
  public ConfiguredObjectProvenance getProvenance() {
    return inner.getProvenance();
  }
}
