package dev.gori.delivery.controller;

/// Rows with a model's number of columns; all values are between 0 and 1.
final class ProbeRows {

  private ProbeRows() {}

  static double[][] of(int columns) {
    var rows = new double[3][columns];
    for (int column = 0; column < columns; column++) {
      rows[1][column] = 1;
      rows[2][column] = (column % 10) / 10.0;
    }
    return rows;
  }
}
