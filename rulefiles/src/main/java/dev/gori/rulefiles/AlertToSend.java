package dev.gori.rulefiles;

import dev.gori.kernel.label.Labels;
import java.time.Instant;

/// One alert as it is sent to Alertmanager.
///
/// @param startsAt when it fired
/// @param endsAt when it was resolved, or when Alertmanager resolves it unless it is sent again
public record AlertToSend(
    Labels labels, Labels annotations, Instant startsAt, Instant endsAt, boolean resolved) {}
