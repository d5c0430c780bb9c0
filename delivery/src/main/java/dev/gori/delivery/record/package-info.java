/// What delivery must not forget: changes, rollouts with their readings, blocked versions, alerts
/// that are on, and a few facts.
///
/// Owns: the tables of `db/delivery` and the JSON documents in them. Does not own: what any of it
/// leads to. Threads: every call is safe from any thread; what a call wrote is on the disk when it
/// returns. Door: {@link dev.gori.delivery.record.DeliveryStore}.
@NullMarked
package dev.gori.delivery.record;

import org.jspecify.annotations.NullMarked;
