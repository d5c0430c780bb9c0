/// Runs tests of rule files, in the format of `promtool test rules`: series that are made up, what
/// should fire, what expressions give.
///
/// Owns: reading test files, walking through the made-up time, comparing, telling what was expected
/// and what came. Does not own: how rules are evaluated, which is the role's own way of doing it
/// over a store in memory. Threads: one call runs on its caller's thread and shares nothing. Door:
/// {@link dev.gori.metrics.ruletest.RuleTests}. Source: Prometheus's documentation on unit testing
/// for rules.
@NullMarked
package dev.gori.metrics.ruletest;

import org.jspecify.annotations.NullMarked;
