package dev.gori.pipelines;

import dev.gori.sql.DatabaseUrl;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

final class PostgreSqlRunStoreTest extends RunStoreContract {

  private static EmbeddedPostgres server;

  @BeforeAll
  static void start() throws IOException {
    server = EmbeddedPostgres.builder().start();
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
  }

  @Override
  DatabaseUrl url() {
    return DatabaseUrl.parse(
        "postgresql://postgres:postgres@localhost:%d/postgres".formatted(server.getPort()));
  }
}
