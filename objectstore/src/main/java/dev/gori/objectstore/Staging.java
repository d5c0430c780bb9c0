package dev.gori.objectstore;

import dev.gori.kernel.disk.Disk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/// The two folders beside the buckets that hold unpublished objects. No bucket's name begins with a
/// dot, so nothing in these folders was ever acknowledged as an object.
///
/// ```
/// objects/.staged/UUID…          an object that is being put or copied
/// objects/.uploads/.mpus-…       a multipart upload, see UploadNames
/// objects/.uploads/BUCKET/…      a multipart upload whose parts are being joined
/// ```
final class Staging {

  static final String STAGED = ".staged";
  static final String UPLOADS = ".uploads";

  private static final String UPLOAD = ".mpus-";
  private static final String STUB = ".s3proxy-mpu-stub-";
  private static final int UUID_LENGTH = 36;

  private final Path root;

  private Staging(Path root) {
    this.root = root;
  }

  /// @param root the folder with the buckets
  static Staging in(Path root) throws IOException {
    Files.createDirectories(root.resolve(STAGED));
    Files.createDirectories(root.resolve(UPLOADS));
    return new Staging(root);
  }

  /// A new unique key in the folder {@link #STAGED}.
  static String newKey() {
    return UUID.randomUUID().toString();
  }

  Path staged(String key) {
    return root.resolve(STAGED).resolve(key);
  }

  Path joined(String uploadName) {
    return root.resolve(UPLOADS).resolve(uploadName);
  }

  /// Deletes the unfinished files that a killed process left. Call it only while nothing writes to
  /// the store.
  ///
  /// @return how many files and folders were deleted
  int sweep() throws IOException {
    int swept = 0;
    for (var left : list(root.resolve(STAGED))) {
      swept += delete(left);
    }
    for (var left : list(root.resolve(UPLOADS))) {
      swept += isUpload(left) ? deleteUnfinishedParts(left) : delete(left);
    }
    for (var bucket : list(root)) {
      if (!name(bucket).startsWith(".") && Files.isDirectory(bucket)) {
        swept += deleteOfNoUpload(bucket);
      }
    }
    return swept;
  }

  /// Deletes files of uploads that no longer exist; their names begin with prefixes that no key may
  /// have. Earlier versions stored parts in the bucket, and S3Proxy still stores a stub there.
  private int deleteOfNoUpload(Path bucket) throws IOException {
    int deleted = 0;
    try (var left = Files.newDirectoryStream(bucket, "{" + UPLOAD + "*," + STUB + "*}")) {
      for (var file : left) {
        var upload = UPLOAD + name(file).replace(STUB, "") + "-" + name(bucket);
        if (isUpload(file) || !Files.exists(root.resolve(UPLOADS).resolve(upload))) {
          deleted += delete(file);
        }
      }
    }
    return deleted;
  }

  private static int deleteUnfinishedParts(Path upload) throws IOException {
    int deleted = 0;
    try (var files = Files.walk(upload)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        deleted += UploadNames.isUnfinished(name(file)) ? delete(file) : 0;
      }
    }
    return deleted;
  }

  /// Deletes uploads that received no part for the given time.
  ///
  /// @return how many uploads were deleted
  int abandonUploads(Instant now, Duration after) throws IOException {
    int abandoned = 0;
    for (var upload : list(root.resolve(UPLOADS))) {
      if (isUpload(upload) && touched(upload).isBefore(now.minus(after))) {
        delete(upload);
        deleteStub(name(upload).substring(UPLOAD.length()));
        abandoned++;
      }
    }
    return abandoned;
  }

  /// Deletes the stub that S3Proxy stored in the bucket for an upload; no key may begin with its
  /// prefix.
  private void deleteStub(String idAndBucket) throws IOException {
    if (idAndBucket.length() > UUID_LENGTH + 1) {
      var bucket = root.resolve(idAndBucket.substring(UUID_LENGTH + 1));
      Files.deleteIfExists(bucket.resolve(STUB + idAndBucket.substring(0, UUID_LENGTH)));
    }
  }

  private static Instant touched(Path upload) throws IOException {
    var latest = Instant.EPOCH;
    try (var files = Files.walk(upload)) {
      for (var file : files.toList()) {
        var modified = Files.getLastModifiedTime(file).toInstant();
        latest = modified.isAfter(latest) ? modified : latest;
      }
    } catch (NoSuchFileException _) {
      return Instant.MAX; // completed or aborted concurrently
    }
    return latest;
  }

  private static boolean isUpload(Path entry) {
    return name(entry).startsWith(UPLOAD);
  }

  private static String name(Path entry) {
    return String.valueOf(entry.getFileName());
  }

  private static List<Path> list(Path folder) throws IOException {
    return Files.isDirectory(folder) ? Disk.local().list(folder) : List.of();
  }

  private static int delete(Path entry) throws IOException {
    Disk.local().delete(entry);
    return 1;
  }
}
