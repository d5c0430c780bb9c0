package dev.gori.sql;

import java.nio.file.Path;

/// A process that writes numbered notes and says each one on its output after it was acknowledged,
/// until it is killed.
final class Writer {

  private Writer() {}

  public static void main(String[] arguments) {
    try (var database = Database.open(DatabaseUrl.file(Path.of(arguments[0])), "sample")) {
      for (long id = 0; ; id++) {
        long next = id;
        database.write(
            handle -> handle.execute("INSERT INTO notes (id, text) VALUES (?, 'x')", next));
        System.out.println(id);
      }
    }
  }
}
