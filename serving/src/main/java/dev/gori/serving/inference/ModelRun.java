package dev.gori.serving.inference;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;

/// One run of a model, which another thread may end. ONNX Runtime looks for the wish to end before
/// each operator, also inside of loops; a single operator that takes long is not interrupted.
/// {@link #end} is safe from any thread, also when the run is over.
public final class ModelRun implements AutoCloseable {

  private final OrtSession.RunOptions options;
  private boolean closed;
  private boolean ended;

  public ModelRun() {
    try {
      options = new OrtSession.RunOptions();
    } catch (OrtException e) {
      throw new IllegalStateException("options of a run", e);
    }
  }

  /// Ends the run: its prediction fails with TIMED_OUT.
  public synchronized void end() {
    if (closed || ended) {
      return;
    }
    try {
      options.setTerminate(true);
      ended = true;
    } catch (OrtException e) {
      throw new IllegalStateException("ending a run", e);
    }
  }

  /// Whether it was ended before it was closed.
  public synchronized boolean isEnded() {
    return ended;
  }

  OrtSession.RunOptions options() {
    return options;
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      options.close();
    }
  }
}
