package dev.gori.roles.delivery.rollouts;

import java.util.Map;
import tools.jackson.databind.JsonNode;

/// What delivery asks of the gateway. Failures are `FaultException`s.
public interface Gateway {

    /// @param columns how many values a row has
    record Loaded(String model, int version, int columns) {}

    /// @param variants by name; one without a model is not there
    record Serving(Map<String, Loaded> variants, JsonNode traffic) {
        public Serving {
            variants = Map.copyOf(variants);
        }
    }

    Serving serving();

    /// Returns when the version serves behind the variant.
    void reload(String variant, int version, String commit);

    /// A prediction that is told apart from users' requests.
    ///
    /// @return the version that answered
    int probe(String variant, double[][] rows);

    void traffic(Map<String, Object> policy);
}
