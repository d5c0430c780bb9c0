/// Serving under load: the gateway beside FastAPI and beside a bare echo, and twenty hot swaps. Run
/// by `bench/serving/run` and `bench/serving/swaps`; nothing here is part of the program.
@NullMarked
package dev.gori.bench.serving;

import org.jspecify.annotations.NullMarked;
