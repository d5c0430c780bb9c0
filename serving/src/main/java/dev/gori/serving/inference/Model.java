package dev.gori.serving.inference;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.life.OpenResources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A loaded ONNX model.
///
/// Reference counting: loading takes one reference, which {@link #close} releases. A request calls
/// {@link #acquire} before it uses the model and {@link #release} after; the last release frees the
/// native memory.
public final class Model implements AutoCloseable {

  private final OrtSession session;
  private final Tensors tensors;
  private final AtomicInteger holders = new AtomicInteger(1);
  private final AtomicBoolean closed = new AtomicBoolean();
  private final OpenResources open;

  private Model(OrtSession session, Tensors tensors, OpenResources open) {
    this.session = session;
    this.tensors = tensors;
    this.open = open;
  }

  /// Reads and checks a model.
  ///
  /// @throws FaultException UNPROCESSABLE when the bytes are not a valid ONNX model, or its inputs
  ///   or outputs are not supported
  public static Model load(byte[] onnx) {
    NativeCalls.enter();
    try {
      return loaded(onnx);
    } finally {
      NativeCalls.leave();
    }
  }

  private static Model loaded(byte[] onnx) {
    OrtSession session;
    try (var options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      session = NativeCalls.environment().createSession(onnx, options);
    } catch (OrtException e) {
      throw new FaultException(
          Fault.UNPROCESSABLE,
          "%d bytes that are no model that can be run (expected: a valid ONNX file): %s"
              .formatted(onnx.length, e.getMessage()),
          e);
    }
    try {
      return new Model(
          session, Tensors.of(NativeCalls.environment(), session), OpenResources.mark("model"));
    } catch (FaultException | OrtException e) {
      close(session, e);
      throw e instanceof FaultException fault
          ? fault
          : new FaultException(Fault.UNPROCESSABLE, "reading the signature: " + e.getMessage(), e);
    }
  }

  /// @throws FaultException NOT_FOUND when the file cannot be read
  public static Model load(Path file) {
    try {
      return load(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new FaultException(
          Fault.NOT_FOUND, "model file '%s' cannot be read: %s".formatted(file, e), e);
    }
  }

  public ModelSignature signature() {
    return tensors.signature();
  }

  /// Predicts one batch of rows.
  ///
  /// @param flat row after row, `signature().width()` values each
  /// @throws FaultException BROKEN_INVARIANT when the model fails on them
  public Predictions predict(float[] flat, int rows) {
    try (var run = new ModelRun()) {
      return predict(flat, rows, run);
    }
  }

  /// Predicts in a run that another thread may terminate.
  ///
  /// @throws FaultException TIMED_OUT when the run was terminated
  public Predictions predict(float[] flat, int rows, ModelRun run) {
    return run(() -> tensors.predict(flat, rows, run.options()), run);
  }

  /// Predicts with a model whose inputs need more than float32.
  public Predictions predict(double[] flat, int rows) {
    try (var run = new ModelRun()) {
      return predict(flat, rows, run);
    }
  }

  /// Predicts in a run that another thread may terminate.
  ///
  /// @throws FaultException TIMED_OUT when the run was terminated
  public Predictions predict(double[] flat, int rows, ModelRun run) {
    return run(() -> tensors.predict(flat, rows, run.options()), run);
  }

  public Predictions predict(float[][] rows) {
    int width = signature().width();
    var flat = new float[Math.multiplyExact(rows.length, width)];
    for (int row = 0; row < rows.length; row++) {
      if (rows[row].length != width) {
        throw FaultException.badRequest(
            "row %d: %d values (expected: %d)".formatted(row, rows[row].length, width));
      }
      System.arraycopy(rows[row], 0, flat, row * width, width);
    }
    return predict(flat, rows.length);
  }

  /// Takes a reference, which keeps the native memory until {@link #release}.
  ///
  /// @return false when the model is freed: use the model that replaced it
  public boolean acquire() {
    int now = holders.get();
    while (now > 0) {
      if (holders.compareAndSet(now, now + 1)) {
        return true;
      }
      now = holders.get();
    }
    return false;
  }

  public void release() {
    if (holders.decrementAndGet() == 0) {
      tensors.close();
      close(session, null);
      open.closed();
    }
  }

  /// Whether native memory has been freed.
  public boolean isFreed() {
    return holders.get() == 0;
  }

  /// Releases the loader's reference; the last request that uses the model frees it.
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      release();
    }
  }

  private interface Work {
    Predictions run() throws OrtException;
  }

  private Predictions run(Work work, ModelRun run) {
    if (!acquire()) {
      throw new FaultException(
          Fault.BROKEN_INVARIANT, "the model is closed (expected: a request on an open one)");
    }
    try {
      NativeCalls.enter();
      try {
        return work.run();
      } finally {
        NativeCalls.leave();
      }
    } catch (OrtException e) {
      throw run.isEnded()
          ? new FaultException(Fault.TIMED_OUT, "the run was ended before the model answered", e)
          : new FaultException(Fault.BROKEN_INVARIANT, "the model failed: " + e.getMessage(), e);
    } finally {
      release();
    }
  }

  private static void close(OrtSession session, @Nullable Exception cause) {
    try {
      session.close();
    } catch (OrtException e) {
      if (cause == null) {
        throw new IllegalStateException("closing a model", e);
      }
      cause.addSuppressed(e);
    }
  }
}
