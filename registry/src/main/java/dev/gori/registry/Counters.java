package dev.gori.registry;

import org.jdbi.v3.core.Handle;

/// Counters in the database; each value is returned once.
final class Counters {

  private Counters() {}

  static long next(Handle handle, String name) {
    return handle
        .createQuery("UPDATE counters SET value = value + 1 WHERE name = :name RETURNING value")
        .bind("name", name)
        .mapTo(Long.class)
        .one();
  }
}
