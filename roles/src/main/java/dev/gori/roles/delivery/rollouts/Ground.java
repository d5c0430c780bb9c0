package dev.gori.roles.delivery.rollouts;

import dev.gori.kernel.id.EnvironmentName;
import dev.gori.kernel.time.Time;
import dev.gori.machinery.git.GitRepository;
import dev.gori.roles.delivery.record.Records;
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
