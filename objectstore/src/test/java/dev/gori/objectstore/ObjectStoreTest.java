package dev.gori.objectstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gori.clients.s3.ObjectPath;
import dev.gori.clients.s3.ObjectStoreClient;
import dev.gori.clients.s3.S3Access;
import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import dev.gori.kernel.id.Bytes;
import dev.gori.kernel.id.EnvironmentName;
import dev.gori.testkit.ManualClock;
import dev.gori.testkit.NoLeaks;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.sync.RequestBody;

@ExtendWith(NoLeaks.class)
final class ObjectStoreTest {

  private static final EnvironmentName DEV = new EnvironmentName("dev");
  private static final String TEXT = "text/plain";

  @TempDir Path folder;

  private ObjectStore store;
  private ObjectStoreClient objects;

  @BeforeEach
  void open() throws Exception {
    store = open(folder, DEV, ObjectStoreSettings.DEFAULTS);
    objects = ObjectStoreClient.open(store.access());
  }

  @AfterEach
  void close() {
    objects.close();
    store.close();
    store.close();
  }

  private static ObjectStore open(
      Path folder, EnvironmentName environment, ObjectStoreSettings settings) throws Exception {
    return ObjectStore.open(
        settings,
        environment,
        "127.0.0.1",
        0,
        folder,
        new ManualClock(),
        LoggerFactory.getLogger("store-test"));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static ObjectPath path(String text) {
    return ObjectPath.parse(text);
  }

  @Test
  void anObjectComesBackAsItWasPut() throws Exception {
    var path = path("s3://raw-dev/daily/user_events_20261123.csv");
    var etag = objects.put(path, utf8("a,b\n1,2\n"), "text/csv");

    var md5 = HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(utf8("a,b\n1,2\n")));
    assertThat(etag).isEqualTo(md5);
    assertThat(objects.bytes(path, 100)).isEqualTo(utf8("a,b\n1,2\n"));
    var head = objects.head(path).orElseThrow();
    assertThat(head.size()).isEqualTo(8);
    assertThat(head.etag()).isEqualTo(md5);
    assertThat(objects.head(path("s3://raw-dev/daily/none"))).isEmpty();
  }

  @Test
  void ofManyConditionalPutsExactlyOneWins() throws Exception {
    var path = path("s3://features-dev/daily_user_events/v_20261123T020000/metadata.json");
    var wins = new AtomicInteger();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var puts =
          IntStream.range(0, 16)
              .mapToObj(
                  i ->
                      (Callable<Boolean>)
                          () -> {
                            boolean won = objects.putIfAbsent(path, utf8("writer " + i), TEXT);
                            if (won) {
                              wins.incrementAndGet();
                            }
                            return won;
                          });
      threads.invokeAll(puts.toList());
    }
    assertThat(wins).hasValue(1);
    var kept = objects.bytes(path, 100);
    assertThat(objects.putIfAbsent(path, utf8("late"), TEXT)).isFalse();
    assertThat(objects.bytes(path, 100)).isEqualTo(kept);
  }

  @Test
  void foldersAreListedOneLevelOrWhole() {
    objects.put(path("s3://raw-dev/daily/a b.csv"), utf8("1"), TEXT);
    objects.put(path("s3://raw-dev/daily/deep/c.csv"), utf8("22"), TEXT);
    objects.put(path("s3://raw-dev/other/고리.csv"), utf8("333"), TEXT);

    var entries = objects.entries(path("s3://raw-dev/daily/"));
    assertThat(entries.objects())
        .extracting(head -> head.path().key())
        .containsExactly("daily/a b.csv");
    assertThat(entries.folders()).extracting(ObjectPath::name).containsExactly("deep/");
    assertThat(objects.list(path("s3://raw-dev/")).objects())
        .extracting(head -> head.path().key())
        .containsExactly("daily/a b.csv", "daily/deep/c.csv", "other/고리.csv");
  }

  @Test
  void deletingIsQuietAboutWhatIsNotThere() {
    var path = path("s3://raw-dev/x");
    objects.put(path, utf8("1"), TEXT);
    objects.delete(path);
    objects.delete(path);
    assertThat(objects.head(path)).isEmpty();
  }

  @Test
  void filesOfManyMegabytesGoThroughWithoutBeingHeldInMemory() throws Exception {
    var file = Files.write(folder.resolve("big"), new byte[40 << 20]);
    objects.put(path("s3://raw-dev/big"), file, TEXT);
    objects.download(path("s3://raw-dev/big"), folder.resolve("back"));
    assertThat(Files.mismatch(file, folder.resolve("back"))).isEqualTo(-1);
  }

  @Test
  void theKeysAreKeptInAFileOfTheOwnerOnlyAndStayTheSame() throws Exception {
    var credentials = folder.resolve("credentials");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(credentials)))
        .isEqualTo("rw-------");
    var before = Files.readString(credentials);
    objects.put(path("s3://raw-dev/kept"), utf8("1"), TEXT);
    close();
    open();
    assertThat(Files.readString(credentials)).isEqualTo(before);
    assertThat(objects.bytes(path("s3://raw-dev/kept"), 10)).isEqualTo(utf8("1"));
  }

  @Test
  void wrongKeysAreRefused() throws Exception {
    var access = store.access();
    try (var prod =
        open(folder.resolve("prod"), new EnvironmentName("prod"), ObjectStoreSettings.DEFAULTS)) {
      refused(
          new S3Access(
              prod.access().endpoint(),
              access.region(),
              access.accessKey(),
              access.secretKey(),
              access.timeout()));
    }
    refused(S3Access.of(access.endpoint(), access.accessKey(), "wrong"));
    refused(S3Access.of(access.endpoint(), "wrong", access.secretKey()));
  }

  private static void refused(S3Access access) {
    try (var client = ObjectStoreClient.open(access)) {
      assertThatThrownBy(() -> client.put(path("s3://raw-dev/x"), utf8("1"), TEXT))
          .isInstanceOfSatisfying(
              FaultException.class, e -> assertThat(e.fault()).isEqualTo(Fault.FORBIDDEN));
    }
  }

  @Test
  void aFullDiskIsSaidAndNothingIsVisible() throws Exception {
    var greedy = new ObjectStoreSettings(Bytes.gibi(1), Bytes.gibi(1 << 20), Duration.ofDays(7));
    try (var full = open(folder.resolve("full"), DEV, greedy);
        var client = ObjectStoreClient.open(full.access())) {
      assertThatThrownBy(() -> client.put(path("s3://raw-dev/x"), utf8("1"), TEXT))
          .isInstanceOfSatisfying(
              FaultException.class, e -> assertThat(e.fault()).isEqualTo(Fault.STORAGE_FULL))
          .hasMessageContaining("store.keep_free");
      assertThat(client.list(path("s3://raw-dev/")).objects()).isEmpty();
    }
  }

  @Test
  void anObjectOverTheLimitIsRefused() throws Exception {
    try (var small =
            open(
                folder.resolve("small"),
                DEV,
                new ObjectStoreSettings(Bytes.kibi(1), Bytes.mebi(1), Duration.ofDays(7)));
        var client = ObjectStoreClient.open(small.access())) {
      assertThatThrownBy(() -> client.put(path("s3://raw-dev/x"), new byte[2048], TEXT))
          .isInstanceOf(FaultException.class)
          .hasMessageContaining("EntityTooLarge");
      assertThat(client.head(path("s3://raw-dev/x"))).isEmpty();
    }
  }

  @Test
  void whatAKilledProcessLeftHalfWrittenIsNeitherListedNorKept() throws Exception {
    var uuid = "0a1b2c3d-0000-4000-8000-0123456789ab";
    var upload = upload("never/a.csv");
    var ofUpload = folder.resolve("objects/.uploads/.mpus-%s-raw-dev".formatted(upload));
    var left =
        List.of(
            folder.resolve("objects/.staged/" + uuid),
            folder.resolve("objects/.uploads/raw-dev/~a.csv"),
            folder.resolve("objects/raw-dev/.mpus-%s-a.csv-1".formatted(uuid)),
            folder.resolve("objects/raw-dev/.s3proxy-mpu-stub-" + uuid),
            ofUpload.resolve("~never%%2Fa.csv-2-%s".formatted(uuid)));
    for (var file : left) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, "half");
    }
    assertThat(objects.list(path("s3://raw-dev/")).objects()).isEmpty();
    close();
    open();
    assertThat(left).noneSatisfy(file -> assertThat(file).exists());
    assertThat(ofUpload.resolve("~never%2Fa.csv-1")).exists();
    complete("never/a.csv", upload);
    assertThat(objects.bytes(path("s3://raw-dev/never/a.csv"), 10)).isEqualTo(utf8("part"));
  }

  private String upload(String key) {
    try (var client = SignedClient.of(store.access())) {
      var upload = client.createMultipartUpload(r -> r.bucket("raw-dev").key(key)).uploadId();
      client.uploadPart(
          r -> r.bucket("raw-dev").key(key).uploadId(upload).partNumber(1),
          RequestBody.fromString("part"));
      assertThat(client.listMultipartUploads(r -> r.bucket("raw-dev")).uploads())
          .anySatisfy(there -> assertThat(there.key()).isEqualTo(key));
      return upload;
    }
  }

  private void complete(String key, String upload) {
    try (var client = SignedClient.of(store.access())) {
      var parts = client.listParts(r -> r.bucket("raw-dev").key(key).uploadId(upload)).parts();
      client.completeMultipartUpload(
          r ->
              r.bucket("raw-dev")
                  .key(key)
                  .uploadId(upload)
                  .multipartUpload(
                      m -> m.parts(p -> p.partNumber(1).eTag(parts.getFirst().eTag()))));
    }
  }

  @Test
  void anUploadThatNobodyEndsIsAborted() throws Exception {
    var upload = upload("never");
    var kept = folder.resolve("objects/.uploads/.mpus-%s-raw-dev".formatted(upload));
    try (var files = Files.walk(kept)) {
      for (var file : files.toList()) {
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2029-12-24T23:00:00Z")));
      }
    }
    close();
    open();
    upload("another");
    assertThat(kept).doesNotExist();
    assertThat(folder.resolve("objects/raw-dev/.s3proxy-mpu-stub-" + upload)).doesNotExist();
  }

  @Test
  void aKeyThatNoFileCanHaveIsRefusedAndSaysWhy() {
    objects.put(path("s3://raw-dev/a/b"), utf8("kept"), TEXT);
    for (var key : List.of("a//b", "a/./b", "a/x/../b", "a", "a/b/c", "n".repeat(256), ".mpus-x")) {
      assertThatThrownBy(() -> objects.put(path("s3://raw-dev/" + key), utf8("x"), TEXT))
          .as(key)
          .isInstanceOfSatisfying(
              FaultException.class, e -> assertThat(e.fault()).isEqualTo(Fault.BAD_REQUEST))
          .hasMessageContaining("(expected: ");
    }
    assertThat(objects.bytes(path("s3://raw-dev/a/b"), 10)).isEqualTo(utf8("kept"));
    assertThat(objects.list(path("s3://raw-dev/")).objects()).hasSize(1);
  }

  @Test
  void aPathOutOfTheBucketIsRefused() {
    assertThatThrownBy(() -> objects.put(path("s3://raw-dev/../../credentials"), utf8("x"), TEXT))
        .isInstanceOf(FaultException.class);
    assertThat(objects.list(path("s3://raw-dev/")).objects()).isEmpty();
    assertThat(folder.resolve("credentials")).content().contains("aws_access_key_id");
  }

  @Test
  void aStoreThatIsGoneIsAFaultOfTheOtherSystem() {
    store.close();
    assertThatThrownBy(() -> objects.head(path("s3://raw-dev/x")))
        .isInstanceOfSatisfying(
            FaultException.class, e -> assertThat(e.fault()).isEqualTo(Fault.BACKEND_DOWN));
    assertThat(store.notReady()).isEqualTo(Optional.of("store dev is closed"));
  }
}
