package dev.gori.tsdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;

/// Reads the fields of a file as `docs/formats/tsdb-block.md` describes them, independently of the
/// code that writes them.
final class FieldReader {

  private final byte[] bytes;
  private int at;

  FieldReader(byte[] bytes) {
    this.bytes = bytes;
  }

  int at() {
    return at;
  }

  boolean hasMore() {
    return at < bytes.length;
  }

  byte[] take(int count) {
    assertThat(count).as("bytes at %d of %d", at, bytes.length).isBetween(0, bytes.length - at);
    at += count;
    return Arrays.copyOfRange(bytes, at - count, at);
  }

  FieldReader part(int count) {
    return new FieldReader(take(count));
  }

  int u8() {
    return take(1)[0] & 0xff;
  }

  long little(int count) {
    long value = 0;
    var all = take(count);
    for (int i = count - 1; i >= 0; i--) {
      value = value << 8 | (all[i] & 0xff);
    }
    return value;
  }

  String checksum() {
    return HexFormat.of().toHexDigits((int) little(4));
  }

  double f64() {
    return Double.longBitsToDouble(little(8));
  }

  long number() {
    int low = u8();
    return low < 128 ? low : low - 128 + (number() << 7);
  }

  int count() {
    return Math.toIntExact(number());
  }

  long signed() {
    long zigzag = number();
    return zigzag % 2 == 0 ? zigzag >>> 1 : ~(zigzag >>> 1);
  }

  String text() {
    return new String(take(count()), StandardCharsets.UTF_8);
  }

  /// Number of labels, then name and value of each.
  String labels() {
    var pairs = new ArrayList<String>();
    for (int left = count(); left > 0; left--) {
      pairs.add(text() + "=" + text());
    }
    return String.join(",", pairs);
  }

  void end() {
    assertThat(at).as("bytes that are read").isEqualTo(bytes.length);
  }

  static String crc(byte[] bytes) {
    var crc = new CRC32C();
    crc.update(bytes);
    return HexFormat.of().toHexDigits((int) crc.getValue());
  }

  static String lines(List<String> all) {
    return String.join("\n", all) + "\n";
  }
}
