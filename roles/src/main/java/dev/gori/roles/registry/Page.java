package dev.gori.roles.registry;

import dev.gori.kernel.fault.FaultException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which part of a result to give: how many, from where.
record Page(int size, long offset) {

    static Page of(Body body, int size, int largest) {
        long wanted = body.integerOr("max_results", size);
        if (wanted < 1 || wanted > largest) {
            throw FaultException.badRequest(
                    "Invalid value %d for parameter 'max_results' supplied (expected: 1 to %d)"
                            .formatted(wanted, largest));
        }
        return new Page(
                (int) wanted,
                body.text("page_token")
                        .filter(token -> !token.isEmpty())
                        .map(Page::offset)
                        .orElse(0L));
    }

    private static long offset(String token) {
        try {
            return Long.parseLong(
                    new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException _) {
            throw FaultException.badRequest(
                    "Invalid page token '%s' (expected: one from an earlier answer)"
                            .formatted(token));
        }
    }

    /// SQL that fetches one more than the page holds, to know whether there is a next one.
    String sql() {
        return " LIMIT %d OFFSET %d".formatted(size + 1, offset);
    }

    /// The answer: the page's items under `name`, and the token of the next page if there is one.
    Map<String, @Nullable Object> answer(String name, List<?> found) {
        var answer = new LinkedHashMap<String, @Nullable Object>();
        answer.put(name, new ArrayList<>(cut(found)));
        if (found.size() > size) {
            var next = Long.toString(offset + size).getBytes(StandardCharsets.UTF_8);
            answer.put("next_page_token", Base64.getUrlEncoder().encodeToString(next));
        }
        return answer;
    }

    <T> List<T> cut(List<T> found) {
        return found.size() > size ? found.subList(0, size) : found;
    }
}
