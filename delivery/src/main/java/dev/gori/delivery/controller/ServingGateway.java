package dev.gori.delivery.controller;

import java.util.Map;
import tools.jackson.databind.JsonNode;

/// What delivery asks of the gateway. Failures are `FaultException`s.
public interface ServingGateway {

  /// @param columns how many values a row has
  record Loaded(String model, int version, int columns) {
    public boolean is(String wantedModel, int wantedVersion) {
      return version == wantedVersion && model.equals(wantedModel);
    }
  }

  /// What answered a prediction.
  record Answered(String model, int version) {
    @Override
    public String toString() {
      return model + " version " + version;
    }
  }

  /// @param variants by name; one without a model is not there
  record Serving(Map<String, Loaded> variants, JsonNode traffic) {
    public Serving {
      variants = Map.copyOf(variants);
    }
  }

  Serving serving();

  /// Returns when the version serves behind the variant; a CONFLICT when the gateway does not serve
  /// the model.
  void reload(String variant, String model, int version, String commit);

  /// A prediction that is told apart from users' requests.
  ///
  /// @return what answered
  Answered probe(String variant, double[][] rows);

  void traffic(Map<String, Object> policy);
}
