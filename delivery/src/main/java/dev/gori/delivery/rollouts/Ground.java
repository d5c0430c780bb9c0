package dev.gori.delivery.rollouts;

import dev.gori.delivery.record.Records;
import dev.gori.git.GitRepository;
import dev.gori.kernel.id.EnvironmentName;
import dev.gori.kernel.time.Time;
import org.slf4j.Logger;

/// What delivery stands on in one environment.
public record Ground(
    EnvironmentName environment,
    GitRepository git,
    Gateway gateway,
    Registry registry,
    Metrics metrics,
    Records records,
    Time time,
    Logger log) {}
