package dev.gori.delivery.rollout;

import java.util.function.UnaryOperator;

/// A condition that rolls a version back.
public sealed interface RollbackRule {

  String name();

  /// The same rule with changed queries, for example with their placeholders filled in.
  RollbackRule withQueries(UnaryOperator<String> change);

  /// A value is beyond a limit.
  record Limit(String name, MetricThreshold gate) implements RollbackRule {
    @Override
    public Limit withQueries(UnaryOperator<String> change) {
      return new Limit(name, gate.with(change.apply(gate.query())));
    }
  }

  /// User requests fail too often. The queries count from when the version began to serve; both
  /// return 0 before the first request.
  ///
  /// @param requests PromQL: how many user requests the version answered or failed
  /// @param failures PromQL: how many of them it failed
  record Failures(String name, String requests, String failures, SequentialErrorAnalysis test)
      implements RollbackRule {
    @Override
    public Failures withQueries(UnaryOperator<String> change) {
      return new Failures(name, change.apply(requests), change.apply(failures), test);
    }
  }
}
