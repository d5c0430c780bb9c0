package dev.gori.rulefiles;

import dev.gori.kernel.label.Labels;
import java.time.Instant;

/// What an Alertmanager is told about one alert.
///
/// @param startsAt when it fired
/// @param endsAt when it was resolved, or until when it counts as firing unless it is sent again
public record AlertToSend(
    Labels labels, Labels annotations, Instant startsAt, Instant endsAt, boolean resolved) {}
