package dev.gori.delivery.rollout;

import java.util.function.UnaryOperator;

/// A reason to go back.
public sealed interface RollbackRule {

  String name();

  /// The same rule with other queries, such as those with their placeholders filled in.
  RollbackRule withQueries(UnaryOperator<String> change);

  /// A value is beyond a limit.
  record Limit(String name, MetricThreshold gate) implements RollbackRule {
    @Override
    public Limit withQueries(UnaryOperator<String> change) {
      return new Limit(name, gate.with(change.apply(gate.query())));
    }
  }

  /// Users' requests fail too often. The queries count since the version serves; both give 0 where
  /// nobody has asked yet.
  ///
  /// @param requests PromQL: how many requests of users the version has answered or failed
  /// @param failures PromQL: how many of them it failed
  record Failures(String name, String requests, String failures, SequentialErrorAnalysis test)
      implements RollbackRule {
    @Override
    public Failures withQueries(UnaryOperator<String> change) {
      return new Failures(name, change.apply(requests), change.apply(failures), test);
    }
  }
}
