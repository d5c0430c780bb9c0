package dev.gori.git;

import dev.gori.kernel.fault.Fault;
import dev.gori.kernel.fault.FaultException;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import org.eclipse.jgit.errors.TransportException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.RemoteRefUpdate;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.URIish;
import org.eclipse.jgit.transport.UsernamePasswordCredentialsProvider;

/// The Git server behind a mirror. Every call has a deadline for each read and write on the wire.
///
/// A name and password in the URL are used as credentials and never appear in a message.
record Remote(URI url, Duration deadline) {

  private static final RefSpec MAIN =
      new RefSpec("+" + GitRepository.MAIN + ":" + GitRepository.MAIN);

  /// Brings the remote's main branch into the mirror.
  ///
  /// @throws FaultException BACKEND_DOWN when the server cannot be reached or has no main branch
  void fetch(Repository mirror) {
    try (var transport = open(mirror)) {
      transport.fetch(NullProgressMonitor.INSTANCE, List.of(MAIN));
    } catch (IOException e) {
      throw away("fetch", e);
    }
  }

  /// Moves the remote's main branch by compare-and-swap.
  ///
  /// @return false when the branch was no longer where it was expected
  boolean push(Repository mirror, ObjectId expected, ObjectId wanted) {
    try (var transport = open(mirror)) {
      var update =
          new RemoteRefUpdate(
              mirror, Constants.HEAD, wanted, GitRepository.MAIN, false, null, expected);
      transport.push(NullProgressMonitor.INSTANCE, List.of(update));
      return switch (update.getStatus()) {
        case OK, UP_TO_DATE -> true;
        case REJECTED_REMOTE_CHANGED, REJECTED_NONFASTFORWARD -> false;
        default -> raceOrRefusal(update);
      };
    } catch (IOException e) {
      throw away("push", e);
    }
  }

  private boolean raceOrRefusal(RemoteRefUpdate update) {
    var reason = String.valueOf(update.getMessage());
    if (reason.contains("lock")
        || reason.contains("fetch first")
        || reason.contains("non-fast-forward")) {
      return false;
    }
    throw new FaultException(
        Fault.BACKEND_DOWN,
        "push to %s: %s %s (expected: ok; may the platform write to main there?)"
            .formatted(shown(), update.getStatus(), reason));
  }

  private Transport open(Repository mirror) throws TransportException {
    try {
      var transport = Transport.open(mirror, new URIish(url.toString()));
      transport.setTimeout((int) Math.max(1, deadline.toSeconds()));
      var user = url.getUserInfo();
      if (user != null && url.getScheme() != null && url.getScheme().startsWith("http")) {
        int colon = user.indexOf(':');
        transport.setCredentialsProvider(
            colon < 0
                ? new UsernamePasswordCredentialsProvider(user, "")
                : new UsernamePasswordCredentialsProvider(
                    user.substring(0, colon), user.substring(colon + 1)));
      }
      return transport;
    } catch (URISyntaxException | IOException e) {
      throw new TransportException(shown() + ": " + e.getMessage(), e);
    }
  }

  private FaultException away(String what, IOException cause) {
    return new FaultException(
        Fault.BACKEND_DOWN,
        "%s of %s: %s (expected: the Git server's main branch within %ds)"
            .formatted(
                what,
                shown(),
                String.valueOf(cause.getMessage()).replace(url.toString(), shown()),
                deadline.toSeconds()),
        cause);
  }

  private String shown() {
    return url.toString().replaceFirst("//[^/@]*@", "//");
  }
}
