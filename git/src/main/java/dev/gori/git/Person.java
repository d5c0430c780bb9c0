package dev.gori.git;

/// Who wrote or made a commit.
public record Person(String name, String email) {

  public Person {
    if (name.isBlank()) {
      throw new IllegalArgumentException("person: '%s' (expected: a name)".formatted(name));
    }
  }

  /// `name <email>`, as Git prints it.
  @Override
  public String toString() {
    return name + " <" + email + ">";
  }
}
