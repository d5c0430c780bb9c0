package dev.gori.sql;

import com.zaxxer.hikari.HikariDataSource;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.life.Cancellation;
import dev.gori.kernel.life.Cancellation.CancelledException;
import dev.gori.kernel.life.Closer;
import dev.gori.kernel.life.OpenResources;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.core.statement.StatementCustomizer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The database of one role in one environment.
///
/// Work runs in one transaction. {@link #read} runs concurrently with all other work. {@link
/// #write} runs concurrently on PostgreSQL; on SQLite one write runs at a time, and callers wait up
/// to {@link #PATIENCE} for the write lock. If the work of a write throws, the transaction is
/// rolled back.
///
/// Errors are `FaultException`s: `CONFLICT` a unique key exists already, `TOO_BUSY` timed out
/// waiting for the write lock, `STORAGE_FULL` the disk is full, `BACKEND_DOWN` no server at the
/// URL, `BROKEN_INVARIANT` any other error of the database.
public final class Database implements AutoCloseable {

  /// How long a caller waits for the write lock or for a connection.
  public static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final Logger LOG = LoggerFactory.getLogger(Database.class);

  private final DatabaseUrl url;
  private final Closer closer = new Closer();
  private final Jdbi readers;
  private final Jdbi writers;
  private final ReentrantLock turn = new ReentrantLock(true);

  private Database(DatabaseUrl url, Pools pools, OpenResources open) {
    this.url = url;
    closer.add("register", open::closed);
    this.readers = Jdbi.create(closer.add("readers", pools.readers()));
    readers.addCustomizer(new Cancelling());
    this.writers = Jdbi.create(closer.add("writers", pools.writers()));
  }

  /// Connects, and migrates the tables with the scripts in `db/<role>/` on the class path
  /// (`V1__name.sql`, …). On PostgreSQL the role's tables live in a schema named after it, so
  /// several roles can share one database.
  ///
  /// @param role the role's name, such as `registry`: lower-case letters
  public static Database open(DatabaseUrl url, String role) {
    if (!role.matches("[a-z]{1,30}")) {
      throw new IllegalArgumentException(
          "database role: '%s' (expected: lower-case letters, such as 'registry')".formatted(role));
    }
    var open = OpenResources.mark("database " + role + " " + url);
    try {
      return new Database(url, Pools.open(url, role), open);
    } catch (RuntimeException e) {
      open.closed();
      throw SqlFaults.translate("opening " + url, e);
    }
  }

  public DatabaseUrl url() {
    return url;
  }

  /// Whether the database is PostgreSQL, for the few statements that differ.
  public boolean isPostgreSql() {
    return url instanceof DatabaseUrl.PostgreSql;
  }

  /// Runs work that only reads, on a consistent view.
  ///
  /// @throws CancelledException when the work of this thread is cancelled, which also cancels the
  ///   running statement
  public <T> T read(Function<Handle, T> work) {
    try {
      return readers.inTransaction(work::apply);
    } catch (RuntimeException e) {
      Cancellation.check();
      throw SqlFaults.translate("reading from " + url, e);
    }
  }

  /// Runs work that writes. The writes are durable when this returns.
  public <T> T write(Function<Handle, T> work) {
    boolean alone = !isPostgreSql();
    if (alone) {
      awaitTurn();
    }
    try {
      return writers.inTransaction(work::apply);
    } catch (RuntimeException e) {
      throw SqlFaults.translate("writing to " + url, e);
    } finally {
      if (alone) {
        turn.unlock();
      }
    }
  }

  private void awaitTurn() {
    try {
      if (!turn.tryLock(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new FaultException(
            Fault.TOO_BUSY,
            "writing to %s: the turn did not come within %d s; try again later"
                .formatted(url, PATIENCE.toSeconds()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FaultException(
          Fault.TIMED_OUT, "writing to %s: interrupted while waiting".formatted(url), e);
    }
  }

  @Override
  public void close() {
    closer.close();
  }

  /// Cancels the statement when the work of the thread is cancelled.
  private static final class Cancelling implements StatementCustomizer {
    @Override
    public void beforeExecution(PreparedStatement statement, StatementContext context) {
      Cancellation.check();
      var registration = Cancellation.current().onCancel(() -> cancel(statement));
      context.addCleanable(registration::close);
    }

    private static void cancel(PreparedStatement statement) {
      try {
        statement.cancel();
      } catch (SQLException e) {
        LOG.debug("a statement could not be cancelled: {}", e.toString());
      }
    }
  }

  /// The two pools of a database; PostgreSQL uses one pool for both.
  record Pools(HikariDataSource readers, HikariDataSource writers) {
    static Pools open(DatabaseUrl url, String role) {
      return switch (url) {
        case DatabaseUrl.Sqlite sqlite -> SqlitePools.open(sqlite, role);
        case DatabaseUrl.PostgreSql server -> PostgreSqlPools.open(server, role);
      };
    }
  }
}
