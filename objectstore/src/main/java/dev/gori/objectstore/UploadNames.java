package dev.gori.objectstore;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/// The name under which the library keeps the parts of an upload: bucket and key, the key in a form
/// that leaves room in every file name for what the library adds to it.
///
/// ```
/// .uploads/.mpus-UPLOAD-BUCKET/NAME…/~NAME-stub      the upload exists
/// .uploads/.mpus-UPLOAD-BUCKET/NAME…/~NAME-7         its part 7
/// ```
final class UploadNames {

  private static final int LONGEST_NAME = 180; // of 255 bytes
  private static final String LAST = "~"; // never the first letter of another name
  private static final Pattern UNFINISHED =
      Pattern.compile("~.*-(\\d{1,5}|stub)-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  private UploadNames() {}

  static String of(String bucket, String key) {
    var encoded = URLEncoder.encode(key, StandardCharsets.UTF_8);
    var name = new StringBuilder(bucket).append('/');
    int at = 0;
    for (; encoded.length() - at > LONGEST_NAME; at += LONGEST_NAME) {
      name.append(encoded, at, at + LONGEST_NAME).append('/');
    }
    return name.append(LAST).append(encoded, at, encoded.length()).toString();
  }

  static String bucket(String name) {
    return name.substring(0, name.indexOf('/'));
  }

  static String key(String name) {
    var encoded = name.substring(name.indexOf('/') + 1).replace("/" + LAST, "");
    encoded = encoded.startsWith(LAST) ? encoded.substring(LAST.length()) : encoded;
    return URLDecoder.decode(encoded.replace("/", ""), StandardCharsets.UTF_8);
  }

  /// Whether a file of an upload is a part that was not received whole: the library ends its name
  /// with a UUID, where that of a part ends with a number of at most five digits.
  static boolean isUnfinished(String fileName) {
    return UNFINISHED.matcher(fileName).matches();
  }
}
