/// Runs ONNX models. Inputs and outputs come from the model file itself, whoever wrote it.
///
/// Owns: loading and checking a file, its signature, predictions, and closing a model after its
/// last request. Does not own: where files come from, which model serves, HTTP. Threads: any number
/// of threads may use a model concurrently; a prediction runs on its caller's thread, in native
/// code. Entry point: {@link dev.gori.serving.inference.Model}.
@NullMarked
package dev.gori.serving.inference;

import org.jspecify.annotations.NullMarked;
