package dev.gori.engines.inference;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxMap;
import ai.onnxruntime.OnnxSequence;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.SequenceInfo;
import ai.onnxruntime.TensorInfo;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Which outputs of a model hold its predictions and probabilities. Exporters disagree on names, so
/// types decide first:
///
/// - the first tensor of whole numbers or strings is the label;
/// - the first sequence of maps (a ZipMap), or a float tensor with several columns or `prob` in its
///   name, is the probabilities;
/// - without a label, a float tensor `[N]` or `[N, 1]` is a regression's predictions;
/// - with probabilities alone, the prediction is the class with the highest.
///
/// @param label absent: none
/// @param probabilities absent: none
/// @param number absent: no regression
/// @param classes columns of the probabilities as the file declares them; 0 where it leaves them
///   open
record Outputs(
        @Nullable String label,
        @Nullable String probabilities,
        @Nullable String number,
        int classes,
        boolean labelIsLong) {

    static Outputs detect(OrtSession session) throws OrtException {
        String label = null;
        String probabilities = null;
        String number = null;
        boolean labelIsLong = false;
        int classes = 0;
        for (var node : session.getOutputInfo().values()) {
            if (node.getInfo() instanceof SequenceInfo sequence
                    && sequence.sequenceOfMaps
                    && probabilities == null) {
                probabilities = node.getName();
            } else if (node.getInfo() instanceof TensorInfo tensor) {
                switch (tensor.type) {
                    case INT64, INT32, STRING, BOOL -> {
                        if (label == null) {
                            label = node.getName();
                            labelIsLong =
                                    tensor.type == OnnxJavaType.INT64
                                            && tensor.getShape().length == 1;
                        }
                    }
                    default -> {
                        if (isProbabilities(node.getName(), tensor) && probabilities == null) {
                            probabilities = node.getName();
                            var shape = tensor.getShape();
                            boolean plain =
                                    tensor.type == OnnxJavaType.FLOAT
                                            && shape.length == 2
                                            && shape[1] > 0;
                            classes = plain ? (int) shape[1] : 0;
                        } else if (number == null) {
                            number = node.getName();
                        }
                    }
                }
            }
        }
        if (label == null && probabilities == null && number == null) {
            throw new FaultException(
                    Fault.UNPROCESSABLE,
                    "the model cannot be served: outputs %s (expected: a label, probabilities or a number)"
                            .formatted(session.getOutputNames()));
        }
        return new Outputs(
                label,
                probabilities,
                label == null && probabilities == null ? number : null,
                classes,
                labelIsLong);
    }

    /// Whether an int64 `[N]` and a float32 `[N, classes]` are what is read.
    boolean areLabelAndProbabilities() {
        return label != null && labelIsLong && probabilities != null && classes > 0;
    }

    String labelName() {
        return label == null ? "" : label;
    }

    String probabilitiesName() {
        return probabilities == null ? "" : probabilities;
    }

    /// Runs the session on the inputs, which it closes.
    Predictions read(
            OrtSession session,
            Map<String, OnnxTensor> inputs,
            int rows,
            OrtSession.RunOptions options)
            throws OrtException {
        var wanted = new LinkedHashSet<String>();
        for (var name : new String[] {label, probabilities, number}) {
            if (name != null) {
                wanted.add(name);
            }
        }
        try (var result = session.run(inputs, wanted, options)) {
            var shares =
                    probabilities == null
                            ? new float[0]
                            : probabilities(value(result, probabilities), rows);
            int width = shares.length / rows;
            Predictions.Values values;
            if (label != null) {
                values = labels(value(result, label));
            } else if (number != null) {
                values = new Predictions.Values.Numbers(numbers(value(result, number)));
            } else {
                values = highest(shares, rows, width);
            }
            if (values.rows() != rows) {
                throw new FaultException(
                        Fault.BROKEN_INVARIANT,
                        "the model gave %d predictions for %d rows (expected: one each)"
                                .formatted(values.rows(), rows));
            }
            return new Predictions(values, shares, width);
        } finally {
            inputs.values().forEach(OnnxTensor::close);
        }
    }

    private static boolean isProbabilities(String name, TensorInfo tensor) {
        var shape = tensor.getShape();
        return name.toLowerCase(Locale.ROOT).contains("prob") || shape.length == 2 && shape[1] > 1;
    }

    private static OnnxValue value(OrtSession.Result result, String name) {
        return result.get(name)
                .orElseThrow(
                        () ->
                                new FaultException(
                                        Fault.BROKEN_INVARIANT,
                                        "the model gave no output '%s'".formatted(name)));
    }

    private static Predictions.Values labels(OnnxValue value) throws OrtException {
        return switch (Flat.of(value)) {
            case long[] whole -> new Predictions.Values.Labels(whole);
            case String[] names -> new Predictions.Values.Names(names);
            case double[] numbers -> new Predictions.Values.Numbers(numbers);
            case Object other ->
                    throw new FaultException(
                            Fault.BROKEN_INVARIANT,
                            "labels of type " + other.getClass().getSimpleName());
        };
    }

    private static double[] numbers(OnnxValue value) throws OrtException {
        return Flat.of(value) instanceof double[] numbers ? numbers : new double[0];
    }

    private static float[] probabilities(OnnxValue value, int rows) throws OrtException {
        if (value instanceof OnnxSequence sequence) {
            return zipped(sequence, rows);
        }
        var numbers = numbers(value);
        if (numbers.length % rows != 0) {
            throw new FaultException(
                    Fault.BROKEN_INVARIANT,
                    "the model gave %d probabilities for %d rows (expected: the same for each)"
                            .formatted(numbers.length, rows));
        }
        var shares = new float[numbers.length];
        for (int i = 0; i < shares.length; i++) {
            shares[i] = (float) numbers[i];
        }
        return shares;
    }

    /// A ZipMap's probabilities, in the order of the classes.
    private static float[] zipped(OnnxSequence sequence, int rows) throws OrtException {
        float[] shares = new float[0];
        int row = 0;
        for (var entry : sequence.getValue()) {
            var sorted = new TreeMap<Object, Object>(((OnnxMap) entry).getValue());
            if (row == 0) {
                shares = new float[rows * sorted.size()];
            }
            int column = 0;
            for (var share : sorted.values()) {
                shares[row * sorted.size() + column++] = ((Number) share).floatValue();
            }
            entry.close();
            row++;
        }
        return shares;
    }

    private static Predictions.Values highest(float[] shares, int rows, int width) {
        var labels = new long[rows];
        for (int row = 0; row < rows; row++) {
            for (int column = 1; column < width; column++) {
                if (shares[row * width + column] > shares[row * width + (int) labels[row]]) {
                    labels[row] = column;
                }
            }
        }
        return new Predictions.Values.Labels(labels);
    }
}
