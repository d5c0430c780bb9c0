package dev.gori.pipelines;

import dev.gori.sql.DatabaseUrl;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

final class SqliteRunStoreTest extends RunStoreContract {

  @TempDir Path folder;

  @Override
  DatabaseUrl url() {
    return DatabaseUrl.file(folder.resolve("runs.db"));
  }
}
