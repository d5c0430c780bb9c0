package dev.gori.app;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/// Request bodies that cost a careless reader its memory, its stack or its time, by content type.
final class HostileBodies {

  /// @param headers content type and encoding
  record Body(String name, Map<String, String> headers, byte[] bytes) {
    @Override
    public String toString() {
      return "%s (%d bytes)".formatted(name, bytes.length);
    }
  }

  private static final String JSON = "application/json";
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final String PROTOBUF = "application/x-protobuf";
  private static final int MEBI = 1 << 20;

  private final Random random;

  HostileBodies(Random random) {
    this.random = random;
  }

  /// All kinds, none above two megabytes as it is sent.
  List<Body> all() {
    var all = new ArrayList<Body>();
    json(all);
    forms(all);
    binary(all);
    compressed(all);
    others(all);
    all.sort(Comparator.comparing(Body::name)); // the same order for the same seed
    return all;
  }

  private void json(List<Body> all) {
    Map.ofEntries(
            Map.entry("nothing", ""),
            Map.entry("null", "null"),
            Map.entry("a huge exponent", "{\"data\": [[1e999999999]]}"),
            Map.entry("400,000 digits", "{\"data\": [[%s]]}".formatted("9".repeat(400_000))),
            Map.entry("arrays 200,000 deep", "[".repeat(200_000)),
            Map.entry("objects 50,000 deep", "{\"a\":".repeat(50_000) + "1" + "}".repeat(50_000)),
            Map.entry(
                "a key twice", "{\"data\": [[1]], \"data\": {}, \"streams\": 1, \"streams\": []}"),
            Map.entry("cut off", "{\"data\": [[1, 2"),
            Map.entry("more after the end", "{} {} []"),
            Map.entry("a lone surrogate", "{\"name\": \"\\ud800\", \"data\": [[\"\\u0000\"]]}"),
            Map.entry(
                "wrong types", "{\"data\": {\"a\": null}, \"streams\": [[1]], \"inputs\": 7}"),
            Map.entry(
                "other wrong types",
                "{\"experiment_ids\": {}, \"max_results\": \"many\", \"filter\": []}"),
            Map.entry("a huge limit", "{\"experiment_ids\": [\"0\"], \"max_results\": 2147483648}"),
            Map.entry("100,000 keys", keys(100_000)),
            Map.entry(
                "100,000 empty arrays",
                "{\"experiment_ids\":[%s[]]}".formatted("[],".repeat(100_000))))
        .forEach((name, text) -> all.add(text("JSON: " + name, JSON, text)));
    all.add(
        new Body(
            "JSON in bad UTF-8",
            type(JSON),
            new byte[] {'{', '"', (byte) 0xc3, '"', ':', (byte) 0xff, '}'}));
    all.add(
        new Body(
            "JSON in UTF-16", type(JSON), "{\"data\": [[1]]}".getBytes(StandardCharsets.UTF_16)));
    all.add(new Body("random bytes as JSON", type(JSON), randomBytes(3_000)));
  }

  private static void forms(List<Body> all) {
    all.add(text("a form with bad escapes", FORM, "query=%ZZ&match[]=%&start=%u0000"));
    all.add(text("a form of 100,000 fields", FORM, "a=1&".repeat(100_000)));
    all.add(text("an expression 100,000 deep", FORM, "query=" + "(".repeat(100_000)));
    all.add(text("a selector of 1 MiB", FORM, "query=%7Ba%3D%22" + "x".repeat(MEBI) + "%22%7D"));
    all.add(
        text(
            "regular expressions that explode",
            FORM,
            "query=%7Ba%3D~%22(a%2B)%2B%24%22%7D"
                + "&match[]=%7Ba%3D~%22((a%7B1000%7D)%7B1000%7D)%7B1000%7D%22%7D"));
  }

  private void binary(List<Body> all) {
    all.add(
        new Body(
            "Snappy that promises 4 GiB",
            encoded(PROTOBUF, "snappy"),
            new byte[] {-1, -1, -1, -1, 15, 0, 0}));
    all.add(new Body("Snappy of 40 MiB", encoded(PROTOBUF, "snappy"), snappyOfZeros(40 * MEBI)));
    all.add(new Body("random bytes as Snappy", encoded(PROTOBUF, "snappy"), randomBytes(2_000)));
    all.add(
        new Body(
            "protobuf that promises 2 GiB",
            type(PROTOBUF),
            new byte[] {0x0a, -1, -1, -1, -1, 7, 1}));
    all.add(new Body("random bytes as protobuf", type(PROTOBUF), randomBytes(2_000)));
  }

  private static void compressed(List<Body> all) {
    var spaces = gzipOfSpaces(512);
    all.add(new Body("gzip of 512 MiB", encoded(JSON, "gzip"), spaces));
    all.add(new Body("gzip of 512 MiB as protobuf", encoded(PROTOBUF, "gzip"), spaces));
    all.add(new Body("gzip that is cut off", encoded(JSON, "gzip"), Arrays.copyOf(spaces, 500)));
    all.add(new Body("zstd of 1 GiB", encoded(JSON, "zstd"), zstdOfSpaces(8_192)));
    all.add(new Body("zstd of 1 GiB as protobuf", encoded(PROTOBUF, "zstd"), zstdOfSpaces(8_192)));
    all.add(
        new Body(
            "encodings that nobody knows",
            encoded(JSON, "br, deflate, gzip"),
            new byte[] {'{', '}'}));
  }

  private static void others(List<Body> all) {
    all.add(
        text(
            "multipart without an end",
            "multipart/form-data; boundary=x",
            "--x\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n"));
    all.add(
        text(
            "multipart with a boundary of 4,000 letters",
            "multipart/form-data; boundary=" + "b".repeat(4_000),
            "--b\r\n\r\n--b--"));
    all.add(text("CSV of a line of 2 MiB", "text/csv", "a,b,c\n" + "1,".repeat(MEBI)));
    all.add(text("CSV with an open quote", "text/csv", "a,b\n\"1,2\n3,4\n"));
    all.add(text("a content type that is none", "///;;;=", "{}"));
    all.add(text("a charset that nobody knows", "application/json; charset=no-such", "{}"));
  }

  /// The body that once ended both environments.
  static Body emptyArrays(int mebibytes) {
    var head = "{\"experiment_ids\":[".getBytes(StandardCharsets.US_ASCII);
    var bytes = new byte[mebibytes * MEBI];
    System.arraycopy(head, 0, bytes, 0, head.length);
    int at = head.length;
    while (at + 6 < bytes.length) {
      bytes[at++] = '[';
      bytes[at++] = ']';
      bytes[at++] = ',';
    }
    bytes[at++] = '0';
    bytes[at++] = ']';
    bytes[at++] = '}';
    Arrays.fill(bytes, at, bytes.length, (byte) ' ');
    return new Body("%d MiB of empty arrays".formatted(mebibytes), type(JSON), bytes);
  }

  private static Body text(String name, String type, String text) {
    return new Body(name, type(type), text.getBytes(StandardCharsets.UTF_8));
  }

  private static Map<String, String> type(String type) {
    return Map.of("Content-Type", type);
  }

  private static Map<String, String> encoded(String type, String encoding) {
    return Map.of("Content-Type", type, "Content-Encoding", encoding);
  }

  private static String keys(int count) {
    var text = new StringBuilder("{");
    for (int i = 0; i < count; i++) {
      text.append(i == 0 ? "" : ",").append("\"k").append(i).append("\":").append(i);
    }
    return text.append('}').toString();
  }

  private byte[] randomBytes(int count) {
    var bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] gzipOfSpaces(int mebibytes) {
    var out = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(out)) {
      var spaces = new byte[MEBI];
      Arrays.fill(spaces, (byte) ' ');
      for (int i = 0; i < mebibytes; i++) {
        gzip.write(spaces);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /// One frame of blocks that each say "this byte 131,071 times".
  private static byte[] zstdOfSpaces(int blocks) {
    int each = (1 << 17) - 1;
    var out = new ByteArrayOutputStream();
    // the magic number, a descriptor without checksum and size, a window of 128 KiB
    out.writeBytes(new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0, 0x38});
    for (int i = 0; i < blocks; i++) {
      int header = (i == blocks - 1 ? 1 : 0) | 1 << 1 | each << 3;
      out.write(header);
      out.write(header >> 8);
      out.write(header >> 16);
      out.write(' ');
    }
    return out.toByteArray();
  }

  /// A literal, and copies of it of 64 bytes each: three bytes for 64.
  private static byte[] snappyOfZeros(int size) {
    var out = new ByteArrayOutputStream();
    for (int left = size; ; left >>>= 7) {
      if (left < 128) {
        out.write(left);
        break;
      }
      out.write(left & 127 | 128);
    }
    out.write(63 - 4 << 2 & 0xff); // 60 zeros
    out.writeBytes(new byte[60]);
    out.write(0); // and one more, and three
    out.write(0);
    out.write(2 << 2);
    out.writeBytes(new byte[3]);
    for (int done = 64; done < size; done += 64) {
      out.write(63 << 2 | 2); // a copy of 64 bytes, with an offset of two bytes
      out.write(64);
      out.write(0);
    }
    return out.toByteArray();
  }
}
