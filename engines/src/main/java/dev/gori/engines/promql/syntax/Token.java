package dev.gori.engines.promql.syntax;

import java.util.Locale;
import java.util.Set;

/// One word of a query.
///
/// @param text as written; for strings the value without quotes and escapes
record Token(Kind kind, String text, Span span) {

    private static final Set<String> KEYWORDS =
            Set.of("offset", "by", "without", "on", "ignoring", "group_left", "group_right", "bool");

    enum Kind {
        NUMBER("number"),
        DURATION("duration"),
        STRING("string"),
        IDENTIFIER("identifier"),
        SYMBOL(""),
        END("end of input");

        private final String words;

        Kind(String words) {
            this.words = words;
        }
    }

    boolean is(String symbol) {
        return kind == Kind.SYMBOL && text.equals(symbol);
    }

    /// Keywords are identifiers in any case.
    boolean isWord(String keyword) {
        return kind == Kind.IDENTIFIER && text.equalsIgnoreCase(keyword);
    }

    String lower() {
        return text.toLowerCase(Locale.ROOT);
    }

    /// As messages name it.
    String words() {
        return switch (kind) {
            case END -> kind.words;
            case SYMBOL -> BinaryOp.of(text).isPresent() && !text.equals("=") ? "<op:" + text + ">" : '"' + text + '"';
            case IDENTIFIER -> KEYWORDS.contains(lower()) ? "<" + lower() + ">" : kind.words + " \"" + text + '"';
            case NUMBER, DURATION, STRING -> kind.words + " \"" + text + '"';
        };
    }
}
