/// Builds a feature version from a raw day of events: validates the CSV, computes the features,
/// summarizes them.
///
/// Owns: the validation of raw data, the declared features, the files of a feature version, the
/// generator of sample days. Does not own: the source and the destination of the bytes
/// (`pipelines.tasks`), the comparison of two versions (`pipelines.drift`). Everything streams:
/// memory does not grow with the file. Threads: a call runs on its caller's thread; the types are
/// immutable. Entry points: {@link dev.gori.pipelines.features.Features}, and {@link
/// dev.gori.pipelines.features.SampleDay} for generated days.
@NullMarked
package dev.gori.pipelines.features;

import org.jspecify.annotations.NullMarked;
