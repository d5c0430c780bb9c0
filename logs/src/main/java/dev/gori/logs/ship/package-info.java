/// Ships the platform's own log files to a Loki push address, ours or a real one.
///
/// Owns: following files over rotation, positions, batches, the labels of a line. Does not own: the
/// files, the store. Threads: one loop ships; {@link dev.gori.logs.ship.Shipper#ship} is one round
/// of it. Door: {@link dev.gori.logs.ship.Shipper}.
@NullMarked
package dev.gori.logs.ship;

import org.jspecify.annotations.NullMarked;
