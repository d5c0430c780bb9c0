package dev.gori.delivery.controller;

import dev.gori.delivery.record.DeliveryStore;
import dev.gori.git.GitRepository;
import dev.gori.kernel.id.EnvironmentName;
import dev.gori.kernel.time.Time;
import org.slf4j.Logger;

/// The environment of a delivery role, with its ports, records and clock.
public record DeliveryContext(
    EnvironmentName environment,
    GitRepository git,
    ServingGateway gateway,
    ModelRegistry registry,
    PromQlSource metrics,
    DeliveryStore records,
    Time time,
    Logger log) {}
