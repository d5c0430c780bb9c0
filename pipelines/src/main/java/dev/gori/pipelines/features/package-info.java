/// Turns a raw day of events into a feature version: checks the CSV, builds the features, describes
/// them.
///
/// Owns: the check of raw data, the declared features, the files of a feature version, the
/// generator of sample days. Does not own: where the bytes come from and go to (the tasks of the
/// pipelines role), nor the comparison of two versions (`engines.drift`). Everything streams:
/// memory does not grow with the file. Threads: a call keeps to its caller's thread; the types are
/// immutable. Door: {@link dev.gori.pipelines.features.Features}; for made-up days {@link
/// dev.gori.pipelines.features.SampleDay}.
@NullMarked
package dev.gori.pipelines.features;

import org.jspecify.annotations.NullMarked;
