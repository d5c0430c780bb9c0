package dev.gori.engines.rollout;

import java.util.List;

/// A reason to go back: all of its gates are crossed at once.
public record Rule(String name, List<Gate> gates) {

    public Rule {
        gates = List.copyOf(gates);
        if (gates.isEmpty()) {
            throw new IllegalArgumentException(
                    "rule '%s': no gates (expected: at least one)".formatted(name));
        }
    }
}
