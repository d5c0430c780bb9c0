package dev.gori.delivery.record;

import java.time.Instant;

/// Something that no commit asked for, such as a variant that was put back.
public record DeliveryEvent(Instant at, EventKind kind, String text) {}
