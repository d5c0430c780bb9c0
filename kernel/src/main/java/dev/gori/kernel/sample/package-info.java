/// Values at a moment: what is scraped, stored and calculated with.
///
/// Owns: the float sample, native histograms and the stale marker. Threads: immutable unless a type
/// says otherwise.
@NullMarked
package dev.gori.kernel.sample;

import org.jspecify.annotations.NullMarked;
