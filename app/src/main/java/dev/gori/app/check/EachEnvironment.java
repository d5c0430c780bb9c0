package dev.gori.app.check;

import dev.gori.app.running.Running;
import dev.gori.app.running.RunningEnvironment;
import dev.gori.kernel.fault.FaultException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// A statement that must hold in each environment separately.
abstract class EachEnvironment implements CheckResult {

  private final String statement;

  EachEnvironment(String statement) {
    this.statement = statement;
  }

  @Override
  public String statement() {
    return statement;
  }

  @Override
  public Proof prove(Running running) throws IOException {
    var proofs = new ArrayList<Proof>();
    for (var environment : running.environments()) {
      proofs.add(named(environment, proof(environment, others(running, environment))));
    }
    return Proof.all(proofs);
  }

  private static Proof named(RunningEnvironment environment, Proof proof) {
    return new Proof(proof.passed(), environment.name() + ": " + proof.evidence());
  }

  private Proof proof(RunningEnvironment environment, List<RunningEnvironment> others)
      throws IOException {
    try {
      return proveIn(environment, others);
    } catch (FaultException e) {
      return Proof.failed("%s", e.reason());
    }
  }

  private static List<RunningEnvironment> others(Running running, RunningEnvironment environment) {
    return running.environments().stream().filter(other -> other != environment).toList();
  }

  abstract Proof proveIn(RunningEnvironment environment, List<RunningEnvironment> others)
      throws IOException;
}
