package dev.gori.delivery;

import dev.gori.delivery.desired.Applier;
import dev.gori.delivery.desired.DesiredStateCheck;
import java.util.List;

/// What the app knows and delivery does not.
///
/// @param checks of the files of other roles, each without a live role
/// @param appliers in the order in which they are applied
/// @param requests finds the version that answered a request
public record DeliveryParts(
    List<DesiredStateCheck> checks, List<Applier> appliers, RequestTrace requests) {

  public DeliveryParts {
    checks = List.copyOf(checks);
    appliers = List.copyOf(appliers);
  }
}
