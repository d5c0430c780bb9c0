package dev.gori.objectstore;

import dev.gori.base.conf.Problems;
import dev.gori.base.conf.Section;
import dev.gori.kernel.id.Bytes;
import java.time.Duration;

/// The section `store:` of `environment.yaml`.
///
/// @param maxObject the maximum size of an object in one put; a larger object needs a multipart
///   upload
/// @param keepFree the store rejects writes that would leave less than this free on its disk
/// @param abortUploads a multipart upload that received no part for this long is aborted
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
