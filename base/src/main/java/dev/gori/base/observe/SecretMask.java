package dev.gori.base.observe;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Replaces known secrets in text by `***`: as they are, URL-encoded, escaped as JSON has it, in
/// hexadecimal, and in Base64 alone or inside of a longer text, as in an `Authorization: Basic`
/// header. Immutable.
///
/// It keeps a secret from being shown by accident. It cannot keep a program that wants to show one
/// from doing so: every other encoding gets through.
public final class SecretMask {

  /// Shorter values are not masked: they would be found in ordinary text.
  public static final int SHORTEST = 8;

  public static final SecretMask NOTHING = new SecretMask(List.of());

  private static final String MASKED = "***";

  private final List<String> forms; // longest first
  private final int longest;

  private SecretMask(List<String> forms) {
    this.forms = forms;
    this.longest = forms.isEmpty() ? 0 : forms.getFirst().length();
  }

  /// @param secrets each line of one that has several is a secret too
  public static SecretMask of(Collection<String> secrets) {
    var forms = new LinkedHashSet<String>();
    for (var secret : secrets) {
      secret
          .lines()
          .map(String::strip)
          .filter(line -> line.length() >= SHORTEST)
          .forEach(line -> addForms(line, forms));
    }
    var ordered = new ArrayList<>(forms);
    ordered.sort(Comparator.comparingInt(String::length).reversed());
    return new SecretMask(ordered);
  }

  private static void addForms(String secret, Set<String> forms) {
    forms.add(secret);
    var url = URLEncoder.encode(secret, StandardCharsets.UTF_8);
    forms.add(url);
    forms.add(url.replace("+", "%20"));
    forms.add(lowerEscapes(url));
    forms.add(secret.replace("\\", "\\\\").replace("\"", "\\\""));
    forms.add(secret.replace("/", "\\/"));
    var bytes = secret.getBytes(StandardCharsets.UTF_8);
    forms.add(HexFormat.of().formatHex(bytes));
    forms.add(HexFormat.of().withUpperCase().formatHex(bytes));
    for (int before = 0; before < 3; before++) {
      var inside = base64(bytes, before);
      if (inside.length() >= SHORTEST) {
        forms.add(inside);
        forms.add(inside.replace('+', '-').replace('/', '_'));
      }
    }
  }

  /// The characters of a Base64 text that depend on the secret alone, when it stands after so many
  /// bytes modulo 3, whatever comes before and after it.
  private static String base64(byte[] secret, int before) {
    var whole = new byte[before + secret.length];
    System.arraycopy(secret, 0, whole, before, secret.length);
    var text = Base64.getEncoder().withoutPadding().encodeToString(whole);
    int from = (before * 8 + 5) / 6;
    int to = whole.length * 8 / 6;
    return text.substring(from, to);
  }

  private static String lowerEscapes(String url) {
    var text = new StringBuilder(url);
    for (int i = 0; i + 2 < text.length(); i++) {
      if (text.charAt(i) == '%') {
        text.setCharAt(i + 1, Character.toLowerCase(text.charAt(i + 1)));
        text.setCharAt(i + 2, Character.toLowerCase(text.charAt(i + 2)));
      }
    }
    return text.toString();
  }

  public String mask(String text) {
    var masked = text;
    for (var form : forms) {
      if (masked.contains(form)) {
        masked = masked.replace(form, MASKED);
      }
    }
    return masked;
  }

  /// Where a text that goes on can be cut, so that no secret lies on both sides of the cut: at the
  /// wanted place or before it.
  ///
  /// @param text of which all that comes before its end less {@link #overlap} is wanted
  public int cut(CharSequence text) {
    int wanted = Math.max(0, text.length() - overlap());
    var all = text.toString();
    boolean moved = true;
    while (moved) {
      moved = false;
      for (var form : forms) {
        int at = all.lastIndexOf(form, Math.max(0, wanted - 1));
        if (at >= 0 && at < wanted && at + form.length() > wanted) {
          wanted = at;
          moved = true;
        }
      }
    }
    return wanted;
  }

  /// How many characters at the end of an unfinished text may be the beginning of a secret.
  public int overlap() {
    return Math.max(0, longest - 1);
  }

  @Override
  public String toString() {
    return "SecretMask[" + forms.size() + " forms]";
  }
}
