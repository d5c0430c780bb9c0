package dev.gori.base.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class SecretMaskTest {

  private static final String SECRET = "p/ss+w0rd \"with\" everything?";

  private final SecretMask mask =
      SecretMask.of(List.of(SECRET, "s3cr3t-key-of-the-store", "short"));

  @Test
  void aSecretIsMaskedInEveryFormThatProgramsPrint() {
    var url = URLEncoder.encode(SECRET, StandardCharsets.UTF_8);
    var bytes = SECRET.getBytes(StandardCharsets.UTF_8);
    for (var form :
        List.of(
            SECRET,
            url,
            url.replace("+", "%20"),
            SECRET.replace("\"", "\\\""),
            HexFormat.of().formatHex(bytes))) {
      assertThat(mask.mask("token=" + form + " end")).isEqualTo("token=*** end");
    }
    assertThat(mask.mask("a short text with nothing in it")).contains("short");
    assertThat(mask.toString()).doesNotContain("p/ss");
  }

  @Test
  void base64HidesNoSecretWhateverStandsAroundIt() {
    var random = new Random(5);
    for (var encoder : List.of(Base64.getEncoder(), Base64.getUrlEncoder())) {
      for (int before = 0; before < 7; before++) {
        for (int after = 0; after < 7; after++) {
          var text = word(random, before) + SECRET + word(random, after);
          var encoded = encoder.encodeToString(text.getBytes(StandardCharsets.UTF_8));
          assertThat(mask.mask(encoded))
              .as("%d before, %d after: %s", before, after, encoded)
              .contains("***")
              .hasSizeLessThanOrEqualTo(encoded.length() - 30);
        }
      }
    }
  }

  private static String word(Random random, int length) {
    return random
        .ints(length, 'a', 'z')
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  @Test
  void aTextThatGoesOnIsNeverCutInsideASecret() {
    var text = "x".repeat(100) + "s3cr3t-key-of-the-store" + "y".repeat(300);
    for (int end = 1; end <= text.length(); end++) {
      var seen = text.substring(0, end);
      int cut = mask.cut(seen);
      assertThat(cut <= 100 || cut >= 123).as("cut at %d of %d", cut, end).isTrue();
      assertThat(cut).isGreaterThanOrEqualTo(end - 2 * mask.overlap() - 1);
    }
  }

  @Test
  void textOfStrangersStaysOnItsLineAndInItsValue() {
    assertThat(LogText.oneLine("a\nb\rc\u001b[31m\u2028\td"))
        .isEqualTo("a\\nb\\rc\\u001b[31m\\u2028\td");
    assertThat(LogText.value("s3://raw/x.csv")).isEqualTo("s3://raw/x.csv");
    assertThat(LogText.value("x valid=true")).isEqualTo("\"x valid=true\"");
    assertThat(LogText.value("x\n[DP] \"y\"")).isEqualTo("\"x\\n[DP] \\\"y\\\"\"");
    assertThat(LogText.value("")).isEqualTo("\"\"");
  }
}
