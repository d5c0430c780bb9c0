package dev.gori.delivery.record;

import java.time.Instant;

/// A version that was rolled back; delivery starts no rollout of it until a person lifts the block.
public record BlockedVersion(String model, int version, String rollout, String cause, Instant at) {}
