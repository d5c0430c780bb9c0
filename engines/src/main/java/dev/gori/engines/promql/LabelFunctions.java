package dev.gori.engines.promql;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.gori.engines.promql.syntax.Expr;
import dev.gori.engines.promql.syntax.Syntax;
import dev.gori.kernel.label.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// `label_replace` and `label_join`.
final class LabelFunctions {

    private final Evaluator evaluator;

    LabelFunctions(Evaluator evaluator) {
        this.evaluator = evaluator;
    }

    List<Line> replace(Expr.Call call, Grid grid) {
        var to = evaluator.string(call.args().get(1));
        var replacement = evaluator.string(call.args().get(2));
        var from = evaluator.string(call.args().get(3));
        var expression = evaluator.string(call.args().get(4));
        Pattern pattern;
        try {
            pattern = Pattern.compile("^(?s:" + expression + ")$");
        } catch (PatternSyntaxException e) {
            throw PromQlException.execution(
                    "invalid regular expression in label_replace(): " + expression);
        }
        checkName(to, "destination", "label_replace");
        return relabelled(
                call,
                grid,
                to,
                labels -> {
                    var matcher = pattern.matcher(labels.get(from));
                    return matcher.find()
                            ? Optional.of(labels.with(to, expanded(replacement, matcher, pattern)))
                            : Optional.empty();
                });
    }

    List<Line> join(Expr.Call call, Grid grid) {
        var to = evaluator.string(call.args().get(1));
        var separator = evaluator.string(call.args().get(2));
        var from = call.args().stream().skip(3).map(evaluator::string).toList();
        checkName(to, "destination", "label_join");
        from.forEach(name -> checkName(name, "source", "label_join"));
        return relabelled(
                call,
                grid,
                to,
                labels ->
                        Optional.of(
                                labels.with(
                                        to,
                                        String.join(
                                                separator,
                                                from.stream().map(labels::get).toList()))));
    }

    private static void checkName(String name, String which, String function) {
        if (!Syntax.isLabelName(name)) {
            throw PromQlException.execution(
                    "invalid %s label name in %s(): %s".formatted(which, function, name));
        }
    }

    private List<Line> relabelled(
            Expr.Call call, Grid grid, String changed, Function<Labels, Optional<Labels>> change) {
        var results = new ArrayList<Line>();
        for (var line : evaluator.vector(call.args().getFirst(), grid)) {
            var labels = change.apply(line.labels());
            boolean namesAgain = changed.equals(Labels.NAME) && labels.isPresent();
            results.add(
                    line.named(labels.orElse(line.labels()), line.isNameDropped() && !namesAgain));
        }
        return Lines.merged(results);
    }

    /// The replacement with `$1`, `${1}`, `$name` and `$$` filled in, as Go's regexp package
    /// expands it.
    private static String expanded(String template, Matcher matcher, Pattern pattern) {
        var text = new StringBuilder();
        for (int i = 0; i < template.length(); i++) {
            char c = template.charAt(i);
            if (c != '$' || i + 1 == template.length()) {
                text.append(c);
                continue;
            }
            if (template.charAt(i + 1) == '$') {
                text.append('$');
                i++;
                continue;
            }
            boolean braces = template.charAt(i + 1) == '{';
            int start = braces ? i + 2 : i + 1;
            int end = start;
            while (end < template.length() && isWord(template.charAt(end))) {
                end++;
            }
            boolean closed = !braces || (end < template.length() && template.charAt(end) == '}');
            if (end == start || !closed) {
                text.append(c);
                continue;
            }
            text.append(group(template.substring(start, end), matcher, pattern));
            i = braces ? end : end - 1;
        }
        return text.toString();
    }

    private static boolean isWord(char c) {
        return Character.isLetterOrDigit(c) || c == '_';
    }

    private static String group(String name, Matcher matcher, Pattern pattern) {
        String value = null;
        if (name.chars().allMatch(Character::isDigit)) {
            int number = name.length() > 4 ? Integer.MAX_VALUE : Integer.parseInt(name);
            value = number <= matcher.groupCount() ? matcher.group(number) : null;
        } else if (pattern.namedGroups().containsKey(name)) {
            value = matcher.group(name);
        }
        return value == null ? "" : value;
    }
}
