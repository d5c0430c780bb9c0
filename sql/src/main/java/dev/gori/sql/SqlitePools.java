package dev.gori.sql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Connections to an SQLite file: several for reads, one for writes.
///
/// `synchronous=FULL`: with `NORMAL` a committed transaction survives `kill -9` but the newest ones
/// may be rolled back after a power cut. An acknowledged registry entry or finished task must not
/// be lost, so each commit costs one fsync.
final class SqlitePools {

  private static final int READERS = 4;

  private SqlitePools() {}

  static Database.Pools open(DatabaseUrl.Sqlite url, String role) {
    try {
      var folder = url.file().toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
    } catch (IOException e) {
      throw notUsable(url, e);
    }
    expectNotLost(url);
    var writers = pool(url, role, "writer", 1);
    try {
      Migrations.run(Migrations.of(writers, role), url);
      remember(url);
      return new Database.Pools(pool(url, role, "reader", READERS), writers);
    } catch (RuntimeException e) {
      writers.close();
      throw e;
    }
  }

  /// Fails if the file of an existing database is missing or empty. SQLite would create a new
  /// database and hide the loss.
  private static void expectNotLost(DatabaseUrl.Sqlite url) {
    var file = url.file();
    try {
      if (Files.exists(made(url)) && (!Files.exists(file) || Files.size(file) == 0)) {
        throw new FaultException(
            Fault.BROKEN_INVARIANT,
            "%s: %s (expected: the database that was there, as %s says); restore it from a backup, or delete %s to begin with an empty one"
                .formatted(
                    file,
                    Files.exists(file) ? "empty" : "not there",
                    made(url).getFileName(),
                    made(url)));
      }
    } catch (IOException e) {
      throw notUsable(url, e);
    }
  }

  private static void remember(DatabaseUrl.Sqlite url) {
    try {
      if (!Files.exists(made(url))) {
        Disk.local().writeWhole(made(url), new byte[0]);
      }
    } catch (IOException e) {
      throw notUsable(url, e);
    }
  }

  private static Path made(DatabaseUrl.Sqlite url) {
    return url.file().resolveSibling(url.file().getFileName() + ".made");
  }

  private static FaultException notUsable(DatabaseUrl url, IOException e) {
    return new FaultException(
        Fault.BROKEN_INVARIANT,
        "database %s: its folder cannot be used: %s".formatted(url, e.getMessage()),
        e);
  }

  private static HikariDataSource pool(DatabaseUrl.Sqlite url, String role, String kind, int size) {
    boolean writes = kind.equals("writer");
    var config = new HikariConfig();
    config.setPoolName("sqlite-" + role + "-" + kind);
    config.setJdbcUrl("jdbc:sqlite:" + url.file());
    config.setMaximumPoolSize(size);
    config.setMinimumIdle(1);
    config.setMaxLifetime(0);
    config.setConnectionTimeout(Database.PATIENCE.toMillis());
    config.addDataSourceProperty("journal_mode", "WAL");
    config.addDataSourceProperty("synchronous", "FULL");
    config.addDataSourceProperty("foreign_keys", "true");
    config.addDataSourceProperty("busy_timeout", Long.toString(Database.PATIENCE.toMillis()));
    config.addDataSourceProperty("transaction_mode", writes ? "IMMEDIATE" : "DEFERRED");
    if (!writes) {
      config.setConnectionInitSql("PRAGMA query_only = 1");
    }
    return new HikariDataSource(config);
  }
}
