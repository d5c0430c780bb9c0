package dev.gori.git;

import java.nio.file.Path;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.SystemReader;

/// JGit's view of the machine, without the Git configuration of user and machine: their signing,
/// filter and line-end settings do not change what the platform reads or writes, and JGit starts no
/// `git` program to find them. Objects and references are synced to the disk.
final class IsolatedSystemReader extends SystemReader.Delegate {

  private IsolatedSystemReader(SystemReader real) {
    super(real);
  }

  /// Takes effect once for the process; JGit has one reader for the process.
  static void install() {
    synchronized (IsolatedSystemReader.class) {
      if (!(SystemReader.getInstance() instanceof IsolatedSystemReader)) {
        SystemReader.setInstance(new IsolatedSystemReader(SystemReader.getInstance()));
      }
    }
  }

  @Override
  public FileBasedConfig openSystemConfig(Config parent, FS fs) {
    return new Nothing(parent, fs);
  }

  @Override
  public FileBasedConfig openUserConfig(Config parent, FS fs) {
    var config = new Nothing(parent, fs);
    config.setBoolean("core", null, "fsyncobjectfiles", true);
    config.setBoolean("core", null, "fsyncreffiles", true);
    return config;
  }

  @Override
  public FileBasedConfig openJGitConfig(Config parent, FS fs) {
    return new Nothing(parent, fs);
  }

  private static final class Nothing extends FileBasedConfig {
    Nothing(Config parent, FS fs) {
      super(parent, Path.of("/nonexistent").toFile(), fs);
    }

    @Override
    public void load() {
      // there is nothing to load
    }

    @Override
    public void save() {
      // and nothing is ever saved
    }

    @Override
    public boolean isOutdated() {
      return false;
    }
  }
}
