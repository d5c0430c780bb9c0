package dev.gori.pipelines;

import dev.gori.base.conf.Problems;
import dev.gori.pipelines.dag.Pipeline;
import dev.gori.pipelines.dag.PipelineFile;
import dev.gori.pipelines.tasks.BuiltIn;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A pipeline and the text of its file.
record Definition(Pipeline pipeline, String file, String text) {

  /// Reads all pipeline files of an environment.
  ///
  /// @return the pipelines by name; complete only if `problems` stays empty
  static Map<String, Definition> read(
      List<PipelineSource> sources, ZoneId zone, Problems problems) {
    var reader = new PipelineFile(BuiltIn.types(), zone);
    var found = new LinkedHashMap<String, Definition>();
    for (var source : sources) {
      reader
          .read(source.file(), source.text(), problems)
          .ifPresent(
              pipeline -> {
                var twin =
                    found.put(
                        pipeline.name(), new Definition(pipeline, source.file(), source.text()));
                if (twin != null) {
                  problems.add(
                      "%s: pipeline '%s' is also in %s (expected: each name once)"
                          .formatted(source.file(), pipeline.name(), twin.file()));
                }
              });
    }
    return found;
  }
}
