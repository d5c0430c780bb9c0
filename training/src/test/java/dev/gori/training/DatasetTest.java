package dev.gori.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gori.kernel.fault.FaultException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class DatasetTest {

  private static final Dataset.Columns COLUMNS =
      new Dataset.Columns(List.of("b", "a"), "y", Optional.of("user"));

  @Test
  void picksItsColumnsFromACsvInTheirOrder() throws IOException {
    var dataset = read("user,a,skip,b,y\nu1,1,x,2,0\n\"u,\"\"2\"\"\n\",3,\"\",4.5,1\n\n");

    assertThat(dataset.rows()).isEqualTo(2);
    assertThat(dataset.features(new int[] {1, 0})).containsExactly(4.5f, 3, 2, 1);
    assertThat(dataset.label(1)).isEqualTo(1);
    assertThat(dataset.key(1)).isEqualTo(Split.hash("u,\"2\"\n"));
  }

  record Bad(String name, String csv, String message) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Bad> refuses() {
    return Stream.of(
        new Bad("nothing", "", "the feature table is empty (expected: a header and rows)"),
        new Bad(
            "a missing column",
            "a,y,user\n",
            "the feature table has no column 'b' (its columns: [a, y, user])"),
        new Bad(
            "text",
            "a,b,y,user\n1,2,0,u\n1,x,0,u\n",
            "row 2, column 'b': 'x' (expected: a number)"),
        new Bad(
            "a short row",
            "a,b,y,user\n1\n",
            "row 1, column 'b': '' (expected: a value; the row has only 1 fields)"),
        new Bad(
            "another label", "a,b,y,user\n1,2,2,u\n", "row 1, column 'y': '2' (expected: 0 or 1)"),
        new Bad(
            "not a number",
            "a,b,y,user\n1,NaN,0,u\n",
            "row 1, column 'b': NaN (expected: a finite number)"),
        new Bad(
            "too many rows",
            "a,b,y,user\n" + "1,2,0,u\n".repeat(11),
            "the data set has more than 10 rows; train on fewer days, or raise max_rows"));
  }

  @ParameterizedTest
  @MethodSource
  void refuses(Bad c) {
    assertThatThrownBy(() -> read(c.csv()))
        .isInstanceOf(FaultException.class)
        .hasMessage(c.message());
  }

  private static Dataset read(String csv) throws IOException {
    return Dataset.csv(new ByteArrayInputStream(csv.getBytes(StandardCharsets.UTF_8)), COLUMNS, 10);
  }
}
