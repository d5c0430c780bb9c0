package dev.gori.engines.promql.syntax;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Cuts a query into words. What a word means depends on the brackets around it: `:` is part of a
/// metric's name outside of them.
final class Lexer {

    private static final List<String> SYMBOLS =
            List.of(
                    "==", "!=", "<=", ">=", "=~", "!~", "</", ">/", "+", "-", "*", "/", "%", "^",
                    "<", ">", "=", "(", ")", "{", "}", "[", "]", ",", ":", "@");
    private static final List<String> DURATION_WORDS = List.of("step", "range", "min_of", "max_of");
    private static final Pattern DURATION =
            Pattern.compile(
                    "(?:\\d+y)?(?:\\d+w)?(?:\\d+d)?(?:\\d+h)?(?:\\d+m)?(?:\\d+s)?(?:\\d+ms)?");
    private static final Pattern NUMBER =
            Pattern.compile(
                    "0[xX](?:_?[0-9a-fA-F])+|(?:\\d(?:_?\\d)*)?\\.?(?:\\d(?:_?\\d)*)?(?:[eE][+-]?\\d(?:_?\\d)*)?");

    private final String query;
    private final boolean anyLetter;
    private final List<Token> tokens = new ArrayList<>();
    private final Deque<Character> open = new ArrayDeque<>();
    private int at;

    private Lexer(String query, boolean anyLetter) {
        this.query = query;
        this.anyLetter = anyLetter;
    }

    /// @param anyLetter whether names may have letters of all scripts, and dots, without quotes
    ///   (experimental)
    static Words read(String query, boolean anyLetter) {
        var lexer = new Lexer(query, anyLetter);
        try {
            while (lexer.next()) {}
        } catch (ParseException e) {
            return new Words(lexer.tokens, Optional.of(e));
        }
        return new Words(lexer.tokens, Optional.empty());
    }

    /// @param problem what is no word, after those that are
    record Words(List<Token> tokens, Optional<ParseException> problem) {}

    private boolean next() {
        skipBlanks();
        if (at == query.length()) {
            checkClosed();
            add(Token.Kind.END, "", at);
            return false;
        }
        char c = query.charAt(at);
        checkWhere(c);
        if (isDigit(c) || (c == '.' && at + 1 < query.length() && isDigit(query.charAt(at + 1)))) {
            number();
        } else if (c == '"' || c == '\'' || c == '`') {
            string(c);
        } else if (isLetter(c) || isForeignLetter() || (c == ':' && !inside('[') && !inside('{'))) {
            identifier();
        } else {
            symbol();
        }
        return true;
    }

    /// Between braces and in brackets not all that begins a word elsewhere does so.
    private void checkWhere(char c) {
        boolean quotes = c == '"' || c == '\'' || c == '`';
        if (inside('{') && !isLetter(c) && !isForeignLetter() && !quotes && "=!,}".indexOf(c) < 0) {
            throw problem(
                    at,
                    "unexpected character inside braces: '"
                            + Character.toString(query.codePointAt(at))
                            + "'");
        }
        if (!open.isEmpty()
                && open.peek() == '['
                && isLetter(c)
                && DURATION_WORDS.stream().noneMatch(this::follows)) {
            throw problem(at, "unexpected character in duration expression: '" + c + "'");
        }
    }

    private boolean follows(String word) {
        return query.regionMatches(true, at, word, 0, word.length());
    }

    private void checkClosed() {
        if (open.contains('(')) {
            throw problem(at, "unclosed left parenthesis");
        }
        if (!open.isEmpty()) {
            throw problem(
                    at,
                    open.getFirst() == '['
                            ? "unclosed left bracket"
                            : "unexpected end of input inside braces");
        }
    }

    private void skipBlanks() {
        while (at < query.length()) {
            char c = query.charAt(at);
            if (c == '#') {
                int end = query.indexOf('\n', at);
                at = end < 0 ? query.length() : end;
            } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
                at++;
            } else {
                return;
            }
        }
    }

    private void number() {
        int start = at;
        var number = NUMBER.matcher(query).region(at, query.length());
        int end = number.lookingAt() ? number.end() : at;
        int wordEnd = at;
        while (wordEnd < query.length()
                && (isLetter(query.charAt(wordEnd)) || isDigit(query.charAt(wordEnd)))) {
            wordEnd++;
        }
        var word = query.substring(start, wordEnd);
        if (wordEnd > end
                || (end > wordEnd
                        && DURATION.matcher(word).matches()
                        && !word.chars().allMatch(Character::isDigit))) {
            if (!DURATION.matcher(word).matches()) {
                throw problem(start, "bad number or duration syntax: \"" + word + '"');
            }
            at = wordEnd;
            add(Token.Kind.DURATION, word, start);
            return;
        }
        at = end;
        if (at < query.length() && (isLetter(query.charAt(at)) || query.charAt(at) == '.')) {
            throw problem(
                    start,
                    "bad number or duration syntax: \"" + query.substring(start, at + 1) + '"');
        }
        add(Token.Kind.NUMBER, query.substring(start, at), start);
    }

    private void string(char quote) {
        int start = at++;
        int end = at;
        while (end < query.length() && query.charAt(end) != quote) {
            if (query.charAt(end) == '\\' && quote != '`') {
                end++;
            } else if (query.charAt(end) == '\n' && quote != '`') {
                throw problem(start, "unterminated quoted string");
            }
            end++;
        }
        if (end >= query.length()) {
            throw problem(
                    start, quote == '`' ? "unterminated raw string" : "unterminated quoted string");
        }
        var raw = query.substring(at, end);
        at = end + 1;
        var value = quote == '`' ? raw : Quoted.unescaped(raw, why -> problem(start, why));
        tokens.add(
                new Token(
                        Token.Kind.STRING, value, query.substring(start, at), new Span(start, at)));
    }

    private void identifier() {
        int start = at;
        boolean colons = !inside('[') && !inside('{');
        while (at < query.length()) {
            char c = query.charAt(at);
            if (isLetter(c)
                    || isDigit(c)
                    || (colons && c == ':')
                    || (anyLetter && c == '.' && at > start)) {
                at++;
            } else if (isForeignLetter()) {
                at += Character.charCount(query.codePointAt(at));
            } else {
                break;
            }
        }
        add(Token.Kind.IDENTIFIER, query.substring(start, at), start);
    }

    private void symbol() {
        for (var symbol : SYMBOLS) {
            if (query.startsWith(symbol, at)) {
                int start = at;
                if (symbol.endsWith("~") && !inside('{')) {
                    throw problem(
                            at, "unexpected character after '%s': '~'".formatted(symbol.charAt(0)));
                }
                if (symbol.equals(":") && inside('{')) {
                    throw problem(at, "unexpected character inside braces: ':'");
                }
                bracket(symbol.charAt(0));
                at += symbol.length();
                add(Token.Kind.SYMBOL, symbol, start);
                return;
            }
        }
        int c = query.codePointAt(at);
        if (c == '!' && at + 1 < query.length()) {
            throw problem(
                    at,
                    "unexpected character after '!': '"
                            + Character.toString(query.codePointAt(at + 1))
                            + "'");
        }
        throw problem(
                at,
                (inside('{') ? "unexpected character inside braces: '" : "unexpected character: '")
                        + Character.toString(c)
                        + "'");
    }

    private void bracket(char c) {
        switch (c) {
            case '(', '[', '{' -> open.push(c);
            case ')' -> close('(', "unexpected right parenthesis ')'", at + 1);
            case ']' -> close('[', "unexpected right bracket ']'", at);
            case '}' -> close('{', "unexpected character: '}'", at);
            default -> {}
        }
    }

    private void close(char opening, String otherwise, int where) {
        if (!inside(opening)) {
            throw problem(where, otherwise);
        }
        open.pop();
    }

    private boolean inside(char bracket) {
        return !open.isEmpty()
                && (open.peek() == bracket || (bracket == '[' && open.contains('[')));
    }

    private void add(Token.Kind kind, String text, int start) {
        tokens.add(new Token(kind, text, text, new Span(start, at)));
    }

    private ParseException problem(int start, String what) {
        return new ParseException(query, new Span(start, Math.max(start, at)), what);
    }

    private boolean isForeignLetter() {
        return anyLetter && query.charAt(at) > 0x7f && Character.isLetter(query.codePointAt(at));
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    }
}
