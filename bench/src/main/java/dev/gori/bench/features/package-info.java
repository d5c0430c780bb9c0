/// Shows that features stream: a file much larger than the heap. Run by `bench/features/run`.
@NullMarked
package dev.gori.bench.features;

import org.jspecify.annotations.NullMarked;
