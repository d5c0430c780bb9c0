package dev.gori.objectstore;

import dev.gori.base.conf.Problems;
import dev.gori.base.conf.Section;
import dev.gori.kernel.id.Bytes;
import java.time.Duration;

/// Keys live in `store:` of `environment.yaml`. Every key, its default and its limits are on this
/// page.
///
/// @param maxObject the largest object that one put may bring; larger ones come in several parts
/// @param keepFree the store refuses to write when less than this is left on its disk
/// @param abortUploads an upload in parts that got none for so long is aborted
public record ObjectStoreSettings(Bytes maxObject, Bytes keepFree, Duration abortUploads) {

  public static final ObjectStoreSettings DEFAULTS =
      new ObjectStoreSettings(Bytes.gibi(5), Bytes.mebi(64), Duration.ofDays(7));

  public static ObjectStoreSettings read(Section section, Problems problems) {
    var settings =
        new ObjectStoreSettings(
            section.bytes("max_object", DEFAULTS.maxObject),
            section.bytes("keep_free", DEFAULTS.keepFree),
            section.duration("abort_incomplete_uploads_after", DEFAULTS.abortUploads));
    problems.expect(
        settings.maxObject.count() > 0,
        section.where("max_object"),
        settings.maxObject,
        "1 B or more");
    problems.expect(
        !settings.abortUploads.isZero(),
        section.where("abort_incomplete_uploads_after"),
        "0s",
        "more than 0s");
    section.finish();
    return settings;
  }
}
