package dev.gori.app.check;

import java.util.List;

/// The result of one statement of the checklist.
///
/// @param evidence what the check observed, for success and failure
public record Proof(boolean passed, String evidence) {

  static Proof passed(String form, Object... values) {
    return new Proof(true, form.formatted(values));
  }

  static Proof failed(String form, Object... values) {
    return new Proof(false, form.formatted(values));
  }

  /// Combines proofs; passes if all pass.
  static Proof all(List<Proof> proofs) {
    return new Proof(
        proofs.stream().allMatch(Proof::passed),
        String.join(
            "; ",
            proofs.stream().filter(proof -> !proof.passed).findAny().isPresent()
                ? proofs.stream().filter(proof -> !proof.passed).map(Proof::evidence).toList()
                : proofs.stream().map(Proof::evidence).toList()));
  }
}
