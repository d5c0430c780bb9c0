/// Ships the platform's own log files to a Loki push endpoint, ours or Grafana Loki's.
///
/// Owns: tailing files across rotation, positions, batches, the labels of a line. Does not own: the
/// files, the store. Threads: one thread calls {@link dev.gori.logs.ship.Shipper#ship}
/// periodically. Entry point: {@link dev.gori.logs.ship.Shipper}.
@NullMarked
package dev.gori.logs.ship;

import org.jspecify.annotations.NullMarked;
