package dev.gori.alerts;

import dev.gori.http.ErrorFormat;
import dev.gori.http.Mount;
import dev.gori.http.Role;
import dev.gori.http.Routes;
import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.life.Closer;
import dev.gori.kernel.life.OpenResources;
import dev.gori.kernel.time.Time;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;

/// The inbox alone, under `/api/v1/inbox`, for an environment that uses a real Alertmanager.
///
/// Its folder is the Alertmanager's working folder: the file `slack-url` there makes
/// `slack_api_url_file: slack-url` point to this inbox until somebody writes the URL of a real
/// Slack webhook into it.
public final class LocalInbox implements Role {

  private final AlertsJournal journal;
  private final List<Mount> mounts;
  private final Closer closer = new Closer();

  private LocalInbox(AlertsJournal journal, Inbox inbox, Path folder) {
    this.journal = journal;
    this.mounts = List.of(new Mount("/api/v1/inbox", inbox.routes(new Routes(ErrorFormat.GORI))));
    var open = OpenResources.mark("inbox " + folder);
    closer.add("register", open::closed);
    closer.add("journal", journal);
  }

  /// @param self the environment's own address, such as `http://127.0.0.1:7010`
  /// @throws IOException when the disk cannot be read or written
  public static LocalInbox open(
      AlertsSettings settings, URI self, Time time, Disk disk, Path folder, Logger log)
      throws IOException {
    disk.createDirectories(folder);
    var journal = AlertsJournal.open(disk, folder.resolve("inbox"), settings, log);
    try {
      return new LocalInbox(journal, Inbox.open(journal.inbox(), time, disk, folder, self), folder);
    } catch (Throwable e) {
      journal.close();
      throw e;
    }
  }

  @Override
  public String name() {
    return "inbox";
  }

  @Override
  public List<Mount> mounts() {
    return mounts;
  }

  @Override
  public void start() {
    // It only answers.
  }

  @Override
  public Optional<String> notReady() {
    return journal.isDurable()
        ? Optional.empty()
        : Optional.of("the inbox's journal cannot be written");
  }

  @Override
  public void close() {
    closer.close();
  }
}
