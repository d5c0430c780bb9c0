/// Tells whether data has moved: compares the columns of two feature versions.
///
/// Owns: the two-sample Kolmogorov-Smirnov statistic and the verdict. Does not own: where the
/// samples come from, nor what follows from the verdict. Threads: everything here is pure. Door:
/// {@link dev.gori.pipelines.drift.Drift}.
@NullMarked
package dev.gori.pipelines.drift;

import org.jspecify.annotations.NullMarked;
