package dev.gori.serving.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.testkit.ExternalTools;
import dev.gori.testkit.NoLeaks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Models as data scientists export them from scikit-learn, in the forms that differ.
@ExtendWith(NoLeaks.class)
final class PythonModelsTest {

  private static final String SCRIPT =
      """
            import sys, numpy as np
            from sklearn.linear_model import LogisticRegression, LinearRegression
            from sklearn.ensemble import RandomForestClassifier
            from skl2onnx import to_onnx
            from skl2onnx.common.data_types import FloatTensorType, DoubleTensorType, Int64TensorType
            rng = np.random.default_rng(1)
            X = rng.normal(size=(300, 3)); y = (X @ [1, -2, .5] > 0).astype(np.int64)
            probe = np.array([[.1, .2, .3], [-1, 1, 2], [3, -1, 0]])
            out = sys.argv[1]
            clf = LogisticRegression().fit(X, y)
            forest = RandomForestClassifier(5, random_state=1).fit(X, np.array(['no', 'yes'])[y])
            reg = LinearRegression().fit(X, X @ [1, -2, .5] + 3)
            def save(name, model, types, **options):
                onx = to_onnx(model, initial_types=types, options=options.get('options'))
                open(f'{out}/{name}.onnx', 'wb').write(onx.SerializeToString())
            F = [('X', FloatTensorType([None, 3]))]
            save('zipmap', clf, F)
            save('plain', clf, F, options={id(clf): {'zipmap': False}})
            save('double', clf, [('X', DoubleTensorType([None, 3]))], options={id(clf): {'zipmap': False}})
            save('names', forest, F, options={id(forest): {'zipmap': False}})
            save('regression', reg, F)
            ints = LogisticRegression().fit(np.round(X * 10), y)
            save('whole', ints, [('X', Int64TensorType([None, 3]))], options={id(ints): {'zipmap': False}})
            from sklearn.pipeline import make_pipeline
            from sklearn.compose import make_column_transformer
            import pandas as pd
            frame = pd.DataFrame(X, columns=list('abc'))
            piped = make_pipeline(make_column_transformer(('passthrough', list('abc'))), LogisticRegression()).fit(frame, y)
            save('columns', piped, [(c, FloatTensorType([None, 1])) for c in 'abc'], options={id(piped): {'zipmap': False}})
            p = clf.predict_proba(probe)[:, 1]
            from onnx import helper, numpy_helper, TensorProto
            def graph(name, nodes, outputs, **constants):
                model = helper.make_model(
                    helper.make_graph(nodes, 'g', [helper.make_tensor_value_info('x', TensorProto.FLOAT, [None, 3])],
                        [helper.make_tensor_value_info(n, t, shape) for n, t, shape in outputs],
                        [numpy_helper.from_array(np.array(v), n) for n, v in constants.items()]),
                    opset_imports=[helper.make_opsetid('', 15)], ir_version=8)
                open(f'{out}/{name}.onnx', 'wb').write(model.SerializeToString())
            w = np.array([[100, 1], [0, 2], [5, 4]], dtype=np.float32)
            times = helper.make_node('MatMul', ['x', 'w'], ['variable'])
            graph('targets', [times], [('variable', TensorProto.FLOAT, [None, 2])], w=w)
            graph('softmax', [times, helper.make_node('Softmax', ['variable'], ['probs'], axis=1)],
                [('probs', TensorProto.FLOAT, [None, 2])], w=w)
            argmax = helper.make_node('ArgMax', ['variable'], ['best'], axis=1, keepdims=0)
            graph('scores', [times, argmax, helper.make_node('ReduceMax', ['variable'], ['score'], axes=[1], keepdims=0)],
                [('best', TensorProto.INT64, [None]), ('score', TensorProto.FLOAT, [None])], w=w)
            graph('two', [times, helper.make_node('Neg', ['variable'], ['minus'])],
                [('variable', TensorProto.FLOAT, [None, 2]), ('minus', TensorProto.FLOAT, [None, 2])], w=w)
            graph('three', [times, argmax, helper.make_node('Neg', ['variable'], ['minus'])],
                [('best', TensorProto.INT64, [None]), ('variable', TensorProto.FLOAT, [None, 2]), ('minus', TensorProto.FLOAT, [None, 2])], w=w)
            graph('labels', [times, helper.make_node('Cast', ['variable'], ['tags'], to=TensorProto.INT64)],
                [('tags', TensorProto.INT64, [None, 2])], w=w)
            graph('cube', [times, helper.make_node('Unsqueeze', ['variable', 'axes'], ['cubes'])],
                [('cubes', TensorProto.FLOAT, [None, 2, 1])], w=w, axes=np.array([2], dtype=np.int64))
            open(f'{out}/expected', 'w').write(' '.join(map(str, p)) + ' ' + ' '.join(map(str, reg.predict(probe))))
            """;

  private static final float[] PROBE = {.1f, .2f, .3f, -1, 1, 2, 3, -1, 0};

  @TempDir private static Path folder;

  private static double[] expected = {};

  @BeforeAll
  static void export() throws Exception {
    var python = ExternalTools.python("sklearn", "skl2onnx");
    var script = Files.writeString(folder.resolve("export.py"), SCRIPT);
    var log = folder.resolve("log").toFile();
    var process =
        new ProcessBuilder(python.toString(), script.toString(), folder.toString())
            .redirectErrorStream(true)
            .redirectOutput(log)
            .start();
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as("%s", Files.readString(log.toPath())).isZero();
    expected =
        java.util.Arrays.stream(Files.readString(folder.resolve("expected")).strip().split(" "))
            .mapToDouble(Double::parseDouble)
            .toArray();
  }

  @Test
  void probabilitiesFromAZipMap() {
    expectProbabilities("zipmap");
  }

  @Test
  void probabilitiesFromATensor() {
    expectProbabilities("plain");
  }

  @Test
  void aModelOfDoubles() {
    try (var model = Model.load(folder.resolve("double.onnx"))) {
      assertThat(model.signature().wide()).isTrue();
    }
    expectProbabilities("double");
  }

  @Test
  void anInputForEachColumn() {
    try (var model = Model.load(folder.resolve("columns.onnx"))) {
      assertThat(model.signature().columns()).containsExactly("a", "b", "c");
      assertThat(model.predict(PROBE, 3).rows()).isEqualTo(3);
    }
  }

  @Test
  void aModelOfWholeNumbers() {
    try (var model = Model.load(folder.resolve("whole.onnx"))) {
      assertThat(model.predict(new double[] {1, 2, 3}, 1).probabilities()).hasSize(2);
    }
  }

  @Test
  void labelsThatAreNames() {
    try (var model = Model.load(folder.resolve("names.onnx"))) {
      var predictions = model.predict(PROBE, 3);
      assertThat(((Predictions.Values.Names) predictions.values()).of()).containsOnly("yes", "no");
      assertThat(predictions.classes()).isEqualTo(2);
    }
  }

  @Test
  void aRegressionGivesNumbers() {
    try (var model = Model.load(folder.resolve("regression.onnx"))) {
      var predictions = model.predict(PROBE, 3);
      var numbers = ((Predictions.Values.Numbers) predictions.values()).of();
      assertThat(predictions.classes()).isZero();
      for (int i = 0; i < 3; i++) {
        assertThat(numbers[i]).isCloseTo(expected[3 + i], within(1e-4));
      }
    }
  }

  @Test
  void severalNumbersARowAreNoProbabilities() {
    try (var model = Model.load(folder.resolve("targets.onnx"))) {
      var predictions = model.predict(new float[] {1, 0, 0, 0, 0, 1}, 2);
      assertThat(predictions.classes()).isZero();
      assertThat(predictions.rows()).isEqualTo(2);
      var numbers = (Predictions.Values.Numbers) predictions.values();
      assertThat(numbers.width()).isEqualTo(2);
      assertThat(numbers.of()).containsExactly(100, 1, 5, 4);
    }
    try (var model = Model.load(folder.resolve("softmax.onnx"))) {
      var predictions = model.predict(new float[] {0, 1, 0, 1, 0, 0}, 2);
      assertThat(predictions.classes()).isEqualTo(2);
      assertThat(((Predictions.Values.Labels) predictions.values()).of()).containsExactly(1, 0);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "scores | best INT64 [-1], score FLOAT [-1]",
        "two | variable FLOAT [-1, 2], minus FLOAT [-1, 2]",
        "three | best INT64 [-1], variable FLOAT [-1, 2], minus FLOAT [-1, 2]",
        "labels | tags INT64 [-1, 2]",
        "cube | cubes FLOAT [-1, 2, 1]"
      })
  void outputsThatAnswersWouldLeaveOutAreRefused(String name, String outputs) {
    assertThatThrownBy(() -> Model.load(folder.resolve(name + ".onnx")).close())
        .isInstanceOfSatisfying(
            FaultException.class, e -> assertThat(e.fault()).isEqualTo(Fault.UNPROCESSABLE))
        .hasMessageStartingWith(
            "the model cannot be served: its outputs are " + outputs + " (expected: one output");
  }

  private static void expectProbabilities(String name) {
    try (var model = Model.load(folder.resolve(name + ".onnx"))) {
      var predictions = model.predict(PROBE, 3);
      var one = model.predict(new float[] {.1f, .2f, .3f}, 1);
      assertThat(predictions.classes()).isEqualTo(2);
      assertThat(predictions.values()).isInstanceOf(Predictions.Values.Labels.class);
      for (int i = 0; i < 3; i++) {
        assertThat((double) predictions.probabilities()[2 * i + 1])
            .isCloseTo(expected[i], within(1e-5));
      }
      assertThat(one.probabilities()[1]).isCloseTo(predictions.probabilities()[1], within(1e-6f));
    }
  }
}
