/// Delivery's state in its database: changes, rollouts with their measurements, blocked versions,
/// firing alerts, and a few facts.
///
/// Owns: the tables of `db/delivery` and the JSON documents in them. Does not own: the decisions
/// that follow from them. Threads: every call is safe from any thread; what a call wrote is on disk
/// when it returns. Entry point: {@link dev.gori.delivery.record.DeliveryStore}.
@NullMarked
package dev.gori.delivery.record;

import org.jspecify.annotations.NullMarked;
