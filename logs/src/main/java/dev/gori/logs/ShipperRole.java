package dev.gori.logs;

import dev.gori.base.observe.SelfMetrics;
import dev.gori.clients.LokiClient;
import dev.gori.http.Mount;
import dev.gori.http.Role;
import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.id.EnvironmentName;
import dev.gori.kernel.life.Closer;
import dev.gori.kernel.time.Time;
import dev.gori.logs.ship.Shipper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/// Ships the log files of a process without a logs role to the environment's log store.
public final class ShipperRole implements Role {

  private static final Duration DEADLINE = Duration.ofSeconds(10);

  private final Closer closer;
  private final Shipper shipper;

  private ShipperRole(Closer closer, Shipper shipper) {
    this.closer = closer;
    this.shipper = shipper;
  }

  /// @param loki base URL of the log store, without `/loki/api/v1`
  /// @param from the folder of the log files
  /// @param state the folder of the positions file
  /// @param token bearer token; null when the store requires none
  public static ShipperRole open(
      EnvironmentName environment,
      URI loki,
      @Nullable String token,
      Path from,
      Path state,
      Time time,
      Disk disk,
      Logger log,
      SelfMetrics metrics)
      throws IOException {
    var closer = new Closer();
    try {
      var client = closer.add("log client", new LokiClient(loki, token, DEADLINE));
      var shipper =
          closer.add(
              "shipper",
              Shipper.open(
                  new Shipper.Config(environment, from, client, state), time, disk, log, metrics));
      return new ShipperRole(closer, shipper);
    } catch (IOException | RuntimeException e) {
      closer.closeAfter(e);
      throw e;
    }
  }

  @Override
  public String name() {
    return "shipper";
  }

  @Override
  public List<Mount> mounts() {
    return List.of();
  }

  @Override
  public void start() {
    shipper.start();
  }

  /// Always ready: lines wait in their files while the log store is unavailable.
  @Override
  public Optional<String> notReady() {
    return Optional.empty();
  }

  @Override
  public void close() {
    closer.close();
  }
}
