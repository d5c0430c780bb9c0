/// Measures whether data has drifted: compares the columns of two feature versions.
///
/// Owns: the two-sample Kolmogorov-Smirnov statistic and the verdict. Does not own: the source of
/// the samples, the consequences of the verdict. Threads: all functions are pure. Entry point:
/// {@link dev.gori.pipelines.drift.Drift}.
@NullMarked
package dev.gori.pipelines.drift;

import org.jspecify.annotations.NullMarked;
