package dev.gori.pipelines.dag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ScheduleTest {

  record Case(String name, String cron, String zone, String after, List<String> ticks) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> ticks() {
    return Stream.of(
        new Case(
            "two at night in Seoul",
            "0 2 * * *",
            "Asia/Seoul",
            "2026-11-23T00:00:00Z",
            List.of("2026-11-23T17:00:00Z", "2026-11-24T17:00:00Z")),
        new Case(
            "a tick is not after itself",
            "0 2 * * *",
            "Asia/Seoul",
            "2026-11-23T17:00:00Z",
            List.of("2026-11-24T17:00:00Z")),
        new Case("named", "@daily", "UTC", "2026-11-23T05:00:00Z", List.of("2026-11-24T00:00:00Z")),
        new Case(
            "Sunday is 0 and 7",
            "0 0 * * 7",
            "UTC",
            "2026-11-23T00:00:00Z",
            List.of("2026-11-29T00:00:00Z")),
        new Case(
            "steps",
            "*/20 * * * *",
            "UTC",
            "2026-11-23T00:01:00Z",
            List.of("2026-11-23T00:20:00Z", "2026-11-23T00:40:00Z")),
        new Case(
            "leap day",
            "0 0 29 2 *",
            "UTC",
            "2026-01-01T00:00:00Z",
            List.of("2028-02-29T00:00:00Z")),
        new Case(
            "the hour that is missing",
            "30 2 * * *",
            "America/New_York",
            "2026-03-07T12:00:00Z",
            List.of("2026-03-08T07:00:00Z", "2026-03-09T06:30:00Z")),
        new Case(
            "the hour that is doubled",
            "30 1 * * *",
            "America/New_York",
            "2026-10-31T12:00:00Z",
            List.of("2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z")),
        new Case(
            "every hour over the change",
            "0 * * * *",
            "America/New_York",
            "2026-11-01T04:30:00Z",
            List.of("2026-11-01T05:00:00Z", "2026-11-01T06:00:00Z", "2026-11-01T07:00:00Z")));
  }

  @ParameterizedTest
  @MethodSource
  void ticks(Case c) {
    var schedule = Schedule.of(c.cron, ZoneId.of(c.zone));
    var at = Instant.parse(c.after);
    for (var expected : c.ticks) {
      at = schedule.nextAfter(at);
      assertThat(at).hasToString(expected);
    }
  }

  @Test
  void refusesWhatIsNoSchedule() {
    for (var bad : List.of("", "0 2 * *", "0 25 * * *", "0 2 * * * *", "x * * * *", "0 0 31 2 *")) {
      assertThatThrownBy(() -> Schedule.of(bad, ZoneId.of("UTC")))
          .as(bad)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("cron: '" + bad + "' (expected:");
    }
  }

  @Test
  void aRunIsDueAtTheEndOfItsInterval() {
    var schedule = Schedule.of("0 2 * * *", ZoneId.of("Asia/Seoul"));
    var complete = schedule.lastComplete(Instant.parse("2026-11-23T17:00:00Z"));
    assertThat(complete).isEqualTo(interval("2026-11-22T17:00:00Z", "2026-11-23T17:00:00Z"));
    assertThat(schedule.lastComplete(Instant.parse("2026-11-23T16:59:59Z")).end())
        .hasToString("2026-11-22T17:00:00Z");
    assertThat(
            schedule.between(
                Instant.parse("2026-11-20T17:00:00Z"), Instant.parse("2026-11-22T17:00:00Z"), 10))
        .hasSize(3);
    var facts =
        new RunContext("p", "r", "dev", "", complete.start(), complete, Map.of())
            .values(schedule.zone());
    assertThat(facts)
        .containsEntry("ds", "2026-11-23")
        .containsEntry("ts_nodash", "20261123T020000")
        .containsEntry("logical_time", "2026-11-23T02:00:00+09:00")
        .containsEntry("data_ds_nodash", "20261123");
  }

  @Test
  void catchupDecidesWhatAnAbsenceLeavesToRun() {
    var since = Instant.parse("2026-11-20T12:00:00Z");
    var now = Instant.parse("2026-11-23T18:00:00Z");
    assertThat(Calendar.due(daily(true), since, Optional.empty(), now, 10))
        .extracting(i -> i.start().toString())
        .containsExactly(
            "2026-11-19T17:00:00Z",
            "2026-11-20T17:00:00Z",
            "2026-11-21T17:00:00Z",
            "2026-11-22T17:00:00Z");
    assertThat(Calendar.due(daily(false), since, Optional.empty(), now, 10))
        .extracting(i -> i.start().toString())
        .containsExactly("2026-11-22T17:00:00Z");
    var last = Optional.of(Instant.parse("2026-11-22T17:00:00Z"));
    assertThat(Calendar.due(daily(false), since, last, now, 10)).isEmpty();
    assertThat(Calendar.due(daily(true), since, last, now, 10)).isEmpty();
    assertThat(Calendar.due(daily(true), since, Optional.empty(), now, 2)).hasSize(2);
    assertThat(Calendar.due(daily(false), now, Optional.empty(), now, 10))
        .as("nothing runs because a file was added")
        .isEmpty();
    assertThat(Calendar.next(daily(false), now)).hasValue(Instant.parse("2026-11-24T17:00:00Z"));
  }

  private static Pipeline daily(boolean catchup) {
    var zone = ZoneId.of("Asia/Seoul");
    return new Pipeline(
        "p",
        "",
        Optional.of(Schedule.of("0 2 * * *", zone)),
        zone,
        catchup,
        1,
        Optional.empty(),
        Optional.empty(),
        false,
        Map.of(),
        List.of());
  }

  private static Interval interval(String start, String end) {
    return new Interval(Instant.parse(start), Instant.parse(end));
  }
}
