package dev.gori.delivery.record;

import java.time.Instant;

/// A version that was rolled back and must not come again by itself.
public record BlockedVersion(String model, int version, String rollout, String cause, Instant at) {}
