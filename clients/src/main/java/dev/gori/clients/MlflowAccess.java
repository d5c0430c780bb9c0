package dev.gori.clients;

import dev.gori.clients.s3.S3Access;
import java.net.URI;
import java.util.Optional;

/// Where an MLflow server is and what to show it. Its text shows no token.
///
/// @param base what one would set `MLFLOW_TRACKING_URI` to, such as `http://localhost:7010/mlflow`
/// @param token what one would set `MLFLOW_TRACKING_TOKEN` to; our registry needs it for writing
/// @param store where artifacts are whose URI begins with `s3://`: those of a server that does not
///   proxy them
public record MlflowAccess(URI base, Optional<String> token, Optional<S3Access> store) {

  /// A server that proxies its artifacts.
  public static MlflowAccess of(URI base, Optional<String> token) {
    return new MlflowAccess(base, token, Optional.empty());
  }

  @Override
  public String toString() {
    return base + store.map(access -> ", its store " + access).orElse("");
  }
}
