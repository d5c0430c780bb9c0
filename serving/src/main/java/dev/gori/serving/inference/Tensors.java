package dev.gori.serving.inference;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.gori.kernel.fault.FaultException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/// Runs a session on rows and reads its predictions.
///
/// The common case, one row into one float32 tensor with a label and probabilities coming out,
/// reuses its buffers instead of allocating native memory. The number of buffers is the maximum
/// number of such requests that ran concurrently, which the gateway limits.
final class Tensors implements AutoCloseable {

  private final OrtEnvironment environment;
  private final OrtSession session;
  private final ModelSignature signature;
  private final Outputs outputs;
  private final ConcurrentLinkedQueue<OneRow> kept = new ConcurrentLinkedQueue<>();
  private final boolean keeps;

  private Tensors(
      OrtEnvironment environment, OrtSession session, ModelSignature signature, Outputs outputs) {
    this.environment = environment;
    this.session = session;
    this.signature = signature;
    this.outputs = outputs;
    var only = signature.inputs().getFirst();
    this.keeps =
        signature.inputs().size() == 1
            && only.type() == ModelSignature.Type.FP32
            && !only.flat()
            && outputs.areLabelAndProbabilities();
  }

  static Tensors of(OrtEnvironment environment, OrtSession session) throws OrtException {
    var signature = Signatures.read(session);
    return new Tensors(environment, session, signature, Outputs.detect(session));
  }

  ModelSignature signature() {
    return signature;
  }

  Predictions predict(float[] flat, int rows, OrtSession.RunOptions options) throws OrtException {
    expect(flat.length, rows);
    if (rows != 1 || !keeps) {
      return outputs.read(session, inputs(i -> flat[i], flat, rows), rows, options);
    }
    var row = kept.poll();
    if (row == null) {
      row = OneRow.open(environment, signature.inputs().getFirst(), outputs);
    }
    try {
      return row.predict(session, flat, options);
    } finally {
      kept.offer(row);
    }
  }

  Predictions predict(double[] flat, int rows, OrtSession.RunOptions options) throws OrtException {
    expect(flat.length, rows);
    return outputs.read(session, inputs(i -> flat[i], null, rows), rows, options);
  }

  private void expect(int values, int rows) {
    if (rows < 1 || values != (long) rows * signature.width()) {
      throw FaultException.badRequest(
          "%d values for %d rows (expected: at least one row, %d values each)"
              .formatted(values, rows, signature.width()));
    }
  }

  private interface Values {
    double at(int index);
  }

  private Map<String, OnnxTensor> inputs(Values values, float @Nullable [] flat, int rows)
      throws OrtException {
    var tensors = new HashMap<String, OnnxTensor>();
    try {
      int offset = 0;
      for (var input : signature.inputs()) {
        boolean whole =
            flat != null
                && signature.inputs().size() == 1
                && input.type() == ModelSignature.Type.FP32;
        tensors.put(
            input.name(),
            whole && flat != null
                ? OnnxTensor.createTensor(environment, FloatBuffer.wrap(flat), shape(input, rows))
                : tensor(input, values, offset, rows));
        offset += input.width();
      }
      return tensors;
    } catch (OrtException | RuntimeException e) {
      tensors.values().forEach(OnnxTensor::close);
      throw e;
    }
  }

  private OnnxTensor tensor(ModelSignature.Input input, Values values, int offset, int rows)
      throws OrtException {
    int stride = signature.width();
    int width = input.width();
    int count = rows * width;
    var shape = shape(input, rows);
    return switch (input.type()) {
      case FP32 -> {
        var buffer = FloatBuffer.allocate(count);
        for (int i = 0; i < count; i++) {
          buffer.put(i, (float) values.at(i / width * stride + offset + i % width));
        }
        yield OnnxTensor.createTensor(environment, buffer, shape);
      }
      case FP64 -> {
        var buffer = DoubleBuffer.allocate(count);
        for (int i = 0; i < count; i++) {
          buffer.put(i, values.at(i / width * stride + offset + i % width));
        }
        yield OnnxTensor.createTensor(environment, buffer, shape);
      }
      case INT64 -> {
        var buffer = LongBuffer.allocate(count);
        for (int i = 0; i < count; i++) {
          buffer.put(i, (long) values.at(i / width * stride + offset + i % width));
        }
        yield OnnxTensor.createTensor(environment, buffer, shape);
      }
      case INT32, BOOL, BYTES ->
          throw new IllegalStateException("refused when the model was loaded");
    };
  }

  private static long[] shape(ModelSignature.Input input, int rows) {
    return input.flat() ? new long[] {rows} : new long[] {rows, input.width()};
  }

  @Override
  public void close() {
    for (var row = kept.poll(); row != null; row = kept.poll()) {
      row.close();
    }
  }

  /// Buffers for one row, its label and its probabilities, and the tensors that wrap them.
  private record OneRow(
      FloatBuffer in,
      LongBuffer label,
      FloatBuffer probabilities,
      OnnxTensor input,
      Map<String, OnnxTensor> ins,
      Map<String, OnnxTensor> outs)
      implements AutoCloseable {

    static OneRow open(OrtEnvironment environment, ModelSignature.Input input, Outputs outputs)
        throws OrtException {
      var in = direct(input.width() * 4).asFloatBuffer();
      var label = direct(8).asLongBuffer();
      var probabilities = direct(outputs.classes() * 4).asFloatBuffer();
      var tensor = OnnxTensor.createTensor(environment, in, new long[] {1, input.width()});
      var outs =
          Map.of(
              outputs.labelName(), OnnxTensor.createTensor(environment, label, new long[] {1}),
              outputs.probabilitiesName(),
                  OnnxTensor.createTensor(
                      environment, probabilities, new long[] {1, outputs.classes()}));
      return new OneRow(in, label, probabilities, tensor, Map.of(input.name(), tensor), outs);
    }

    Predictions predict(OrtSession session, float[] row, OrtSession.RunOptions options)
        throws OrtException {
      in.put(0, row);
      session.run(ins, Set.of(), outs, options).close();
      var shares = new float[probabilities.capacity()];
      probabilities.get(0, shares);
      return new Predictions(
          new Predictions.Values.Labels(new long[] {label.get(0)}), shares, shares.length);
    }

    private static ByteBuffer direct(int bytes) {
      return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    @Override
    public void close() {
      input.close();
      outs.values().forEach(OnnxTensor::close);
    }
  }
}
