/// Runs ONNX models: what a model takes and gives is read from the file itself, whoever wrote it.
///
/// Owns: loading and checking a file, its signature, predictions, and closing a model after its
/// last request. Does not own: where files come from, which model serves, HTTP. Threads: a model
/// may be asked from any number of threads at once; a prediction runs on its caller's thread, in
/// native code. Door: {@link dev.gori.serving.inference.Model}.
@NullMarked
package dev.gori.serving.inference;

import org.jspecify.annotations.NullMarked;
