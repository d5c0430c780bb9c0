package dev.gori.engines.rollout;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Turns the readings of one round into a verdict. A value that is over its limit counts also when
/// another one is missing; otherwise anything missing holds. Nothing is ever taken as good because
/// it is absent.
public final class Judge {

    private Judge() {}

    /// @param ask answers a gate; asked once for each gate
    public static Verdict judge(List<Rule> rules, Function<Gate, Reading> ask) {
        var evidence = new ArrayList<Evidence>();
        var missing = new ArrayList<String>();
        var causes = new ArrayList<String>();
        for (var rule : rules) {
            int crossed = 0;
            var found = new ArrayList<Evidence>();
            for (var gate : rule.gates()) {
                var reading = ask.apply(gate);
                var one = Evidence.of(gate, reading);
                found.add(one);
                crossed += one.crossed() ? 1 : 0;
                if (!(reading instanceof Reading.Value)) {
                    missing.add(gate.name() + ": " + one.value());
                }
            }
            evidence.addAll(found);
            if (crossed == rule.gates().size()) {
                causes.add(
                        rule.name()
                                + " ("
                                + found.stream()
                                        .map(e -> e.gate() + " " + e.value() + ", " + e.limit())
                                        .collect(Collectors.joining(" and "))
                                + ")");
            }
        }
        if (!causes.isEmpty()) {
            return new Verdict.Bad(String.join("; ", causes), evidence);
        }
        return missing.isEmpty()
                ? new Verdict.Good(evidence)
                : new Verdict.Missing(String.join("; ", missing), evidence);
    }
}
