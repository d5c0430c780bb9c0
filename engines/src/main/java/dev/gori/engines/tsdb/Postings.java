package dev.gori.engines.tsdb;

import dev.gori.kernel.label.Matcher;
import java.util.List;
import java.util.function.BiConsumer;
import org.roaringbitmap.RoaringBitmap;

/// For each label the series that have it, by value: what head and blocks both have.
interface Postings {

    /// Every series.
    RoaringBitmap all();

    /// The series with the value; empty when there are none. Not to be changed by the caller.
    RoaringBitmap of(String name, String value);

    /// Every value of a label with its series.
    void values(String name, BiConsumer<String, RoaringBitmap> each);

    /// The series that satisfy all matchers; a new bitmap.
    default RoaringBitmap matching(List<Matcher> matchers) {
        RoaringBitmap found = null;
        for (var matcher : matchers) {
            if (!matcher.matchesEmpty()) {
                var some = having(matcher);
                if (found == null) {
                    found = some;
                } else {
                    found.and(some);
                }
                if (found.isEmpty()) {
                    return found;
                }
            }
        }
        var result = found == null ? all().clone() : found;
        for (var matcher : matchers) {
            if (matcher.matchesEmpty() && !result.isEmpty()) {
                result.andNot(lacking(matcher));
            }
        }
        return result;
    }

    /// The series that satisfy all matchers of at least one of the selectors; a new bitmap.
    default RoaringBitmap matchingAny(List<List<Matcher>> selectors) {
        var all = new RoaringBitmap();
        selectors.forEach(matchers -> all.or(matching(matchers)));
        return all;
    }

    private RoaringBitmap having(Matcher matcher) {
        if (matcher.op() == Matcher.Op.EQUAL) {
            return of(matcher.name(), matcher.value()).clone();
        }
        var union = new RoaringBitmap();
        values(matcher.name(), (value, series) -> {
            if (matcher.matches(value)) {
                union.or(series);
            }
        });
        return union;
    }

    private RoaringBitmap lacking(Matcher matcher) {
        if (matcher.op() == Matcher.Op.NOT_EQUAL) {
            return of(matcher.name(), matcher.value());
        }
        var union = new RoaringBitmap();
        values(matcher.name(), (value, series) -> {
            if (!matcher.matches(value)) {
                union.or(series);
            }
        });
        return union;
    }
}
