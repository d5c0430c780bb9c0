package dev.gori.engines.promql.syntax;

import dev.gori.kernel.label.Labels;
import dev.gori.kernel.label.Matcher;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads a selector: a name, matchers in braces, or both.
final class SelectorParser {

    private static final String CONTEXT = "label matching";

    private final Tokens tokens;

    SelectorParser(Tokens tokens) {
        this.tokens = tokens;
    }

    Expr.VectorSelector named() {
        var name = tokens.take();
        var matchers = new ArrayList<Matcher>();
        if (tokens.peek().is("{")) {
            braces(matchers, name);
        }
        matchers.add(Matcher.equal(Labels.NAME, name.text()));
        return selector(name.span().to(tokens.last().span()), name.text(), matchers);
    }

    Expr.VectorSelector unnamed() {
        var start = tokens.peek().span();
        var matchers = new ArrayList<Matcher>();
        var name = braces(matchers, null);
        return selector(start.to(tokens.last().span()), name, matchers);
    }

    private Expr.VectorSelector selector(Span span, String name, List<Matcher> matchers) {
        return new Expr.VectorSelector(span, name, matchers, Expr.Shift.NONE, Expr.Extent.PLAIN);
    }

    /// @return the metric's name, where it stands in quotes between the matchers
    private String braces(List<Matcher> into, @Nullable Token nameBefore) {
        var name = nameBefore == null ? "" : nameBefore.text();
        tokens.expect("{", CONTEXT);
        while (!tokens.peek().is("}")) {
            var first = tokens.take();
            if (first.kind() == Token.Kind.STRING && (tokens.peek().is(",") || tokens.peek().is("}"))) {
                name = metricName(first, name, into);
            } else {
                into.add(matcher(first, nameBefore));
            }
            if (!tokens.takeIf(",") && !tokens.peek().is("}")) {
                throw tokens.unexpected(CONTEXT, "\",\" or \"}\"");
            }
        }
        tokens.take();
        return name;
    }

    private String metricName(Token name, String before, List<Matcher> into) {
        if (!before.isEmpty()) {
            throw tokens.problem(name.span(), "metric name must not be set twice: \"%s\" or \"%s\"".formatted(before, name.text()));
        }
        into.add(Matcher.equal(Labels.NAME, name.text()));
        return name.text();
    }

    private Matcher matcher(Token label, @Nullable Token nameBefore) {
        if (label.kind() != Token.Kind.IDENTIFIER && label.kind() != Token.Kind.STRING) {
            throw tokens.problem(label.span(), "unexpected " + label.words() + " in " + CONTEXT + ", expected identifier or \"}\"");
        }
        var op = tokens.take();
        var value = matcherOp(op);
        var text = tokens.expect(Token.Kind.STRING, CONTEXT, "string");
        if (label.text().equals(Labels.NAME) && nameBefore != null && value == Matcher.Op.EQUAL) {
            throw tokens.problem(nameBefore.span(),
                    "metric name must not be set twice: \"%s\" or \"%s\"".formatted(nameBefore.text(), text.text()));
        }
        try {
            return new Matcher(label.text(), value, text.text());
        } catch (IllegalArgumentException e) {
            var why = e.getCause() == null ? e.getMessage() : e.getCause().getMessage();
            throw tokens.problem(label.span(), String.valueOf(why));
        }
    }

    private Matcher.Op matcherOp(Token token) {
        for (var op : Matcher.Op.values()) {
            if (token.is(op.text())) {
                return op;
            }
        }
        throw tokens.problem(token.span(), "unexpected " + token.words() + " in " + CONTEXT + ", expected label matching operator");
    }
}
