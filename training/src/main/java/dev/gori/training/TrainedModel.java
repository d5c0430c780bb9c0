package dev.gori.training;

import java.util.Map;

/// The result of a training.
///
/// @param onnx the model as an ONNX file
/// @param scores on the test rows
/// @param signature the model's inputs and outputs
/// @param parameters the effective parameters, including defaults, with `algorithm`, `seed`,
///   `test_share`, `train_rows`
public record TrainedModel(
    byte[] onnx, Scores scores, Signature signature, Map<String, String> parameters) {
  public TrainedModel {
    parameters = Map.copyOf(parameters);
  }
}
