package dev.gori.metrics.api;

import dev.gori.base.json.Json;
import dev.gori.http.StreamBody;
import dev.gori.kernel.label.Labels;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Streams the labels of many series as JSON.
record SeriesJson(List<Labels> series, List<String> warnings) implements StreamBody {

  private static final int FLUSH_SIZE = 16 << 10;

  @Override
  public void writeTo(OutputStream to) throws IOException {
    var out = new StringBuilder(FLUSH_SIZE + 1024).append("{\"status\":\"success\",\"data\":[");
    for (int i = 0; i < series.size(); i++) {
      JsonText.labels(i == 0 ? out : out.append(','), series.get(i));
      if (out.length() > FLUSH_SIZE) {
        to.write(out.toString().getBytes(StandardCharsets.UTF_8));
        out.setLength(0);
      }
    }
    out.append(']');
    if (!warnings.isEmpty()) {
      out.append(",\"warnings\":").append(Json.text(warnings));
    }
    to.write(out.append('}').toString().getBytes(StandardCharsets.UTF_8));
  }
}
