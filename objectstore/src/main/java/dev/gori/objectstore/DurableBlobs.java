package dev.gori.objectstore;

import dev.gori.kernel.disk.FullDisk;
import dev.gori.kernel.time.Time;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import org.gaul.s3proxy.blobstore.S3Exceptions;
import org.gaul.s3proxy.blobstore.domain.MultipartUpload;
import org.gaul.s3proxy.nio2blob.AbstractNio2BlobStore;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.s3.model.BucketCannedACL;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;
import software.amazon.awssdk.services.s3.model.CreateBucketRequest;
import software.amazon.awssdk.services.s3.model.CreateBucketResponse;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadBucketRequest;
import software.amazon.awssdk.services.s3.model.ListBucketsResponse;
import software.amazon.awssdk.services.s3.model.ObjectCannedACL;
import software.amazon.awssdk.services.s3.model.Part;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/// A file-system blob store that is durable and private.
///
/// S3Proxy writes objects into staging folders, which are not buckets ({@link Staging}). This class
/// syncs each file and then moves it to its name atomically before it acknowledges the request. A
/// bucket's folder therefore holds complete objects only. Requests are rejected before any write if
/// the disk is too full. No object is public, whatever the modes of files and folders are.
final class DurableBlobs extends ForwardingBlobStore {

  private static final Duration BETWEEN_LOOKS = Duration.ofHours(1);
  private static final int LOCKS = 64;

  private final Path root;
  private final Staging staging;
  private final FileStore disk;
  private final ObjectStoreSettings settings;
  private final Time time;
  private final Logger log;
  private final List<ReentrantLock> joining = // by the hash of an upload's name
      Stream.generate(ReentrantLock::new).limit(LOCKS).toList();
  private volatile Instant lookedForAbandoned = Instant.MIN;

  /// @param root the folder with the buckets, as a real path
  DurableBlobs(Path root, Staging staging, ObjectStoreSettings settings, Time time, Logger log)
      throws IOException {
    super(new FilesystemNio2BlobStore(root.toString()));
    this.root = root;
    this.staging = staging;
    this.disk = Files.getFileStore(root);
    this.settings = settings;
    this.time = time;
    this.log = log;
  }

  // ---- objects

  @Override
  public PutObjectResponse putBlob(PutObjectRequest request, InputStream bytes) {
    expectPrivate(request.acl());
    expectRoom(request.contentLength() == null ? 0 : request.contentLength());
    var object = object(request.bucket(), request.key());
    if (request.key().endsWith("/")) { // a folder: S3Proxy stores a marker
      return said(
          () -> {
            var answer = super.putBlob(request, bytes);
            DurableFiles.syncFolders(object.resolve("any"), root);
            return answer;
          });
    }
    var key = Staging.newKey();
    var elsewhere = request.toBuilder().bucket(Staging.STAGED).key(key).ifNoneMatch(null).build();
    return written(
        staging.staged(key),
        request.bucket(),
        request.key(),
        request.ifNoneMatch(),
        () -> super.putBlob(elsewhere, bytes));
  }

  @Override
  public CopyObjectResponse copyBlob(CopyObjectRequest request) {
    expectPrivate(request.acl());
    expectRoom(0);
    object(request.destinationBucket(), request.destinationKey());
    var key = Staging.newKey();
    var elsewhere =
        request.toBuilder().destinationBucket(Staging.STAGED).destinationKey(key).build();
    return written(
        staging.staged(key),
        request.destinationBucket(),
        request.destinationKey(),
        null,
        () -> super.copyBlob(elsewhere));
  }

  @Override
  public DeleteObjectResponse removeBlob(DeleteObjectRequest request) {
    return said(
        () -> {
          var answer = super.removeBlob(request);
          DurableFiles.syncFolders(
              root.resolve(request.bucket()).resolve(request.key()).normalize(), root);
          return answer;
        });
  }

  /// Writes a staged file and publishes it as the object.
  ///
  /// @param ifNoneMatch `*`, or an ETag that the existing object must not have; null for no
  ///   condition
  private <T> T written(
      Path staged, String bucket, String key, @Nullable String ifNoneMatch, Supplier<T> write) {
    var object = object(bucket, key);
    return said(
        () -> {
          try {
            var answer = write.get();
            DurableFiles.sync(staged);
            publish(staged, object, bucket, key, ifNoneMatch);
            DurableFiles.syncFolders(object, root);
            return answer;
          } finally {
            Files.deleteIfExists(staged);
          }
        });
  }

  private void publish(
      Path staged, Path object, String bucket, String key, @Nullable String ifNoneMatch)
      throws IOException {
    if (Files.isDirectory(object)) {
      throw ObjectKeys.inTheWay(key);
    }
    expectNoMatch(bucket, key, ifNoneMatch);
    boolean claims = "*".equals(ifNoneMatch);
    try {
      if (claims) {
        DurableFiles.claim(staged, object);
      } else {
        DurableFiles.replace(staged, object);
      }
    } catch (FileAlreadyExistsException e) {
      throw claims && Files.isRegularFile(object)
          ? S3Exceptions.preconditionFailed(e)
          : ObjectKeys.inTheWay(key);
    }
  }

  private void expectNoMatch(String bucket, String key, @Nullable String ifNoneMatch) {
    if (ifNoneMatch == null) {
      return;
    }
    var there = delegate().blobMetadataIfPresent(bucket, key);
    if (there != null
        && (ifNoneMatch.equals("*") || unquoted(ifNoneMatch).equals(unquoted(there.eTag())))) {
      throw S3Exceptions.preconditionFailed(null);
    }
  }

  private static String unquoted(@Nullable String etag) {
    return etag == null ? "" : etag.replace("\"", "");
  }

  private Path object(String bucket, String key) {
    ObjectKeys.check(key);
    headBucket(HeadBucketRequest.builder().bucket(bucket).build());
    return root.resolve(bucket).resolve(key);
  }

  // ---- multipart uploads

  @Override
  public MultipartUpload initiateMultipartUpload(CreateMultipartUploadRequest request) {
    expectPrivate(request.acl());
    expectRoom(0);
    object(request.bucket(), request.key());
    abandonUploads();
    var made =
        said(
            () ->
                super.initiateMultipartUpload(
                    request.toBuilder()
                        .bucket(Staging.UPLOADS)
                        .key(UploadNames.of(request.bucket(), request.key()))
                        .build()));
    return new MultipartUpload(made.id(), request, made.response());
  }

  @Override
  public UploadPartResponse uploadMultipartPart(
      MultipartUpload upload, UploadPartRequest request, InputStream bytes) {
    expectRoom(request.contentLength() == null ? 0 : request.contentLength());
    var kept = kept(upload);
    return said(
        () -> {
          var answer = super.uploadMultipartPart(kept, request, bytes);
          var part =
              AbstractNio2BlobStore.multipartPartName(
                  kept.id(), kept.blobName(), request.partNumber());
          DurableFiles.sync(staging.joined(part));
          return answer;
        });
  }

  @Override
  public CompleteMultipartUploadResponse completeMultipartUpload(
      MultipartUpload upload, CompleteMultipartUploadRequest request) {
    expectRoom(0);
    var kept = kept(upload);
    var elsewhere =
        request.toBuilder().bucket(Staging.UPLOADS).key(kept.blobName()).ifNoneMatch(null).build();
    var lock = joining.get(Math.floorMod(kept.blobName().hashCode(), LOCKS));
    lock.lock();
    try {
      expectNoMatch(upload.containerName(), upload.blobName(), request.ifNoneMatch());
      return written(
          staging.joined(kept.blobName()),
          upload.containerName(),
          upload.blobName(),
          request.ifNoneMatch(),
          () -> super.completeMultipartUpload(kept, elsewhere));
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void abortMultipartUpload(MultipartUpload upload) {
    super.abortMultipartUpload(kept(upload));
  }

  @Override
  public List<Part> listMultipartUpload(MultipartUpload upload) {
    return super.listMultipartUpload(kept(upload));
  }

  @Override
  public List<software.amazon.awssdk.services.s3.model.MultipartUpload> listMultipartUploads(
      String bucket) {
    return super.listMultipartUploads(Staging.UPLOADS).stream()
        .filter(upload -> UploadNames.bucket(upload.key()).equals(bucket))
        .map(upload -> upload.toBuilder().key(UploadNames.key(upload.key())).build())
        .toList();
  }

  /// The upload under the name by which S3Proxy stores it.
  private static MultipartUpload kept(MultipartUpload upload) {
    var request =
        upload.request().toBuilder()
            .bucket(Staging.UPLOADS)
            .key(UploadNames.of(upload.containerName(), upload.blobName()))
            .build();
    return new MultipartUpload(upload.id(), request, upload.response());
  }

  /// Aborts abandoned uploads, at most once an hour. New uploads call it, because only they use up
  /// the disk.
  private void abandonUploads() {
    var now = time.now();
    if (lookedForAbandoned.isAfter(now.minus(BETWEEN_LOOKS))) {
      return;
    }
    lookedForAbandoned = now;
    try {
      int abandoned = staging.abandonUploads(now, settings.abortUploads());
      if (abandoned > 0) {
        log.info("store aborted uploads={} idle={}", abandoned, settings.abortUploads());
      }
    } catch (IOException e) {
      log.warn("store cannot look for abandoned uploads: {}", e.toString());
    }
  }

  // ---- buckets

  @Override
  public ListBucketsResponse list() {
    var found = super.list();
    return found.toBuilder()
        .buckets(found.buckets().stream().filter(bucket -> !bucket.name().startsWith(".")).toList())
        .build();
  }

  @Override
  public CreateBucketResponse createContainer(CreateBucketRequest request) {
    expectPrivate(request.acl());
    return super.createContainer(request);
  }

  // ---- access

  @Override
  public BucketCannedACL getContainerAccess(String bucket) {
    return BucketCannedACL.PRIVATE;
  }

  @Override
  public void setContainerAccess(String bucket, BucketCannedACL access) {
    expectPrivate(access);
  }

  @Override
  public ObjectCannedACL getBlobAccess(String bucket, String key) {
    return ObjectCannedACL.PRIVATE;
  }

  @Override
  public ObjectCannedACL getBlobAccess(String bucket, String key, @Nullable String version) {
    return ObjectCannedACL.PRIVATE;
  }

  @Override
  public void setBlobAccess(String bucket, String key, ObjectCannedACL access) {
    expectPrivate(access);
  }

  @Override
  public void setBlobAccess(
      String bucket, String key, ObjectCannedACL access, @Nullable String version) {
    expectPrivate(access);
  }

  private static void expectPrivate(@Nullable Enum<?> access) {
    if (access != null && !access.name().equals(ObjectCannedACL.PRIVATE.name())) {
      throw failure(
          403,
          "AccessDenied",
          "acl: %s (expected: private; nothing here is public, share an object by a presigned URL)"
              .formatted(access));
    }
  }

  // ---- the disk

  private interface Work<T> {
    T run() throws IOException;
  }

  private static <T> T said(Work<T> work) {
    try {
      return work.run();
    } catch (IOException e) {
      throw FullDisk.isCauseOf(e) ? full("the disk is full") : new UncheckedIOException(e);
    } catch (RuntimeException e) {
      throw FullDisk.isCauseOf(e) ? full("the disk is full") : e;
    }
  }

  private void expectRoom(long size) {
    long keepFree = settings.keepFree().count();
    try {
      long free = disk.getUsableSpace();
      if (free - size < keepFree) {
        throw full(
            "%d bytes are free on the store's disk and %d of them are kept (store.keep_free); %d bytes do not fit"
                .formatted(free, keepFree, size));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// S3 defines no error for a full disk; other S3-compatible stores respond with 507
  /// `StorageFull`.
  private static RuntimeException full(String why) {
    return failure(507, "StorageFull", why);
  }

  private static RuntimeException failure(int status, String code, String why) {
    return S3Exception.builder()
        .statusCode(status)
        .message(why)
        .awsErrorDetails(AwsErrorDetails.builder().errorCode(code).errorMessage(why).build())
        .build();
  }
}
