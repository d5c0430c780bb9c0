package dev.gori.delivery.record;

import java.time.Instant;

/// An entry of the environment's event log, such as a correction by sync.
public record DeliveryEvent(Instant at, DeliveryEventKind kind, String text) {}
