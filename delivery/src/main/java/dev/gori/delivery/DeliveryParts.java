package dev.gori.delivery;

import dev.gori.delivery.desired.Applier;
import dev.gori.delivery.desired.DesiredStateCheck;
import java.util.List;

/// What the app passes in to delivery.
///
/// @param checks of other roles' files; none of them needs a running role
/// @param appliers in the order in which sync calls them
/// @param requests finds the version that answered a request
public record DeliveryParts(
    List<DesiredStateCheck> checks, List<Applier> appliers, RequestTrace requests) {

  public DeliveryParts {
    checks = List.copyOf(checks);
    appliers = List.copyOf(appliers);
  }
}
