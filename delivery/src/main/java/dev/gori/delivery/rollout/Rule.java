package dev.gori.delivery.rollout;

import java.util.function.UnaryOperator;

/// A reason to go back.
public sealed interface Rule {

  String name();

  /// The same rule with other queries, such as those with their placeholders filled in.
  Rule asking(UnaryOperator<String> change);

  /// A value is beyond a limit.
  record Limit(String name, Gate gate) implements Rule {
    @Override
    public Limit asking(UnaryOperator<String> change) {
      return new Limit(name, gate.with(change.apply(gate.query())));
    }
  }

  /// Users' requests fail too often. The queries count since the version serves; both give 0 where
  /// nobody has asked yet.
  ///
  /// @param requests PromQL: how many requests of users the version has answered or failed
  /// @param failures PromQL: how many of them it failed
  record Failures(String name, String requests, String failures, FailureTest test) implements Rule {
    @Override
    public Failures asking(UnaryOperator<String> change) {
      return new Failures(name, change.apply(requests), change.apply(failures), test);
    }
  }
}
