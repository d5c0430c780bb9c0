package dev.gori.serving.gateway;

import dev.gori.base.json.Json;
import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.fault.FaultException;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The versions on the gateway's own disk, so that a rollback or a restart does not need the
/// registry or the object store.
///
/// `NAME/VERSION/model.onnx`, then `entry.json` with its checksum: a version without a readable
/// entry, or whose file does not match the checksum, counts as missing. Registry versions are
/// immutable, so a file that matches is never fetched again.
final class ModelCache {

  private static final String ENTRY = "entry.json";
  private static final String ONNX = "model.onnx";

  /// A file and its verified content.
  record Found(ModelFile file, byte[] onnx) {}

  private final Disk disk;
  private final Path folder;

  ModelCache(Disk disk, Path folder) {
    this.disk = disk;
    this.folder = folder;
  }

  /// @return empty when the version is missing or damaged
  Optional<Found> find(String model, int version) throws IOException {
    var place = place(model, version);
    if (!disk.exists(place.resolve(ENTRY)) || !disk.exists(place.resolve(ONNX))) {
      return Optional.empty();
    }
    try {
      var file = ModelFile.read(Json.parse(disk.readWhole(place.resolve(ENTRY))));
      var onnx = disk.readWhole(place.resolve(ONNX));
      return sha256(onnx).equals(file.sha256())
              && file.model().equals(model)
              && file.version() == version
          ? Optional.of(new Found(file, onnx))
          : Optional.empty();
    } catch (FaultException _) {
      return Optional.empty();
    }
  }

  void put(ModelFile file, byte[] onnx) throws IOException {
    var place = place(file.model(), file.version());
    disk.createDirectories(place);
    disk.delete(place.resolve(ENTRY));
    disk.writeWhole(place.resolve(ONNX), onnx);
    disk.writeWhole(place.resolve(ENTRY), Json.write(file.json()));
    disk.syncDirectory(place);
  }

  /// The cached versions of a model, most recently fetched first.
  List<ModelFile> versions(String model) throws IOException {
    var found = new ArrayList<ModelFile>();
    for (var place : disk.list(folder.resolve(encoded(model)))) {
      try {
        if (disk.exists(place.resolve(ENTRY))) {
          found.add(ModelFile.read(Json.parse(disk.readWhole(place.resolve(ENTRY)))));
        }
      } catch (FaultException _) {
        // An unreadable entry counts as missing; the next put replaces it.
      }
    }
    found.sort(
        Comparator.comparingLong(ModelFile::fetched)
            .thenComparingInt(ModelFile::version)
            .reversed());
    return found;
  }

  /// Deletes all versions except those in use and the `keep` most recently fetched others.
  void prune(String model, int keep, Set<Integer> inUse) throws IOException {
    int kept = 0;
    for (var file : versions(model)) {
      if (!inUse.contains(file.version()) && kept++ >= keep) {
        disk.delete(place(model, file.version()));
      }
    }
  }

  static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private Path place(String model, int version) {
    return folder.resolve(encoded(model)).resolve(Integer.toString(version));
  }

  /// Encodes a model's name as a folder name.
  private static String encoded(String model) {
    return URLEncoder.encode(model, StandardCharsets.UTF_8).replace(".", "%2E");
  }
}
