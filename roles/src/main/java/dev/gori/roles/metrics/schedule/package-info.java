/// Work at even times: scrapes and rule groups have each its own place within their interval.
///
/// Door: {@link dev.gori.roles.metrics.schedule.EvenTimes}. Threads: rounds of one schedule follow
/// each other on virtual threads.
@NullMarked
package dev.gori.roles.metrics.schedule;

import org.jspecify.annotations.NullMarked;
