package dev.gori.delivery.controller;

import java.util.Map;
import tools.jackson.databind.JsonNode;

/// The calls that delivery makes to the gateway. Failures are `FaultException`s.
public interface ServingGateway {

  /// @param columns the number of values in a row
  record Loaded(String model, int version, int columns) {
    public boolean is(String wantedModel, int wantedVersion) {
      return version == wantedVersion && model.equals(wantedModel);
    }
  }

  /// The model version that answered a prediction.
  record Answered(String model, int version) {
    @Override
    public String toString() {
      return model + " version " + version;
    }
  }

  /// @param variants by name, without those that have no model
  record Serving(Map<String, Loaded> variants, JsonNode traffic) {
    public Serving {
      variants = Map.copyOf(variants);
    }
  }

  Serving serving();

  /// Returns when the variant serves the version; throws CONFLICT when the gateway does not serve
  /// the model.
  void reload(String variant, String model, int version, String commit);

  /// Sends a prediction that metrics count apart from user requests.
  ///
  /// @return the version that answered
  Answered probe(String variant, double[][] rows);

  void traffic(Map<String, Object> policy);
}
