package dev.gori.tsdb;

import java.util.ArrayList;
import java.util.List;

/// What a block says about itself.
///
/// @param number also its file's name
/// @param minTime the first millisecond that it covers
/// @param maxTime the first millisecond after it
/// @param parents the blocks that were merged into it, which it replaces
public record BlockMeta(
    long number,
    long minTime,
    long maxTime,
    long series,
    long chunks,
    long samples,
    List<Long> parents) {

  static final String MAGIC = "GORITSB1";
  static final int TRAILER = 24; // place of the meta, its length, its checksum, magic

  public BlockMeta {
    parents = List.copyOf(parents);
  }

  void write(ByteWriter out) {
    out.number(number)
        .signed(minTime)
        .signed(maxTime)
        .number(series)
        .number(chunks)
        .number(samples)
        .number(parents.size());
    parents.forEach(out::number);
  }

  static BlockMeta read(ByteReader in) {
    long number = in.number();
    long minTime = in.signed();
    long maxTime = in.signed();
    long series = in.number();
    long chunks = in.number();
    long samples = in.number();
    var parents = new ArrayList<Long>();
    for (int left = in.count(); left > 0; left--) {
      parents.add(in.number());
    }
    return new BlockMeta(number, minTime, maxTime, series, chunks, samples, parents);
  }
}
