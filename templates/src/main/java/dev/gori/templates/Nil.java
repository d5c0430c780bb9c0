package dev.gori.templates;

/// Go's nil. As the result of an action it prints `<no value>`, inside `printf` it prints `<nil>`.
public enum Nil {
  NIL;

  @Override
  public String toString() {
    return "<nil>";
  }
}
