/// Work at even times: scrapes and rule groups have each its own place within their interval.
///
/// Door: {@link dev.gori.metrics.schedule.AlignedSchedule}. Threads: rounds of one schedule follow each
/// other on virtual threads.
@NullMarked
package dev.gori.metrics.schedule;

import org.jspecify.annotations.NullMarked;
