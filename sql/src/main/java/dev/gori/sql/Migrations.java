package dev.gori.sql;

import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import java.util.Arrays;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/// Migrates a role's tables to this program's version.
final class Migrations {

  private Migrations() {}

  static FluentConfiguration of(DataSource database, String role) {
    return Flyway.configure()
        .dataSource(database)
        .locations("classpath:db/" + role)
        .failOnMissingLocations(true);
  }

  /// @throws FaultException `BROKEN_INVARIANT` for tables of a later version, which it does not
  ///   change
  static void run(FluentConfiguration configuration, DatabaseUrl url) {
    var flyway = configuration.load();
    var info = flyway.info();
    var known =
        Arrays.stream(info.all()).filter(migration -> migration.getState().isResolved()).toList();
    for (var applied : info.applied()) {
      if (!known.contains(applied)) {
        throw new FaultException(
            Fault.BROKEN_INVARIANT,
            "%s: its tables have version %s (expected: at most %s, which this program knows); start the program that wrote them, or restore a backup of before"
                .formatted(
                    url, applied.getVersion(), known.isEmpty() ? "0" : version(known.getLast())));
      }
    }
    flyway.migrate();
  }

  private static String version(MigrationInfo migration) {
    return String.valueOf(migration.getVersion());
  }
}
