package dev.gori.pipelines;

import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.pipelines.PipelinesSettings.IsolationMode;
import dev.gori.process.Isolation;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// How the programs of `process` tasks are isolated from the rest of the machine.
///
/// @param why the reason for the mode, as text for a person
record TaskIsolation(Isolation mode, String why) {

  /// The mode that the settings name; if they name none, `namespace` where the machine supports it,
  /// else `none`.
  ///
  /// @param folder the role's folder, `DIR/ENV/pipelines`; programs never see its siblings or
  ///   parents
  /// @throws FaultException BROKEN_INVARIANT when the settings require namespaces and the machine
  ///   cannot create them
  static TaskIsolation choose(PipelinesSettings settings, Path folder) {
    return choose(settings, folder, Isolation::probe);
  }

  static TaskIsolation choose(
      PipelinesSettings settings, Path folder, Supplier<Isolation.Probe> machine) {
    if (settings.isolation().equals(Optional.of(IsolationMode.NONE))) {
      return new TaskIsolation(
          Isolation.none(),
          "as environment.yaml says: process tasks see all that the operator's user may see");
    }
    return switch (machine.get()) {
      case Isolation.Probe.Possible(var bwrap) ->
          new TaskIsolation(
              new Isolation.Namespace(bwrap, settings.visible(), hidden(settings, folder)),
              "by " + bwrap);
      case Isolation.Probe.Impossible(var cause) when settings.isolation().isPresent() ->
          throw new FaultException(
              Fault.BROKEN_INVARIANT,
              "pipelines.isolation: namespace, but %s; or choose `isolation: none` and run each environment as a user of its own (docs/security.md)"
                  .formatted(cause));
      case Isolation.Probe.Impossible(var cause) ->
          new TaskIsolation(
              Isolation.none(), "process tasks see all that the operator's user may see: " + cause);
    };
  }

  /// The data folder, if a visible path contains it.
  private static List<Path> hidden(PipelinesSettings settings, Path folder) {
    var environment = folder.getParent();
    var data = environment == null ? null : environment.getParent();
    return data != null
            && data.getNameCount() > 0
            && (data.startsWith("/usr") || settings.visible().stream().anyMatch(data::startsWith))
        ? List.of(data)
        : List.of();
  }
}
