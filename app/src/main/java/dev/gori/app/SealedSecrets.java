package dev.gori.app;

import dev.gori.base.conf.Conf;
import dev.gori.base.conf.Problems;
import dev.gori.delivery.desired.DesiredFiles;
import dev.gori.delivery.desired.DesiredStateCheck;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeMap;

/// Checks the SealedSecret manifests of an environment. This version does not decrypt them; a
/// warning reports that.
final class SealedSecrets implements DesiredStateCheck {

  private static final String KIND = "SealedSecret";

  @Override
  public void check(DesiredFiles files, Problems problems) {
    manifests(files)
        .forEach(
            (path, content) ->
                check(
                    files,
                    EnvironmentFiles.location(files, path),
                    new String(content, StandardCharsets.UTF_8),
                    problems));
  }

  private static void check(DesiredFiles files, String location, String text, Problems problems) {
    int before = problems.all().size();
    var manifest = Conf.parse(location, text, problems);
    if (problems.all().size() > before) {
      return;
    }
    var kind = manifest.textOr("kind", "");
    problems.expect(kind.equals(KIND), manifest.where("kind"), "'" + kind + "'", "kind: " + KIND);
    var metadata = manifest.section("metadata");
    metadata.required("name", "the secret's name");
    var namespace = metadata.textOr("namespace", "");
    var environment = files.environment().value();
    problems.expect(
        namespace.equals(environment) || namespace.endsWith("-" + environment),
        metadata.where("namespace"),
        "'" + namespace + "'",
        "a namespace of this environment, such as serving-" + environment);
    var sealed = manifest.section("spec").section("encryptedData");
    problems.expect(
        !manifest.section("spec").map("encryptedData").isEmpty(),
        sealed.file() + ":" + sealed.line() + " spec.encryptedData",
        "nothing",
        "the values as kubeseal wrote them");
  }

  @Override
  public List<String> warnings(DesiredFiles files) {
    return manifests(files).keySet().stream()
        .map(
            path ->
                "%s: valid, but this version does not open sealed secrets: no role gets its values"
                    .formatted(EnvironmentFiles.location(files, path)))
        .toList();
  }

  private static TreeMap<String, byte[]> manifests(DesiredFiles files) {
    var manifests = new TreeMap<String, byte[]>();
    files
        .under(EnvironmentFiles.SECRETS)
        .forEach(
            (path, content) -> {
              if (DesiredFiles.isYaml(path)) {
                manifests.put(path, content);
              }
            });
    return manifests;
  }
}
