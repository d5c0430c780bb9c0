package dev.gori.clients.s3;

import dev.gori.http.DownloadStream;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.life.OpenResources;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketAlreadyExistsException;
import software.amazon.awssdk.services.s3.model.BucketAlreadyOwnedByYouException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// An object store that speaks S3: the embedded one, or any other by endpoint and keys.
///
/// An object is visible as a whole or not at all: a reader sees the old bytes or the new ones, also
/// when the writer dies half way.
///
/// Errors are `FaultException`s that name the call and the object: `NOT_FOUND`, `FORBIDDEN` keys or
/// signature refused, `TOO_LARGE`, `STORAGE_FULL`, `TIMED_OUT`, `BACKEND_DOWN` no store at the
/// endpoint. Calls that are safe to repeat are tried three times. An interrupt ends every call,
/// also that of a platform thread, and the reading of an object.
public final class ObjectStoreClient implements AutoCloseable {

  private static final long LONGEST_OBJECT = 8L << 30;

  /// A million objects, as a store gives a thousand a page.
  private static final int MOST_PAGES = 1_000;

  private final S3Access access;
  private final S3Client client;
  private final OpenResources open;

  private ObjectStoreClient(S3Access access) {
    this.access = access;
    this.client = S3Clients.open(access);
    this.open = OpenResources.mark("objects " + access.endpoint());
  }

  /// Makes a client; nothing is sent yet.
  public static ObjectStoreClient open(S3Access access) {
    return new ObjectStoreClient(access);
  }

  public S3Access access() {
    return access;
  }

  /// Makes a bucket; nothing happens when it is there already.
  public void createBucket(String bucket) {
    calling(
        "create bucket s3://" + bucket,
        () -> {
          try {
            return client.createBucket(request -> request.bucket(bucket));
          } catch (BucketAlreadyOwnedByYouException | BucketAlreadyExistsException _) {
            return null;
          }
        });
  }

  /// Writes an object, replacing one of that name.
  ///
  /// @return its ETag
  public String put(ObjectPath path, byte[] bytes, String contentType) {
    return send(path, RequestBody.fromBytes(bytes), contentType, null);
  }

  /// Writes a file as an object, replacing one of that name; memory does not grow with the file.
  ///
  /// @return its ETag
  public String put(ObjectPath path, Path file, String contentType) {
    return send(path, RequestBody.fromFile(file), contentType, null);
  }

  /// Writes an object only when there is none of that name, decided by the store in one step.
  ///
  /// @return false when there is one already, which is left as it was; also when a first attempt
  ///   had succeeded but its answer was lost
  public boolean putIfAbsent(ObjectPath path, byte[] bytes, String contentType) {
    return sendIfAbsent(path, RequestBody.fromBytes(bytes), contentType);
  }

  /// As {@link #putIfAbsent(ObjectPath, byte[], String)}, from a file.
  public boolean putIfAbsent(ObjectPath path, Path file, String contentType) {
    return sendIfAbsent(path, RequestBody.fromFile(file), contentType);
  }

  private boolean sendIfAbsent(ObjectPath path, RequestBody body, String contentType) {
    try {
      send(path, body, contentType, "*");
      return true;
    } catch (FaultException e) {
      if (e.fault() == Fault.PRECONDITION_FAILED || e.fault() == Fault.CONFLICT) {
        return false;
      }
      throw e;
    }
  }

  private String send(
      ObjectPath path, RequestBody body, String contentType, @Nullable String ifNoneMatch) {
    var within = DownloadStream.within(access.timeout(), body.optionalContentLength().orElse(0L));
    var answer =
        calling(
            "put " + path,
            () ->
                client.putObject(
                    request ->
                        request
                            .bucket(path.bucket())
                            .key(path.key())
                            .contentType(contentType)
                            .ifNoneMatch(ifNoneMatch)
                            .overrideConfiguration(o -> S3Clients.within(o, within)),
                    body));
    return S3Clients.unquoted(answer.eTag());
  }

  /// Opens an object for reading from its start. The caller closes the stream, which fails where
  /// the store is slower than {@link DownloadStream#BYTES_A_SECOND}.
  public InputStream get(ObjectPath path) {
    var stream =
        calling(
            "get " + path,
            () -> client.getObject(request -> request.bucket(path.bucket()).key(path.key())));
    var length = stream.response().contentLength();
    var paced =
        DownloadStream.of(
            stream, access.timeout(), length == null ? -1 : length, LONGEST_OBJECT, stream::abort);
    return new InterruptibleCall.Body("get " + path, paced, stream::abort);
  }

  /// Reads a whole object into memory.
  ///
  /// @param limit the most bytes to take; a larger object is a `TOO_LARGE` fault
  public byte[] bytes(ObjectPath path, int limit) {
    try (var stream = get(path)) {
      var bytes = stream.readNBytes(limit + 1);
      if (bytes.length > limit) {
        throw new FaultException(
            Fault.TOO_LARGE,
            "%s: more than %d bytes (expected: at most that)".formatted(path, limit));
      }
      return bytes;
    } catch (IOException e) {
      throw new FaultException(
          Fault.BACKEND_DOWN, "get %s: broke off: %s".formatted(path, e.getMessage()), e);
    }
  }

  /// Copies an object into a file, which appears whole or not at all.
  public void download(ObjectPath path, Path file) {
    try (var stream = get(path)) {
      AtomicDownload.write(stream, file);
    } catch (IOException e) {
      throw new FaultException(
          Fault.BACKEND_DOWN,
          "get %s into %s: broke off: %s".formatted(path, file, e.getMessage()),
          e);
    }
  }

  /// Size, ETag and time of an object, if it is there.
  public Optional<ObjectHead> head(ObjectPath path) {
    return calling(
        "head " + path,
        () -> {
          try {
            var head = client.headObject(request -> request.bucket(path.bucket()).key(path.key()));
            if (head.contentLength() == null
                || head.eTag() == null
                || head.lastModified() == null) {
              throw new FaultException(
                  Fault.BACKEND_DOWN,
                  "head %s: an answer without Content-Length, ETag or Last-Modified (expected: all three)"
                      .formatted(path));
            }
            return Optional.of(
                new ObjectHead(
                    path,
                    head.contentLength(),
                    S3Clients.unquoted(head.eTag()),
                    head.lastModified()));
          } catch (S3Exception e) {
            if (e.statusCode() == 404) {
              return Optional.empty();
            }
            throw e;
          }
        });
  }

  /// All objects whose key begins with the path's key, in order.
  public ObjectListing list(ObjectPath prefix) {
    return list(prefix, null);
  }

  /// The entries of one folder: its objects, and the folders in it.
  ///
  /// @param folder with a key that is empty or ends with `/`
  public ObjectListing entries(ObjectPath folder) {
    return list(folder, "/");
  }

  private ObjectListing list(ObjectPath prefix, @Nullable String delimiter) {
    return calling(
        "list " + prefix,
        () -> {
          var objects = new ArrayList<ObjectHead>();
          var folders = new ArrayList<ObjectPath>();
          var pages =
              client.listObjectsV2Paginator(
                  request ->
                      request.bucket(prefix.bucket()).prefix(prefix.key()).delimiter(delimiter));
          int read = 0;
          for (var page : pages) {
            if (++read > MOST_PAGES) {
              throw new FaultException(
                  Fault.BACKEND_DOWN,
                  "list %s: no end after %d pages".formatted(prefix, MOST_PAGES));
            }
            for (var found : page.contents()) {
              var path = new ObjectPath(prefix.bucket(), found.key());
              objects.add(
                  new ObjectHead(
                      path, found.size(), S3Clients.unquoted(found.eTag()), found.lastModified()));
            }
            page.commonPrefixes()
                .forEach(folder -> folders.add(new ObjectPath(prefix.bucket(), folder.prefix())));
          }
          objects.sort(Comparator.comparing(head -> head.path().key()));
          folders.sort(Comparator.comparing(ObjectPath::key));
          return new ObjectListing(objects, folders);
        });
  }

  /// Deletes an object; nothing happens when it is not there.
  public void delete(ObjectPath path) {
    calling(
        "delete " + path,
        () -> client.deleteObject(request -> request.bucket(path.bucket()).key(path.key())));
  }

  private static <T extends @Nullable Object> T calling(String what, Supplier<T> call) {
    try {
      return InterruptibleCall.call(call::get);
    } catch (SdkException e) {
      throw S3Clients.fault(what, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FaultException(
          Fault.BACKEND_DOWN, "%s: interrupted while waiting".formatted(what), e);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(what, e);
    }
  }

  @Override
  public void close() {
    client.close();
    open.closed();
  }
}
