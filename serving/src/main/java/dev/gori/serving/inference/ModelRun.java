package dev.gori.serving.inference;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;

/// One run of a model, which another thread may terminate. ONNX Runtime checks the terminate flag
/// before each operator, also inside loops, but does not interrupt a running operator. {@link #end}
/// is safe from any thread, also after the run.
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

  /// Terminates the run: its prediction fails with TIMED_OUT.
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

  /// Whether {@link #end} was called before {@link #close}.
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
