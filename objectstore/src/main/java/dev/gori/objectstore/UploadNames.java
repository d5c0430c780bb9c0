package dev.gori.objectstore;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/// The name under which S3Proxy stores the parts of a multipart upload: the bucket and the encoded
/// key. The encoding leaves room in every file name for the suffix that S3Proxy adds.
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

  /// Whether a file of an upload is an incompletely received part or stub: S3Proxy ends the name of
  /// such a file with a UUID.
  static boolean isUnfinished(String fileName) {
    return UNFINISHED.matcher(fileName).matches();
  }
}
