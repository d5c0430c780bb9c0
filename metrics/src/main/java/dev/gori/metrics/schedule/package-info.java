/// Schedules of scrapes and rule groups: aligned to their interval, each with its own offset.
///
/// Entry point: {@link dev.gori.metrics.schedule.AlignedSchedule}. Threads: the runs of a schedule
/// follow each other on virtual threads.
@NullMarked
package dev.gori.metrics.schedule;

import org.jspecify.annotations.NullMarked;
