package dev.gori.logs.ship;

import dev.gori.base.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The shipped part of a log file.
///
/// @param inode identifies the file after a rename
/// @param head CRC-32C of the first bytes, which identifies a new file with a reused inode
/// @param headLength number of bytes that the checksum covers
/// @param offset number of acknowledged bytes
/// @param lastNanos timestamp of the last shipped line; 0 before the first
record FilePosition(
    String name, long inode, long head, int headLength, long offset, long lastNanos) {

  FilePosition at(String newName, long newOffset, long newLast) {
    return new FilePosition(newName, inode, head, headLength, newOffset, newLast);
  }

  static byte[] write(Iterable<FilePosition> positions) {
    var files = new ArrayList<Map<String, @Nullable Object>>();
    positions.forEach(
        p ->
            files.add(
                Json.object(
                    "name",
                    p.name(),
                    "inode",
                    p.inode(),
                    "head",
                    p.head(),
                    "head_length",
                    p.headLength(),
                    "offset",
                    p.offset(),
                    "last_nanos",
                    p.lastNanos())));
    return Json.write(Json.object("files", files));
  }

  static List<FilePosition> read(byte[] content) {
    var positions = new ArrayList<FilePosition>();
    for (JsonNode p : Json.parse(content).path("files")) {
      positions.add(
          new FilePosition(
              p.path("name").asString(""),
              p.path("inode").asLong(),
              p.path("head").asLong(),
              p.path("head_length").asInt(),
              p.path("offset").asLong(),
              p.path("last_nanos").asLong()));
    }
    return positions;
  }
}
