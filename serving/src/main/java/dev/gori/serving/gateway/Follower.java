package dev.gori.serving.gateway;

import dev.gori.base.json.Json;
import dev.gori.clients.GatewayClient;
import dev.gori.kernel.fault.FaultException;
import dev.gori.serving.gateway.Serving.ReloadRequest;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.slf4j.Logger;

/// Keeps a replica on what another gateway serves: the same versions behind the same variants, then
/// the same traffic policy.
///
/// Nobody has to know the replica: it asks for `/models`, as anyone may. While the other one is
/// away, or a version cannot be loaded, it goes on with what it has. A variant that the other one
/// has emptied stays as it is here.
final class Follower implements AutoCloseable {

  private final GatewayClient leader;
  private final Serving serving;
  private final List<String> variants;
  private final Logger log;
  private final Set<String> told = new HashSet<>(); // the loop's own

  Follower(GatewayClient leader, Serving serving, List<String> variants, Logger log) {
    this.leader = leader;
    this.serving = serving;
    this.variants = variants;
    this.log = log;
  }

  /// One look.
  void round() {
    try {
      var theirs = leader.models();
      boolean all = true;
      for (var variant : theirs.variants().values()) {
        all &= !variants.contains(variant.name()) || align(variant);
      }
      var traffic = Traffic.read(theirs.traffic(), variants);
      if (all && !Json.text(traffic.json()).equals(Json.text(serving.traffic().json()))) {
        serving.setTraffic(traffic);
      }
      told.remove("away");
    } catch (FaultException e) {
      tell("away", "following {}: {}", e);
    }
  }

  /// @return whether the version serves here
  private boolean align(GatewayClient.Variant theirs) {
    var mine = serving.variant(theirs.name()).current();
    if (mine != null
        && mine.version() == theirs.version()
        && mine.file().model().equals(theirs.model())) {
      return true;
    }
    var key = "%s with %s version %d".formatted(theirs.name(), theirs.model(), theirs.version());
    try {
      serving.reload(
          theirs.name(),
          new ReloadRequest(
              Optional.of(theirs.model()),
              OptionalInt.of(theirs.version()),
              Optional.empty(),
              theirs.commit()));
      told.remove(key);
      return true;
    } catch (FaultException e) {
      tell(key, "following {}: variant " + key + " cannot be loaded, tried again: {}", e);
      return false;
    }
  }

  /// Says a failure once until it is over.
  private void tell(String key, String form, FaultException failure) {
    if (told.add(key)) {
      log.warn(form, leader.base(), failure.reason());
    }
  }

  @Override
  public void close() {
    leader.close();
  }
}
