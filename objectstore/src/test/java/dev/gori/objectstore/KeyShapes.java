package dev.gori.objectstore;

import java.nio.charset.StandardCharsets;
import java.util.List;

/// Keys of every shape that S3 allows and a folder of files can hold, among them those that look
/// like somebody's temporary file.
final class KeyShapes {

  private static final int LONGEST_NAME = 255; // bytes, of most file systems
  private static final int LONGEST_KEY = 1024; // bytes, of S3

  static final int COUNT = of(0).size();

  private KeyShapes() {}

  /// The numbered key; with as many numbers as there are shapes every shape comes once.
  static String numbered(int number) {
    return of(number).get(number % COUNT);
  }

  private static List<String> of(int number) {
    var uuid = "%08x-0000-4000-8000-%012x".formatted(number, number);
    return List.of(
        "daily/" + number,
        uuid,
        "exports/" + uuid,
        "exports/model-" + uuid,
        "daily/x.csv-" + uuid,
        "daily/x.csv" + uuid,
        "%s-%s".formatted(uuid, uuid),
        "put-%s".formatted(uuid),
        "daily/%d.tmp".formatted(number),
        "daily/%d.part".formatted(number),
        ".hidden/.%d".formatted(number),
        "dots/a..b.../%d.".formatted(number),
        ".mpus%d".formatted(number),
        "고리/데이터 %d+&%%?=#;,'\"~".formatted(number),
        filled("name-%d-".formatted(number), LONGEST_NAME),
        filled("folder-%d/".formatted(number), LONGEST_KEY));
  }

  /// A key of so many bytes whose names are as long as they may be.
  private static String filled(String prefix, int bytes) {
    var key = new StringBuilder(prefix);
    int name = key.length() - key.lastIndexOf("/") - 1;
    while (key.toString().getBytes(StandardCharsets.UTF_8).length < bytes) {
      boolean ends = name == LONGEST_NAME - 1 && bytes > LONGEST_NAME;
      key.append(ends ? '/' : 'n');
      name = ends ? 0 : name + 1;
    }
    return key.toString();
  }
}
