package dev.gori.tsdb;

import dev.gori.kernel.label.Matcher;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/// An inverted index: for each label value the series that have it. The head and blocks implement
/// it.
interface Postings {

  /// All series.
  RoaringBitmap all();

  /// The series with this label value; empty if there are none. Callers must not change it.
  RoaringBitmap of(String name, String value);

  /// Visits all values of a label with their series.
  void values(String name, BiConsumer<String, RoaringBitmap> each);

  /// The series that match all matchers, as a new bitmap.
  default RoaringBitmap matching(List<Matcher> matchers) {
    RoaringBitmap found = null;
    for (var matcher : matchers) {
      if (!matcher.matchesEmpty()) {
        var some = withValue(matcher);
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
        result.andNot(withoutValue(matcher));
      }
    }
    return result;
  }

  /// The series that match at least one selector, as a new bitmap.
  default RoaringBitmap matchingAny(List<List<Matcher>> selectors) {
    var all = new RoaringBitmap();
    selectors.forEach(matchers -> all.or(matching(matchers)));
    return all;
  }

  private RoaringBitmap withValue(Matcher matcher) {
    return switch (matcher.op()) {
      case EQUAL -> of(matcher.name(), matcher.value()).clone();
      case MATCHES -> matched(matcher.name(), matcher.value(), matcher, true);
      case NOT_EQUAL, NOT_MATCHES -> filtered(matcher.name(), "", matcher, true);
    };
  }

  private RoaringBitmap withoutValue(Matcher matcher) {
    return switch (matcher.op()) {
      case NOT_EQUAL -> of(matcher.name(), matcher.value());
      case NOT_MATCHES -> matched(matcher.name(), matcher.value(), matcher, false);
      case MATCHES ->
          RegexAnalysis.of(matcher.value()).matchesAll()
              ? new RoaringBitmap()
              : filtered(matcher.name(), "", matcher, false);
      case EQUAL -> filtered(matcher.name(), "", matcher, false);
    };
  }

  /// The series with a value that matches an expression, without trying every value where {@link
  /// RegexAnalysis} allows it.
  ///
  /// @param outcome result of the matcher for values that match the expression
  private RoaringBitmap matched(String name, String regex, Matcher matcher, boolean outcome) {
    var shape = RegexAnalysis.of(regex);
    if (shape.setMatches() == null) {
      return filtered(name, shape.prefix(), shape.matchesAll() ? null : matcher, outcome);
    }
    var union = new RoaringBitmap();
    for (var literal : shape.setMatches()) {
      if (!literal.isEmpty()) {
        union.or(of(name, literal));
      }
    }
    return union;
  }

  /// The series whose value gives the wanted matcher result; all series with the label if there is
  /// no matcher.
  private RoaringBitmap filtered(
      String name, String prefix, @Nullable Matcher matcher, boolean outcome) {
    var union = new RoaringBitmap();
    values(
        name,
        (value, series) -> {
          if (value.startsWith(prefix) && (matcher == null || matcher.matches(value) == outcome)) {
            union.or(series);
          }
        });
    return union;
  }
}
