package dev.gori.sql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;

/// Connections to a PostgreSQL server, in the role's own schema. Several processes may use the
/// schema concurrently.
final class PostgreSqlPools {

  private static final int CONNECTIONS = 8;

  private PostgreSqlPools() {}

  static Database.Pools open(DatabaseUrl.PostgreSql url, String role) {
    var config = new HikariConfig();
    config.setPoolName("postgresql-" + role);
    config.setJdbcUrl(url.jdbc());
    config.setMaximumPoolSize(CONNECTIONS);
    config.setMinimumIdle(1);
    config.setConnectionTimeout(Database.PATIENCE.toMillis());
    config.setSchema(role);
    config.addDataSourceProperty("socketTimeout", Long.toString(Database.PATIENCE.toSeconds()));
    config.addDataSourceProperty("connectTimeout", "5");
    config.addDataSourceProperty("reWriteBatchedInserts", "true");
    var pool = new HikariDataSource(config);
    try {
      Migrations.run(Migrations.of(pool, role).schemas(role).createSchemas(true), url);
      return new Database.Pools(pool, pool);
    } catch (RuntimeException e) {
      pool.close();
      throw e;
    }
  }
}
