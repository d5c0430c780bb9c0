/// Runs rule unit tests in the format of `promtool test rules`.
///
/// Owns: reading test files, the simulated time, comparing and printing. Does not own: rule
/// evaluation, which is the role's own over a store in memory. Threads: a call runs on its caller's
/// thread and shares nothing. Entry point: {@link dev.gori.metrics.ruletest.RuleTests}. Source:
/// Prometheus's documentation of unit testing for rules.
@NullMarked
package dev.gori.metrics.ruletest;

import org.jspecify.annotations.NullMarked;
