package dev.gori.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.kernel.disk.Disk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ExternalServerFilesTest {

  @TempDir Path folder;

  private void bring(String... names) {
    var files = new TreeMap<String, byte[]>();
    for (var name : names) {
      files.put("scrape/" + name, new byte[] {1});
    }
    new ExternalServerFiles(Disk.local(), Optional.empty()).write(folder, "scrape/", files);
  }

  @Test
  void onlyFilesThatACommitBroughtGoWithIt() throws IOException {
    Files.writeString(folder.resolve("discovered.json"), "[]");
    bring("a.yaml", "b.yaml");
    Files.writeString(folder.resolve("later.json"), "[]");

    bring("b.yaml", "c.yaml");

    assertThat(folder.resolve("a.yaml")).doesNotExist();
    assertThat(folder)
        .isDirectoryContaining("glob:**/{discovered.json}")
        .isDirectoryContaining("glob:**/{later.json}")
        .isDirectoryContaining("glob:**/{b.yaml}")
        .isDirectoryContaining("glob:**/{c.yaml}");

    bring();

    assertThat(folder.resolve("c.yaml")).doesNotExist();
    assertThat(folder.resolve("discovered.json")).exists();
  }
}
