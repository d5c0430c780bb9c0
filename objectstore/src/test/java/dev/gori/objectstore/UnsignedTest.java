package dev.gori.objectstore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gori.kernel.id.EnvironmentName;
import dev.gori.testkit.ManualClock;
import dev.gori.testkit.NoLeaks;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketCannedACL;
import software.amazon.awssdk.services.s3.model.ObjectCannedACL;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// Whoever does not sign gets nothing, whatever the modes of the store's folders and files are.
@ExtendWith(NoLeaks.class)
final class UnsignedTest {

  @TempDir Path folder;

  private ObjectStore store;
  private S3Client signed;
  private HttpClient http;

  @BeforeEach
  void openWithFilesThatEverybodyCanRead() throws Exception {
    store =
        ObjectStore.open(
            ObjectStoreSettings.DEFAULTS,
            new EnvironmentName("dev"),
            "127.0.0.1",
            0,
            folder,
            new ManualClock(),
            LoggerFactory.getLogger("store-test"));
    signed = SignedClient.of(store.access());
    signed.putObject(
        request -> request.bucket("raw-dev").key("daily/a.csv"), RequestBody.fromString("a,b"));
    mode(folder.resolve("objects/raw-dev"), "rwxrwxrwx");
    mode(folder.resolve("objects/raw-dev/daily/a.csv"), "rw-rw-rw-");
    http = HttpClient.newHttpClient();
  }

  private static void mode(Path file, String mode) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }

  @AfterEach
  void close() {
    http.close();
    signed.close();
    store.close();
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /",
    "GET, /raw-dev",
    "GET, /raw-dev/",
    "GET, /raw-dev?list-type=2",
    "GET, /raw-dev?prefix=daily/",
    "GET, /raw-dev?versions",
    "GET, /raw-dev?versioning",
    "GET, /raw-dev?encryption",
    "GET, /raw-dev?location",
    "GET, /raw-dev?acl",
    "GET, /raw-dev?uploads",
    "HEAD, /raw-dev",
    "GET, /raw-dev/daily/a.csv",
    "GET, /raw-dev/daily/a.csv?acl",
    "HEAD, /raw-dev/daily/a.csv",
    "GET, /raw-dev/nothing",
    "GET, /nowhere",
    "HEAD, /nowhere",
    "PUT, /raw-dev/new",
    "PUT, /raw-dev/daily/a.csv",
    "PUT, /raw-dev/new?partNumber=1&uploadId=x",
    "PUT, /raw-dev?acl",
    "PUT, /another",
    "DELETE, /raw-dev/daily/a.csv",
    "DELETE, /raw-dev",
    "OPTIONS, /raw-dev/daily/a.csv",
  })
  void everyOperationIs403(String method, String path) throws Exception {
    for (var type : List.of("application/octet-stream", "multipart/form-data; boundary=b")) {
      var answer = http.send(request(method, path, type), BodyHandlers.ofString());

      assertThat(answer.statusCode()).as("%s: %s", type, answer.body()).isEqualTo(403);
      assertThat(answer.body()).doesNotContain("a,b", "<Key>", "<Buckets>");
    }
    assertThat(signed.listObjectsV2(request -> request.bucket("raw-dev")).contents())
        .singleElement()
        .satisfies(object -> assertThat(object.key()).isEqualTo("daily/a.csv"));
    assertThat(signed.listBuckets().buckets()).hasSize(3);
  }

  /// The library knows no unsigned requests of these kinds, and says so by other statuses.
  @ParameterizedTest
  @ValueSource(
      strings = {"/raw-dev/new?uploads", "/raw-dev/new?uploadId=x", "/raw-dev?delete", "/raw-dev"})
  void aPostDoesNothing(String path) throws Exception {
    for (var type : List.of("application/octet-stream", "multipart/form-data; boundary=b")) {
      var answer = http.send(request("POST", path, type), BodyHandlers.ofString());

      assertThat(answer.statusCode()).isIn(400, 403, 501);
    }
    assertThat(signed.listObjectsV2(request -> request.bucket("raw-dev")).contents()).hasSize(1);
    assertThat(signed.listMultipartUploads(request -> request.bucket("raw-dev")).uploads())
        .isEmpty();
  }

  private HttpRequest request(String method, String path, String type) {
    var form =
        "--b\r\n"
            + "Content-Disposition: form-data; name=\"key\"\r\n\r\n"
            + "new\r\n"
            + "--b\r\n"
            + "Content-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n"
            + "x\r\n"
            + "--b--\r\n";
    return HttpRequest.newBuilder(URI.create(store.access().endpoint() + path))
        .header("Content-Type", type)
        .header("Origin", "http://example.com")
        .method(
            method,
            List.of("PUT", "POST").contains(method)
                ? HttpRequest.BodyPublishers.ofString(form)
                : HttpRequest.BodyPublishers.noBody())
        .build();
  }

  @Test
  void nothingCanBeMadePublic() {
    assertThat(
            status(
                () ->
                    signed.putObject(
                        request ->
                            request.bucket("raw-dev").key("open").acl(ObjectCannedACL.PUBLIC_READ),
                        RequestBody.fromString("x"))))
        .isEqualTo(403);
    assertThat(
            status(
                () ->
                    signed.putObjectAcl(
                        request ->
                            request
                                .bucket("raw-dev")
                                .key("daily/a.csv")
                                .acl(ObjectCannedACL.PUBLIC_READ))))
        .isEqualTo(403);
    assertThat(
            status(
                () ->
                    signed.putBucketAcl(
                        request -> request.bucket("raw-dev").acl(BucketCannedACL.PUBLIC_READ))))
        .isEqualTo(403);
    assertThat(
            status(
                () ->
                    signed.createBucket(
                        request -> request.bucket("open-bucket").acl(BucketCannedACL.PUBLIC_READ))))
        .isEqualTo(403);
    assertThat(signed.listBuckets().buckets()).hasSize(3);
  }

  private static int status(Runnable call) {
    try {
      call.run();
      return 200;
    } catch (S3Exception e) {
      return e.statusCode();
    }
  }
}
