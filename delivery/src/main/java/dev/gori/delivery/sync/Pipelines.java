package dev.gori.delivery.sync;

/// The calls that delivery makes to the pipelines role. Failures are `FaultException`s.
@FunctionalInterface
public interface Pipelines {

  /// Starts a run of the pipeline for a commit, unless the commit already started one.
  ///
  /// @return the id of the new or the existing run
  String trigger(String pipeline, String commit);
}
