package dev.gori.objectstore;

import dev.gori.kernel.id.EnvironmentName;
import dev.gori.testkit.ManualClock;
import java.nio.file.Path;
import java.util.Arrays;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/// A process with a store in it that writes numbered objects, in one piece, in parts and as copies,
/// and says each one on its output after it was acknowledged, until it is killed.
final class Putter {

  static final int SIZE = 300_000;
  static final String BUCKET = "raw-dev";

  private static final String SOURCES = "features-dev";

  private Putter() {}

  public static void main(String[] arguments) throws Exception {
    try (var store =
            ObjectStore.open(
                ObjectStoreSettings.DEFAULTS,
                new EnvironmentName("dev"),
                "127.0.0.1",
                0,
                Path.of(arguments[0]),
                new ManualClock(),
                LoggerFactory.getLogger("putter"));
        var client = SignedClient.of(store.access())) {
      for (int i = 0; ; i++) {
        write(client, i);
        System.out.println(i);
      }
    }
  }

  /// Writes the numbered object in the way whose turn it is.
  static void write(S3Client client, int number) {
    var key = KeyShapes.numbered(number);
    var body = RequestBody.fromBytes(content(number));
    switch (number % 3) {
      case 0 -> client.putObject(request -> request.bucket(BUCKET).key(key), body);
      case 1 -> inParts(client, key, body);
      default -> {
        client.putObject(request -> request.bucket(SOURCES).key("source"), body);
        client.copyObject(
            request ->
                request
                    .sourceBucket(SOURCES)
                    .sourceKey("source")
                    .destinationBucket(BUCKET)
                    .destinationKey(key));
      }
    }
  }

  private static void inParts(S3Client client, String key, RequestBody body) {
    var upload =
        client.createMultipartUpload(request -> request.bucket(BUCKET).key(key)).uploadId();
    var etag =
        client
            .uploadPart(
                request -> request.bucket(BUCKET).key(key).uploadId(upload).partNumber(1), body)
            .eTag();
    client.completeMultipartUpload(
        request ->
            request
                .bucket(BUCKET)
                .key(key)
                .uploadId(upload)
                .multipartUpload(parts -> parts.parts(part -> part.partNumber(1).eTag(etag))));
  }

  static byte[] content(int number) {
    var bytes = new byte[SIZE];
    Arrays.fill(bytes, (byte) number);
    return bytes;
  }
}
