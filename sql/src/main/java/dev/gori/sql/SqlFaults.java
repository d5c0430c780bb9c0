package dev.gori.sql;

import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/// Translates driver errors to faults.
final class SqlFaults {

  private SqlFaults() {}

  /// Translates a failure to a fault. Returns the failure unchanged if it is already a fault or has
  /// no SQL cause.
  static RuntimeException translate(String doing, RuntimeException failure) {
    var sql = sqlCause(failure);
    if (failure instanceof FaultException || sql == null) {
      return failure;
    }
    var fault =
        sql instanceof SQLiteException lite
            ? sqlite(lite.getResultCode())
            : postgresql(sql.getSQLState());
    return new FaultException(
        fault, "%s: %s%s".formatted(doing, sql.getMessage(), whatToDo(fault, sql)), failure);
  }

  private static String whatToDo(Fault fault, SQLException sql) {
    if (sql instanceof SQLiteException lite && isDamage(lite.getResultCode())) {
      return "; the file is damaged: stop the program and put a copy in its place, or move it away, with -wal and -shm beside it, to begin with an empty one";
    }
    return fault == Fault.STORAGE_FULL
        ? "; nothing of this was kept: make room on that disk and repeat it"
        : "";
  }

  private static boolean isDamage(SQLiteErrorCode code) {
    return code == SQLiteErrorCode.SQLITE_NOTADB || code.name().startsWith("SQLITE_CORRUPT");
  }

  private static Fault sqlite(SQLiteErrorCode code) {
    return switch (code) {
      case SQLITE_CONSTRAINT_UNIQUE, SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_ROWID ->
          Fault.CONFLICT;
      case SQLITE_FULL -> Fault.STORAGE_FULL;
      case SQLITE_BUSY, SQLITE_BUSY_SNAPSHOT, SQLITE_LOCKED -> Fault.TOO_BUSY;
      default -> Fault.BROKEN_INVARIANT;
    };
  }

  private static Fault postgresql(@Nullable String state) {
    if (state == null) {
      return Fault.BACKEND_DOWN;
    }
    return switch (state) {
      case "23505" -> Fault.CONFLICT;
      case "53100" -> Fault.STORAGE_FULL;
      case "40001", "40P01", "55P03" -> Fault.TOO_BUSY;
      default ->
          state.startsWith("08") || state.startsWith("57") || state.startsWith("53")
              ? Fault.BACKEND_DOWN
              : Fault.BROKEN_INVARIANT;
    };
  }

  private static @Nullable SQLException sqlCause(Throwable failure) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof SQLException sql) {
        return sql;
      }
    }
    return null;
  }
}
