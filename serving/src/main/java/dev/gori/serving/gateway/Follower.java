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

/// Makes a replica serve what another gateway, the leader, serves: the same versions behind the
/// same variants, then the same traffic policy.
///
/// The leader does not know its replicas: the replica requests `/models`. While the leader is
/// unreachable or a version cannot be loaded, the replica keeps serving its own models. If the
/// leader unloads a variant, the replica keeps its model.
final class Follower implements AutoCloseable {

  private final GatewayClient leader;
  private final Serving serving;
  private final List<String> variants;
  private final Logger log;
  private final Set<String> told = new HashSet<>(); // used only by the follower's loop

  Follower(GatewayClient leader, Serving serving, List<String> variants, Logger log) {
    this.leader = leader;
    this.serving = serving;
    this.variants = variants;
    this.log = log;
  }

  /// Reads the leader's models once and applies the differences.
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

  /// @return whether this gateway now serves the leader's version
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

  /// Logs a failure once until the same operation succeeds.
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
