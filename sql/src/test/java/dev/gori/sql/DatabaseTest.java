package dev.gori.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.testkit.NoLeaks;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NoLeaks.class)
final class DatabaseTest {

  @TempDir Path folder;

  private Database open() {
    return Database.open(DatabaseUrl.file(folder.resolve("sub/notes.db")), "sample");
  }

  private static long insert(Database database, long id) {
    return database.write(
        handle -> handle.execute("INSERT INTO notes (id, text) VALUES (?, 'x')", id));
  }

  private static long count(Database database) {
    return database.read(
        handle -> handle.createQuery("SELECT COUNT(*) FROM notes").mapTo(Long.class).one());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "postgresql://db/gori?sslkey=/data/prod/token",
        "postgresql://db/gori?user=u&loggerFile=/tmp/x",
        "postgresql://db/gori?socketFactory=a.B&socketFactoryArg=x",
        "sqlite:x.db?enable_load_extension=true"
      })
  void aUrlNamesNoFileOfTheMachineAndNoClass(String url) {
    assertThatThrownBy(() -> DatabaseUrl.parse(url))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected: ");
  }

  @Test
  void tablesOfALaterProgramAreRefusedAndLeftAsTheyAre() {
    try (var database = open()) {
      insert(database, 1);
      database.write(
          handle ->
              handle.execute(
                  "INSERT INTO flyway_schema_history (installed_rank, version,"
                      + " description, type, script, checksum, installed_by,"
                      + " execution_time, success) VALUES (2, '9', 'later',"
                      + " 'SQL', 'V9__later.sql', 1, 'x', 1, 1)"));
    }

    assertThatThrownBy(this::open)
        .isInstanceOf(FaultException.class)
        .hasMessageContainingAll(
            "notes.db", "version 9", "at most 1", "start the program that wrote them");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aDatabaseThatIsLostIsNotBegunAnew(boolean isEmptied) throws IOException {
    open().close();
    var file = folder.resolve("sub/notes.db");
    Files.delete(file);
    if (isEmptied) {
      Files.createFile(file);
    }

    assertThatThrownBy(this::open)
        .isInstanceOf(FaultException.class)
        .hasMessageContainingAll(file.toString(), "restore it", "notes.db.made");

    Files.delete(folder.resolve("sub/notes.db.made"));
    try (var database = open()) {
      assertThat(count(database)).isZero();
    }
  }

  @Test
  void whatWasWrittenIsThereAfterAStart() {
    try (var database = open()) {
      insert(database, 1);
    }
    try (var database = open()) {
      assertThat(count(database)).isEqualTo(1);
      var mode =
          database.read(
              handle -> handle.createQuery("PRAGMA journal_mode").mapTo(String.class).one());
      var synchronous =
          database.read(
              handle -> handle.createQuery("PRAGMA synchronous").mapTo(Integer.class).one());
      assertThat(mode + " " + synchronous).isEqualTo("wal 2");
    }
  }

  @Test
  void workThatThrowsLeavesNothingBehind() {
    try (var database = open()) {
      assertThatThrownBy(
              () ->
                  database.write(
                      handle -> {
                        handle.execute("INSERT INTO notes (id, text) VALUES (1," + " 'x')");
                        throw FaultException.badRequest("no");
                      }))
          .hasMessage("no");
      assertThat(count(database)).isZero();
    }
  }

  @Test
  void aKeyThatIsThereAlreadyIsAConflict() {
    try (var database = open()) {
      insert(database, 1);
      assertThatThrownBy(() -> insert(database, 1))
          .isInstanceOfSatisfying(
              FaultException.class, e -> assertThat(e.fault()).isEqualTo(Fault.CONFLICT));
    }
  }

  @Test
  void readersCannotWrite() {
    try (var database = open()) {
      assertThatThrownBy(
              () ->
                  database.read(
                      handle ->
                          handle.execute("INSERT INTO notes (id, text) VALUES" + " (1, 'x')")))
          .isInstanceOf(FaultException.class);
      assertThat(count(database)).isZero();
    }
  }

  @Test
  void aFullDiskIsSaidAndTheDatabaseGoesOn() {
    try (var database = open()) {
      database.write(
          handle -> handle.createQuery("PRAGMA max_page_count = 6").mapTo(Long.class).one());
      assertThatThrownBy(() -> IntStream.range(0, 10_000).forEach(i -> insert(database, i)))
          .isInstanceOfSatisfying(
              FaultException.class, e -> assertThat(e.fault()).isEqualTo(Fault.STORAGE_FULL));
      long kept = count(database);
      database.write(
          handle -> handle.createQuery("PRAGMA max_page_count = 100000").mapTo(Long.class).one());
      insert(database, 20_000);
      assertThat(count(database)).isEqualTo(kept + 1);
    }
  }

  @Test
  void manyWritersTakeTurns() throws Exception {
    try (var database = open();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var writes =
          IntStream.range(0, 64).mapToObj(i -> (Callable<Long>) () -> insert(database, i)).toList();
      for (var write : threads.invokeAll(writes)) {
        assertThat(write.get()).isEqualTo(1);
      }
      assertThat(count(database)).isEqualTo(64);
    }
  }

  @Test
  void whatWasAcknowledgedSurvivesAKill() throws Exception {
    var file = folder.resolve("killed.db");
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Writer.class.getName(),
                file.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    long last = -1;
    try (var said =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (var line = said.readLine(); line != null; line = said.readLine()) {
        if (line.matches("\\d+")) {
          last = Long.parseLong(line);
          if (last == 200) {
            process.toHandle().destroyForcibly();
          }
        }
      }
    }
    process.waitFor();
    assertThat(last).isGreaterThanOrEqualTo(200);
    try (var database = Database.open(DatabaseUrl.file(file), "sample")) {
      assertThat(count(database)).isGreaterThanOrEqualTo(last + 1);
    }
  }

  record Case(String name, String text, String expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> urls() {
    return Stream.of(
        new Case("a file", "sqlite:/data/a.db", "sqlite:/data/a.db"),
        new Case("a file as MLflow writes it", "sqlite:////data/a.db", "sqlite:/data/a.db"),
        new Case("a server", "postgresql://db:5432/gori", "jdbc:postgresql://db:5432/gori"),
        new Case(
            "a password is not shown",
            "postgresql://me:secret@db/gori",
            "jdbc:postgresql://db/gori?user=me&password=***"),
        new Case(
            "the driver's form",
            "jdbc:postgresql://db/gori?ssl=true&password=x",
            "jdbc:postgresql://db/gori?ssl=true&password=***"));
  }

  @ParameterizedTest
  @MethodSource
  void urls(Case c) {
    assertThat(DatabaseUrl.parse(c.text())).hasToString(c.expected());
  }

  @Test
  void anotherDatabaseIsRefused() {
    assertThatThrownBy(() -> DatabaseUrl.parse("mysql://db/gori"))
        .hasMessageContaining("(expected: sqlite:FILE or postgresql://");
  }

  @Test
  void aServerThatIsNotThereIsAFaultOfTheOtherSystem() {
    var url = DatabaseUrl.parse("postgresql://127.0.0.1:1/gori?connectTimeout=1&loginTimeout=1");
    assertThatThrownBy(() -> Database.open(url, "sample"))
        .isInstanceOfSatisfying(
            FaultException.class, e -> assertThat(e.fault()).isEqualTo(Fault.BACKEND_DOWN));
  }
}
