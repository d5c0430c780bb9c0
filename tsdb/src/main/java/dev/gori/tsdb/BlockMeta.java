package dev.gori.tsdb;

import java.util.ArrayList;
import java.util.List;

/// Description of a block.
///
/// @param number also the name of its file
/// @param minTime first millisecond of its time range
/// @param maxTime end of its time range, exclusive
/// @param parents numbers of the blocks that were compacted into this one
public record BlockMeta(
    long number,
    long minTime,
    long maxTime,
    long series,
    long chunks,
    long samples,
    List<Long> parents) {

  static final String MAGIC = "GORITSB1";
  static final int TRAILER = 24; // offset of the meta section, its length, its checksum, magic

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
