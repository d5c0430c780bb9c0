package dev.gori.roles.store;

import dev.gori.kernel.id.Bytes;
import dev.gori.machinery.conf.Problems;
import dev.gori.machinery.conf.Section;

/// Keys live in `store:` of `environment.yaml`. Every key, its default and its limits are on this
/// page.
///
/// @param maxObject the largest object that one put may bring; larger ones come in several parts
/// @param keepFree the store refuses to write when less than this is left on its disk
public record StoreSettings(Bytes maxObject, Bytes keepFree) {

    public static final StoreSettings DEFAULTS = new StoreSettings(Bytes.gibi(5), Bytes.mebi(64));

    public static StoreSettings read(Section section, Problems problems) {
        var settings =
                new StoreSettings(
                        section.bytes("max_object", DEFAULTS.maxObject),
                        section.bytes("keep_free", DEFAULTS.keepFree));
        problems.expect(
                settings.maxObject.count() > 0,
                section.where("max_object"),
                settings.maxObject,
                "1 B or more");
        section.finish();
        return settings;
    }
}
