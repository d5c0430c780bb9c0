package dev.gori.pipelines.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gori.base.json.Json;
import dev.gori.kernel.fault.FaultException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class FeaturesTest {

  private static final String HEADER = String.join(",", RawExpectation.USER_EVENTS);
  private static final String ROW = "2026-11-22T13:00:00,u1,s1,purchase,mobile,KR,1,50.5,10.25,300";

  record Invalid(String name, String text, String reason) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Invalid> refusesRawData() {
    return Stream.of(
        new Invalid("an empty file", "", "the file is empty (expected: the header event_time,"),
        new Invalid("a header alone", HEADER + "\n", "no rows (expected: 1 or more)"),
        new Invalid(
            "rows of a wrong width only", HEADER + "\na,b\n", "no rows of the right width among 1"),
        new Invalid("a missing column", HEADER.replace(",amount", "") + "\n", "missing: amount"),
        new Invalid(
            "an unknown column",
            HEADER.replace("amount", "amont") + "\n",
            "missing: amount; unknown: amont"),
        new Invalid(
            "columns in another order",
            HEADER.replace("user_id,session_id", "session_id,user_id"),
            "the order differs"),
        new Invalid(
            "nulls over the limit",
            HEADER + "\n2026-11-22,,,,,,,,50,\n",
            "null rate 0.8000 (expected: at most 0.5)"),
        new Invalid("a quote that never ends", HEADER + "\n\"a,b\n", "not CSV"));
  }

  @ParameterizedTest
  @MethodSource
  void refusesRawData(Invalid invalid) throws IOException {
    var check = Features.validate(stream(invalid.text()), RawExpectation.DEFAULT);
    assertThat(check.valid()).isFalse();
    assertThat(check.reason()).contains(invalid.reason());
  }

  @Test
  void countsBadRowsWithTheirLinesAndNullsByColumn() throws IOException {
    var text = HEADER + "\n" + ROW + "\nonly,three,cells\n" + ROW.replace("KR", "") + "\n";
    var check = Features.validate(stream(text), RawExpectation.DEFAULT);
    assertThat(check.valid()).isTrue();
    assertThat(check.rows()).isEqualTo(3);
    assertThat(check.firstBad()).containsExactly("line 3: 3 fields (expected: 10)");
    assertThat(check.nullsByColumn()).containsEntry("country", 1L).containsEntry("amount", 0L);
    assertThat(check.nullRate()).isEqualTo(1 / 20.0);
  }

  @Test
  void buildsEveryDeclaredFeatureAndCountsWhatItCannotRead() throws IOException {
    var out = new ByteArrayOutputStream();
    var text =
        HEADER + "\n" + ROW + "\n" + ROW.replace("10.25", "n/a").replace("purchase", "view") + "\n";
    var result = Features.build(stream(text), RawExpectation.DEFAULT, FeatureSpec.DEFAULT, out);
    assertThat(out.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            """
                        is_premium,event_value,amount,session_length_sec,row_sum,hour,device_mobile,device_tablet,purchased
                        1.0,50.5,10.25,300.0,361.75,13.0,1.0,0.0,1.0
                        1.0,50.5,0.0,300.0,351.5,13.0,1.0,0.0,0.0
                        """);
    assertThat(result.unreadable()).containsExactlyEntriesOf(Map.of("amount", 1L));
    assertThat(result.bytes()).isEqualTo(out.size());
    assertThat(result.sha256()).isEqualTo(sha256(out.toByteArray()));
    assertThat(result.summaries().get("row_sum").mean()).isCloseTo(356.625, within(1e-9));
  }

  @Test
  void aFeatureOfAColumnThatIsNotThereNamesThoseThatAre() {
    var spec = new FeatureSpec(List.of(new Feature.Numeric("age", "age")), null);
    assertThatThrownBy(
            () ->
                Features.build(
                    stream(HEADER), RawExpectation.DEFAULT, spec, new ByteArrayOutputStream()))
        .isInstanceOf(FaultException.class)
        .hasMessageStartingWith("feature 'age': column 'age' (expected: one of event_time, ");
  }

  @Test
  void aSampleDayIsTheSameForTheSameSeedAndDirtyAsDeclared() throws IOException {
    var day = SampleDay.usual(LocalDate.of(2026, 11, 22), 20_000, 7);
    var bytes = bytes(day);
    assertThat(bytes).isEqualTo(bytes(day));
    assertThat(bytes).isNotEqualTo(bytes(SampleDay.usual(day.date(), 20_000, 8)));
    var check = Features.validate(new ByteArrayInputStream(bytes), RawExpectation.DEFAULT);
    assertThat(check.valid()).isTrue();
    assertThat(check.rows()).isEqualTo(20_000);
    assertThat(check.badRows()).isBetween(15L, 80L);
    assertThat(check.nullRate()).isBetween(0.005, 0.015);
  }

  @Test
  void whatIsStoredAgreesWithWhatWasCounted() throws IOException {
    var raw = bytes(SampleDay.usual(LocalDate.of(2026, 11, 22), 5_000, 1));
    var check = Features.validate(new ByteArrayInputStream(raw), RawExpectation.DEFAULT);
    var out = new ByteArrayOutputStream();
    var result =
        Features.build(
            new ByteArrayInputStream(raw), RawExpectation.DEFAULT, FeatureSpec.DEFAULT, out);
    var version = FeatureVersion.of(Instant.parse("2026-11-22T17:00:00Z"));
    var metadata =
        Json.parse(
            new VersionMetadata(
                    version,
                    "daily_user_events",
                    Instant.parse("2026-11-22T17:00:05Z"),
                    "s3://raw/x",
                    "e",
                    "r",
                    null)
                .metadataJson(check, result));
    assertThat(version.value()).isEqualTo("v_20261123T020000");
    assertThat(metadata.get("rows_feature").asLong())
        .isEqualTo(check.goodRows())
        .isEqualTo(result.rowsRaw() - result.rowsDropped());
    try (var rows = Features.read(new ByteArrayInputStream(out.toByteArray()))) {
      assertThat(rows.sample(10_000, 1)).hasNumberOfRows((int) result.rowsFeature());
    }
  }

  private static byte[] bytes(SampleDay day) throws IOException {
    var out = new ByteArrayOutputStream();
    day.writeTo(out);
    return out.toByteArray();
  }

  private static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
