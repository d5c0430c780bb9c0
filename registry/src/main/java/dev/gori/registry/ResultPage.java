package dev.gori.registry;

import dev.gori.base.json.Json;
import dev.gori.kernel.fault.FaultException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One page of a result: its maximum number of items and its offset.
record ResultPage(int size, long offset) {

  /// The page ends after this number of bytes of JSON.
  private static final long LONG = 8 << 20;

  private static final int AT_ONCE = 100;

  static ResultPage of(Body body, int size, int largest) {
    long wanted = body.integerOr("max_results", size);
    if (wanted < 1 || wanted > largest) {
      throw FaultException.badRequest(
          "Invalid value %d for parameter 'max_results' supplied (expected: 1 to %d)"
              .formatted(wanted, largest));
    }
    return new ResultPage(
        (int) wanted,
        body.text("page_token")
            .filter(token -> !token.isEmpty())
            .map(ResultPage::offset)
            .orElse(0L));
  }

  private static long offset(String token) {
    try {
      return Long.parseLong(
          new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException _) {
      throw FaultException.badRequest(
          "Invalid page token '%s' (expected: one from an earlier answer)".formatted(token));
    }
  }

  /// The SQL that fetches one item more than the page holds, which shows whether there is a next
  /// page.
  String sql() {
    return " LIMIT %d OFFSET %d".formatted(size + 1, offset);
  }

  /// The response: the page's items under `name`, and the token of the next page if there is one.
  Map<String, @Nullable Object> answer(String name, List<?> found) {
    var answer = new LinkedHashMap<String, @Nullable Object>();
    answer.put(name, new ArrayList<>(cut(found)));
    if (found.size() > size) {
      answer.put("next_page_token", token(offset + size));
    }
    return answer;
  }

  /// Writes the response in groups of items. A page that becomes too long ends early, and its token
  /// continues from there.
  ///
  /// @param found the keys of the page's items, and one more if there is a next page
  /// @param load returns the items of some keys, in the same order
  <K> void write(
      String name,
      List<K> found,
      Function<List<K>, List<Map<String, @Nullable Object>>> load,
      OutputStream out) {
    var keys = cut(found);
    long written = 0;
    int at = 0;
    try {
      out.write(("{\"" + name + "\":[").getBytes(StandardCharsets.UTF_8));
      while (at < keys.size() && written < LONG) {
        var some = keys.subList(at, Math.min(keys.size(), at + AT_ONCE));
        for (var item : load.apply(some)) {
          if (written > 0) {
            out.write(',');
          }
          var json = Json.write(item);
          out.write(json);
          written += json.length;
        }
        at += some.size();
      }
      out.write(']');
      if (at < found.size()) {
        out.write(
            (",\"next_page_token\":\"" + token(offset + at) + "\"")
                .getBytes(StandardCharsets.UTF_8));
      }
      out.write('}');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String token(long from) {
    return Base64.getUrlEncoder()
        .encodeToString(Long.toString(from).getBytes(StandardCharsets.UTF_8));
  }

  <T> List<T> cut(List<T> found) {
    return found.size() > size ? found.subList(0, size) : found;
  }
}
