package dev.gori.logs.ship;

import dev.gori.base.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// How far a file was shipped.
///
/// @param inode the file whatever its name is by now
/// @param head checksum of the first bytes, which tells a new file on an old inode
/// @param headLength how many bytes that checksum is of
/// @param offset bytes that were acknowledged
/// @param lastNanos the moment of the last shipped line; 0 for none
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
