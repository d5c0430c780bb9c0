/// Samples: floats, native histograms and exemplars with their timestamps.
///
/// Owns: the float sample, native histograms and the stale marker. Threads: immutable unless a type
/// says otherwise.
@NullMarked
package dev.gori.kernel.sample;

import org.jspecify.annotations.NullMarked;
