package dev.gori.delivery.sync;

/// What delivery asks of the pipelines role. Failures are `FaultException`s.
@FunctionalInterface
public interface Pipelines {

  /// Starts a run because of a commit, unless the commit has started one before.
  ///
  /// @return the run's id
  String trigger(String pipeline, String commit);
}
