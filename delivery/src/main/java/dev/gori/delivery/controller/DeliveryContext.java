package dev.gori.delivery.controller;

import dev.gori.delivery.record.DeliveryStore;
import dev.gori.git.GitRepository;
import dev.gori.kernel.id.EnvironmentName;
import dev.gori.kernel.time.Time;
import org.slf4j.Logger;

/// What delivery stands on in one environment.
public record DeliveryContext(
    EnvironmentName environment,
    GitRepository git,
    ServingGateway gateway,
    ModelRegistry registry,
    PromQlSource metrics,
    DeliveryStore records,
    Time time,
    Logger log) {}
