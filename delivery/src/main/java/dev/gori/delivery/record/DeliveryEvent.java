package dev.gori.delivery.record;

import java.time.Instant;

/// Something that no commit asked for, such as a variant that was put back.
///
/// @param kind `healed`, `held`, `rolled_back`, `refused`, …
public record DeliveryEvent(Instant at, String kind, String text) {}
