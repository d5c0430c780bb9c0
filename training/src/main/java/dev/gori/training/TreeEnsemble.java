package dev.gori.training;

import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The trees of an XGBoost model (its documented JSON format), which it converts to ONNX's
/// `TreeEnsembleClassifier`.
///
/// XGBoost and ONNX Runtime both compare float32 values with float32 conditions (`value <
/// condition` goes left) and add float32 leaves to the logit of `base_score`, so their results
/// differ only by the order of additions.
final class TreeEnsemble {

  private record Tree(JsonNode left, JsonNode right, JsonNode column, JsonNode condition) {
    int size() {
      return left.size();
    }

    boolean isLeaf(int node) {
      return left.get(node).asInt() < 0;
    }
  }

  private final List<Tree> trees;
  private final double baseScore;

  private TreeEnsemble(List<Tree> trees, double baseScore) {
    this.trees = trees;
    this.baseScore = baseScore;
  }

  static TreeEnsemble of(byte[] json) {
    var learner = JsonMapper.shared().readTree(json).path("learner");
    var trees = new ArrayList<Tree>();
    for (var tree : learner.path("gradient_booster").path("model").path("trees")) {
      trees.add(
          new Tree(
              tree.path("left_children"),
              tree.path("right_children"),
              tree.path("split_indices"),
              tree.path("split_conditions")));
    }
    var base = learner.path("learner_model_param").path("base_score").asString("");
    if (trees.isEmpty() || base.isEmpty()) {
      throw new FaultException(
          Fault.BROKEN_INVARIANT,
          "xgboost's model has %d trees and base_score '%s' (expected: trees and a number)"
              .formatted(trees.size(), base));
    }
    return new TreeEnsemble(trees, Double.parseDouble(base.replace("[", "").replace("]", "")));
  }

  byte[] onnx(Signature signature) {
    var nodes = new Nodes();
    for (int tree = 0; tree < trees.size(); tree++) {
      nodes.add(tree, trees.get(tree));
    }
    return new OnnxGraph("gradient_boosted_trees")
        .input("input", OnnxGraph.Type.FLOAT, -1, signature.width())
        .output("label", OnnxGraph.Type.INT64, -1)
        .output("probabilities", OnnxGraph.Type.FLOAT, -1, 2)
        .node(
            "ai.onnx.ml",
            "TreeEnsembleClassifier",
            List.of("input"),
            List.of("label", "probabilities"),
            nodes.attributes(baseScore))
        .model(signature);
  }

  /// The parallel lists of the ONNX operator: one entry for each node, and one for each leaf with
  /// its weight.
  private static final class Nodes {
    private final List<Long> tree = new ArrayList<>();
    private final List<Long> id = new ArrayList<>();
    private final List<Long> column = new ArrayList<>();
    private final List<Long> whenTrue = new ArrayList<>();
    private final List<Long> whenFalse = new ArrayList<>();
    private final List<String> mode = new ArrayList<>();
    private final List<Double> condition = new ArrayList<>();
    private final List<Long> leafTree = new ArrayList<>();
    private final List<Long> leaf = new ArrayList<>();
    private final List<Double> weight = new ArrayList<>();

    void add(int number, Tree from) {
      for (int node = 0; node < from.size(); node++) {
        boolean isLeaf = from.isLeaf(node);
        double value = from.condition().get(node).asDouble();
        tree.add((long) number);
        id.add((long) node);
        mode.add(isLeaf ? "LEAF" : "BRANCH_LT");
        column.add(isLeaf ? 0 : from.column().get(node).asLong());
        condition.add(isLeaf ? 0 : value);
        whenTrue.add(isLeaf ? 0 : from.left().get(node).asLong());
        whenFalse.add(isLeaf ? 0 : from.right().get(node).asLong());
        if (isLeaf) {
          leafTree.add((long) number);
          leaf.add((long) node);
          weight.add(value);
        }
      }
    }

    OnnxGraph.Message[] attributes(double baseScore) {
      return new OnnxGraph.Message[] {
        wholes("nodes_treeids", tree),
        wholes("nodes_nodeids", id),
        wholes("nodes_featureids", column),
        wholes("nodes_truenodeids", whenTrue),
        wholes("nodes_falsenodeids", whenFalse),
        OnnxGraph.texts("nodes_modes", mode),
        floats("nodes_values", condition),
        wholes("class_treeids", leafTree),
        wholes("class_nodeids", leaf),
        wholes("class_ids", Collections.nCopies(leaf.size(), 0L)),
        floats("class_weights", weight),
        OnnxGraph.floats("base_values", Math.log(baseScore / (1 - baseScore))),
        OnnxGraph.wholes("classlabels_int64s", 0, 1),
        OnnxGraph.attribute("post_transform", "LOGISTIC")
      };
    }

    private static OnnxGraph.Message wholes(String name, List<Long> values) {
      return OnnxGraph.wholes(name, values.stream().mapToLong(Long::longValue).toArray());
    }

    private static OnnxGraph.Message floats(String name, List<Double> values) {
      return OnnxGraph.floats(name, values.stream().mapToDouble(Double::doubleValue).toArray());
    }
  }
}
