package dev.gori.registry;

import dev.gori.base.conf.Problems;
import dev.gori.base.conf.Section;
import dev.gori.kernel.id.Bytes;
import dev.gori.sql.DatabaseUrl;
import java.util.Optional;

/// The keys of `registry:` in `environment.yaml`, with their defaults and limits.
///
/// @param database its URL; the default is an SQLite file in the role's folder
/// @param maxArtifact the maximum size of an artifact upload
public record RegistrySettings(Optional<DatabaseUrl> database, Bytes maxArtifact) {

  public static final RegistrySettings DEFAULTS =
      new RegistrySettings(Optional.empty(), Bytes.gibi(5));

  public static RegistrySettings read(Section section, Problems problems) {
    var settings =
        new RegistrySettings(
            section.scalar(
                "database",
                "sqlite:FILE or postgresql://user:password@host:port/name",
                DatabaseUrl::parse),
            section.bytes("max_artifact", DEFAULTS.maxArtifact));
    problems.expect(
        settings.maxArtifact.count() > 0,
        section.where("max_artifact"),
        settings.maxArtifact,
        "1 B or more");
    section.finish();
    return settings;
  }
}
