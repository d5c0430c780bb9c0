package dev.gori.training;

import java.util.Map;

/// What a training leaves.
///
/// @param onnx the model as an ONNX file
/// @param scores on the test rows
/// @param signature what it takes
/// @param parameters every parameter that counted, defaults filled in, with `algorithm`, `seed`,
///   `test_share`, `train_rows`
public record TrainedModel(
    byte[] onnx, Scores scores, Signature signature, Map<String, String> parameters) {
  public TrainedModel {
    parameters = Map.copyOf(parameters);
  }
}
