package dev.gori.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.base.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// What ships is what `docs/dependencies.md` says, under licences that we may pass on.
final class LibrariesTest {

  private static final Path BILL = Path.of("target/bom.json");
  private static final Path PAGE = Path.of("../docs/dependencies.md");
  private static final Pattern NAMED = Pattern.compile("`([a-z0-9_.-]+:[A-Za-z0-9_.*-]+)`");

  private static final Set<String> ALLOWED =
      Set.of(
          "Apache-2.0",
          "MIT",
          "MIT-0",
          "0BSD",
          "BSD-2-Clause",
          "BSD-3-Clause",
          "Go License",
          "EPL-2.0");

  /// @param coordinates `group:artifact`
  record Library(String coordinates, Set<String> licences) {

    /// @param pattern coordinates, or all of a group as `group:*`
    boolean is(String pattern) {
      return pattern.endsWith(":*")
          ? coordinates.startsWith(pattern.substring(0, pattern.length() - 1))
          : coordinates.equals(pattern);
    }
  }

  private static final List<Library> SHIPPED = new ArrayList<>();
  private static final Set<String> WANTED = new TreeSet<>();
  private static final Set<String> LEFT_OUT = new TreeSet<>();

  @BeforeAll
  static void read() throws IOException {
    assertThat(BILL).as("the build's list of libraries, which Maven writes").exists();
    for (var component : Json.parse(Files.readAllBytes(BILL)).path("components")) {
      var library =
          new Library(
              component.path("group").asString() + ":" + component.path("name").asString(),
              licences(component));
      if (!library.is("dev.gori:*")) {
        SHIPPED.add(library);
      }
    }
    var parts = Files.readString(PAGE).split("## What stays out");
    assertThat(parts).as("%s has a part 'What stays out'", PAGE).hasSize(2);
    named(parts[0], WANTED);
    // Only the first column names what stays out.
    parts[1]
        .lines()
        .filter(line -> line.startsWith("| `"))
        .forEach(line -> named(line.split("\\|")[1], LEFT_OUT));
  }

  private static void named(String text, Set<String> into) {
    NAMED.matcher(text).results().forEach(found -> into.add(found.group(1)));
  }

  private static Set<String> licences(JsonNode component) {
    var licences = new TreeSet<String>();
    for (var choice : component.path("licenses")) {
      var licence = choice.path("license");
      licences.add(licence.path("id").asString(licence.path("name").asString(choice.toString())));
    }
    return licences;
  }

  @Test
  void everyLibraryThatShipsIsOnThePage() {
    assertThat(SHIPPED)
        .as("libraries without a row in %s: exclude them, or say what for", PAGE)
        .hasSizeGreaterThan(50)
        .filteredOn(library -> WANTED.stream().noneMatch(library::is))
        .isEmpty();
  }

  @Test
  void noRowStandsForNothing() {
    assertThat(WANTED)
        .as("rows of %s for what does not ship", PAGE)
        .filteredOn(row -> SHIPPED.stream().noneMatch(library -> library.is(row)))
        .isEmpty();
  }

  @Test
  void everyLibraryHasALicenceThatWeMayPassOn() {
    assertThat(SHIPPED)
        .as("libraries without an allowed licence %s", ALLOWED)
        .filteredOn(library -> library.licences().stream().noneMatch(ALLOWED::contains))
        .isEmpty();
  }

  @Test
  void whatNothingCallsStaysOut() {
    assertThat(LEFT_OUT).as("patterns of what stays out").hasSizeGreaterThan(30);
    assertThat(SHIPPED)
        .as("libraries that %s leaves out", PAGE)
        .filteredOn(library -> LEFT_OUT.stream().anyMatch(library::is))
        .isEmpty();
  }
}
