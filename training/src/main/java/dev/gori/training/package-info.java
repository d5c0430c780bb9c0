/// Trains binary classifiers on a table of numbers and writes them as ONNX models that predict what
/// the trainer predicts.
///
/// Owns: reading a feature table, the train/test split, the algorithms, the scores, the ONNX files
/// (also those for drills). Does not own: where the table comes from, where the model goes, serving
/// (`engines.inference`). Threads: a call runs on its caller's thread and keeps nothing; several
/// may run at once. Memory: a data set of R rows and C feature columns takes R * (C + 3)
/// * 4 bytes; training takes about four times as much. Doors: {@link dev.gori.training.Training},
///   and {@link dev.gori.training.DrillModels} for failures made on purpose.
@NullMarked
package dev.gori.training;

import org.jspecify.annotations.NullMarked;
