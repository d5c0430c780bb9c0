package dev.gori.promql.syntax;

/// What an expression evaluates to.
public enum ValueType {
  NONE("none", "none"),
  SCALAR("scalar", "scalar"),
  STRING("string", "string"),
  VECTOR("vector", "instant vector"),
  MATRIX("matrix", "range vector");

  private final String api;
  private final String documentedName;

  ValueType(String api, String words) {
    this.api = api;
    this.documentedName = words;
  }

  /// The name in the HTTP API.
  public String api() {
    return api;
  }

  /// The name in messages.
  public String documentedName() {
    return documentedName;
  }
}
