package dev.gori.app.running;

import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.time.WallTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A platform that runs from a data folder on this machine.
public final class Running implements AutoCloseable {

  private final WallTime time = new WallTime();
  private final Addresses addresses;
  private final Map<String, RunningEnvironment> environments = new TreeMap<>();

  private Running(Path data, Addresses addresses) throws IOException {
    this.addresses = addresses;
    for (var entry : addresses.environments().entrySet()) {
      environments.put(
          entry.getKey(),
          RunningEnvironment.open(
              entry.getKey(), entry.getValue(), data.resolve(entry.getKey()), time));
    }
  }

  /// @throws FaultException NOT_FOUND when no platform runs from the folder
  public static Running from(Path data) throws IOException {
    var alive = written(data).stream().filter(Running::isAlive).toList();
    if (alive.isEmpty()) {
      throw notRunning(data);
    }
    var environments = new TreeMap<String, Addresses.EnvironmentAddresses>();
    alive.reversed().forEach(part -> environments.putAll(part.environments()));
    return new Running(
        data, new Addresses(alive.getFirst().process(), alive.getFirst().console(), environments));
  }

  /// The whole program's addresses first, then those of processes that run a part of it.
  private static List<Addresses> written(Path data) throws IOException {
    if (!Files.isDirectory(data)) {
      return List.of();
    }
    try (var files = Files.list(data)) {
      var found = new ArrayList<Addresses>();
      for (var file :
          files
              .filter(one -> one.getFileName().toString().matches("addresses(-.+)?\\.json"))
              .sorted()
              .toList()) {
        found.add(read(file));
      }
      return found;
    }
  }

  private static Addresses read(Path file) throws IOException {
    try {
      return Addresses.read(Files.readAllBytes(file));
    } catch (FaultException | IllegalArgumentException e) {
      throw new FaultException(
          Fault.BROKEN_INVARIANT,
          "%s cannot be read: %s; 'gori up' writes it anew, so start that again"
              .formatted(file, e.getMessage()),
          e);
    }
  }

  private static boolean isAlive(Addresses addresses) {
    return ProcessHandle.of(addresses.process()).filter(ProcessHandle::isAlive).isPresent();
  }

  private static FaultException notRunning(Path data) {
    return new FaultException(
        Fault.NOT_FOUND,
        "no gori runs from %s; start it with './gori up', or name its folder with --data"
            .formatted(data));
  }

  public String console() {
    return addresses.console();
  }

  public long process() {
    return addresses.process();
  }

  public List<RunningEnvironment> environments() {
    return new ArrayList<>(environments.values());
  }

  public RunningEnvironment environment(String name) {
    var environment = environments.get(name);
    if (environment == null) {
      throw FaultException.notFound(
          "environment '%s' (expected: one of %s)"
              .formatted(name, String.join(", ", environments.keySet())));
    }
    return environment;
  }

  @Override
  public void close() {
    environments.values().forEach(RunningEnvironment::close);
    time.close();
  }
}
