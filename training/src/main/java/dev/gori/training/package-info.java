/// Trains binary classifiers on a numeric table and writes them as ONNX models that give the same
/// predictions.
///
/// Owns: reading a feature table, the train/test split, the algorithms, the scores, the ONNX files
/// (also those for drills). Does not own: the source of the table, the destination of the model,
/// serving (`serving.inference`). Threads: a call runs on its caller's thread and keeps no state;
/// calls may run concurrently. Memory: a data set of R rows and C feature columns takes R × (C + 3)
/// × 4 bytes; training takes about four times as much. Entry points: {@link
/// dev.gori.training.Training}, and {@link dev.gori.training.DrillModels} for drills.
@NullMarked
package dev.gori.training;

import org.jspecify.annotations.NullMarked;
