package dev.gori.metrics.relabel;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.gori.base.conf.Section;
import dev.gori.kernel.label.Regex;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Reads `relabel_configs` and similar lists.
final class RelabelReader {

  private RelabelReader() {}

  static List<Relabel> read(Section s, String key) {
    var all = new ArrayList<Relabel>();
    for (var one : s.sections(key)) {
      all.add(relabel(one));
      one.finish();
    }
    return all;
  }

  private static Relabel relabel(Section s) {
    var action =
        s.scalar(
                "action",
                "replace, keep, drop, keepequal, dropequal, hashmod, labelmap, labeldrop, labelkeep, lowercase or uppercase",
                Relabel.Action::of)
            .orElse(Relabel.Action.REPLACE);
    var regexText = s.textOr("regex", "(.*)");
    var target = s.textOr("target_label", "");
    long modulus = s.integer("modulus", 0);
    check(s, action, target, modulus);
    return new Relabel(
        action,
        s.listed("source_labels"),
        s.textOr("separator", ";"),
        pattern(s, regexText),
        regexText,
        modulus,
        target,
        s.textOr("replacement", "$1"));
  }

  private static void check(Section s, Relabel.Action action, String target, long modulus) {
    var name = action.name().toLowerCase(Locale.ROOT);
    s.problems()
        .expect(
            action != Relabel.Action.HASHMOD || modulus > 0,
            s.where("modulus"),
            modulus,
            "1 or more for action hashmod");
    boolean needsTarget =
        switch (action) {
          case REPLACE, HASHMOD, LOWERCASE, UPPERCASE, KEEPEQUAL, DROPEQUAL -> true;
          case KEEP, DROP, LABELMAP, LABELDROP, LABELKEEP -> false;
        };
    s.problems()
        .expect(
            !needsTarget || !target.isEmpty(),
            s.where("target_label"),
            "nothing",
            "a label for action " + name);
    var pointless =
        switch (action) {
          case LABELDROP, LABELKEEP ->
              List.of("source_labels", "target_label", "modulus", "separator", "replacement");
          case KEEPEQUAL, DROPEQUAL -> List.of("regex", "modulus", "separator", "replacement");
          case LOWERCASE, UPPERCASE -> List.of("replacement");
          case REPLACE, HASHMOD, KEEP, DROP, LABELMAP -> List.<String>of();
        };
    for (var key : pointless) {
      s.problems()
          .expect(
              !s.has(key),
              s.where(key),
              "'" + key + "'",
              "no such key: action %s does not use it".formatted(name));
    }
  }

  private static Pattern pattern(Section s, String text) {
    try {
      return Regex.anchored(text);
    } catch (PatternSyntaxException e) {
      s.problems()
          .add(
              "%s: '%s' is not a regular expression: %s (expected: RE2 syntax)"
                  .formatted(s.where("regex"), text, e.getDescription()));
      return Pattern.compile("");
    }
  }
}
