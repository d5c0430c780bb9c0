package dev.gori.testkit;

import dev.gori.kernel.disk.Disk;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A disk in memory that fails on purpose, from a seed.
///
/// A power cut keeps what {@link Disk.AppendFile#sync} and {@link #syncDirectory} had made durable;
/// of the bytes and names after that it keeps a random part, and the last bytes that it keeps may
/// be garbage, as real disks do. A full disk takes as many bytes of a write as still fit and then
/// fails. Everything else behaves like a real disk.
public final class FaultyDisk implements Disk {

  /*
   * Names and contents have lives of their own, as inodes do. `live` is what a running program
   * sees; `durable` holds the names that survive. A file's `safe` is the length that survives;
   * the bytes after it survive as a random prefix. A folder that was renamed survives as a whole
   * under its new name or under its old one.
   */

  private record Moved(Path from, Path to) {
    Path forth(Path name) {
      return name.startsWith(from) ? to.resolve(from.relativize(name)) : name;
    }

    Moved back() {
      return new Moved(to, from);
    }
  }

  private static final class Inode {
    byte[] bytes = new byte[64];
    int length;
    int safe;

    void add(ByteBuffer from, int count) {
      if (length + count > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + count));
      }
      from.get(bytes, length, count);
      length += count;
    }

    byte[] content() {
      return Arrays.copyOf(bytes, length);
    }
  }

  private final Random random;
  private final TreeMap<Path, Inode> live = new TreeMap<>();
  private final TreeMap<Path, Inode> durable = new TreeMap<>();
  private final Set<Path> folders = new LinkedHashSet<>();
  private final List<Moved> moves = new ArrayList<>(); // of folders, not durable yet
  private long writesUntilCut = Long.MAX_VALUE;
  private long room = Long.MAX_VALUE;
  private long writes;
  private long syncs;
  private boolean dark;

  public FaultyDisk(Random random) {
    this.random = random;
  }

  /// The power fails in the middle of the n-th changing operation from now: a write, a sync, a
  /// rename, a deletion.
  public synchronized FaultyDisk powerCutAfterWrites(long n) {
    writesUntilCut = n;
    return this;
  }

  /// The disk is full after so many more bytes.
  public synchronized FaultyDisk room(long bytes) {
    room = bytes;
    return this;
  }

  /// The changing operations so far.
  public synchronized long writes() {
    return writes;
  }

  public synchronized long syncs() {
    return syncs;
  }

  public synchronized boolean isDark() {
    return dark;
  }

  /// What the machine finds when the power is back; it does not fail again until told to.
  public synchronized FaultyDisk afterReboot() {
    var next = new FaultyDisk(new Random(random.nextLong()));
    for (var move : moves.reversed()) {
      if (random.nextBoolean()) {
        rename(durable, move);
      } else {
        rename(live, move.back());
        rename(folders, move.back());
      }
    }
    moves.clear();
    next.folders.addAll(folders);
    var names = new LinkedHashSet<Path>(durable.keySet());
    names.addAll(live.keySet());
    for (var name : names) {
      var before = durable.get(name);
      var after = live.get(name);
      var survivor = before == after || random.nextBoolean() ? before : after;
      if (survivor != null) {
        next.put(name, survived(survivor));
      }
    }
    return next;
  }

  private static void rename(TreeMap<Path, Inode> names, Moved move) {
    var renamed = new TreeMap<Path, Inode>();
    names.forEach((name, inode) -> renamed.put(move.forth(name), inode));
    names.clear();
    names.putAll(renamed);
  }

  private static void rename(Set<Path> names, Moved move) {
    var renamed = names.stream().map(move::forth).toList();
    names.clear();
    names.addAll(renamed);
  }

  private Inode survived(Inode inode) {
    var copy = new Inode();
    int shortest = Math.min(inode.safe, inode.length);
    int kept = shortest + random.nextInt(inode.length - shortest + 1);
    copy.bytes = Arrays.copyOf(inode.bytes, Math.max(64, kept));
    copy.length = kept;
    int unsafe = kept - shortest;
    if (unsafe > 0 && random.nextInt(3) == 0) {
      int garbage = 1 + random.nextInt(Math.min(unsafe, 16));
      for (int i = kept - garbage; i < kept; i++) {
        copy.bytes[i] = random.nextBoolean() ? 0 : (byte) random.nextInt();
      }
    }
    copy.safe = kept;
    return copy;
  }

  private void put(Path name, Inode inode) {
    live.put(name, inode);
    durable.put(name, inode);
  }

  /// Turns one bit of a file, as a failing disk does.
  public synchronized void flipBit(Path file, long offset) {
    var inode = Objects.requireNonNull(live.get(clean(file)), () -> "no file " + file);
    inode.bytes[Math.toIntExact(offset)] ^= (byte) (1 << random.nextInt(8));
  }

  /// All files, in order of name.
  public synchronized List<Path> files() {
    return List.copyOf(live.keySet());
  }

  private void change(String what) throws IOException {
    writes++;
    if (!dark && --writesUntilCut <= 0) {
      dark = true;
    }
    checkPower(what);
  }

  private void checkPower(String what) throws IOException {
    if (dark) {
      throw new IOException("power cut: " + what);
    }
  }

  private static Path clean(Path path) {
    return path.toAbsolutePath().normalize();
  }

  private Inode find(Path file) throws NoSuchFileException {
    var inode = live.get(clean(file));
    if (inode == null) {
      throw new NoSuchFileException(file.toString());
    }
    return inode;
  }

  @Override
  public synchronized AppendFile append(Path file) throws IOException {
    checkPower("open " + file);
    var inode = live.get(clean(file));
    if (inode == null) {
      change("create " + file);
      inode = new Inode();
      live.put(clean(file), inode);
    }
    return new FaultyAppend(file, inode);
  }

  @Override
  public synchronized ReadFile open(Path file) throws IOException {
    checkPower("open " + file);
    return new FaultyRead(file, find(file));
  }

  @Override
  public void writeWhole(Path file, byte[] content) throws IOException {
    var temporary = file.resolveSibling(file.getFileName() + ".tmp");
    try (var out = fresh(temporary)) {
      out.write(ByteBuffer.wrap(content));
      out.sync();
    } catch (IOException e) {
      removeAfterFailure(temporary);
      throw e;
    }
    rename(temporary, file);
    syncDirectory(Objects.requireNonNull(clean(file).getParent()));
  }

  private synchronized AppendFile fresh(Path file) throws IOException {
    change("create " + file);
    var inode = new Inode();
    live.put(clean(file), inode);
    return new FaultyAppend(file, inode);
  }

  private synchronized void removeAfterFailure(Path file) {
    var gone = dark ? null : live.remove(clean(file));
    if (gone != null && room != Long.MAX_VALUE) {
      room += gone.length;
    }
  }

  @Override
  public synchronized byte[] readWhole(Path file) throws IOException {
    checkPower("read " + file);
    return find(file).content();
  }

  @Override
  public synchronized void rename(Path from, Path to) throws IOException {
    change("rename " + from);
    var source = clean(from);
    var target = clean(to);
    var inode = live.remove(source);
    if (inode != null) {
      live.put(target, inode);
    } else if (folders.contains(source)) {
      var move = new Moved(source, target);
      rename(live, move);
      rename(folders, move);
      moves.add(move);
    } else {
      throw new NoSuchFileException(from.toString());
    }
  }

  @Override
  public synchronized void link(Path existing, Path name) throws IOException {
    change("link " + existing);
    if (live.containsKey(clean(name))) {
      throw new FileAlreadyExistsException(name.toString());
    }
    live.put(clean(name), find(existing));
  }

  @Override
  public synchronized void delete(Path path) throws IOException {
    if (!exists(path)) {
      return;
    }
    change("delete " + path);
    var gone = clean(path);
    live.entrySet()
        .removeIf(
            entry -> {
              if (!entry.getKey().startsWith(gone)) {
                return false;
              }
              if (room != Long.MAX_VALUE) {
                room += entry.getValue().length;
              }
              return true;
            });
    folders.removeIf(folder -> folder.startsWith(gone));
  }

  @Override
  public synchronized void truncate(Path file, long length) throws IOException {
    change("truncate " + file);
    var inode = find(file);
    inode.length = Math.toIntExact(Math.min(inode.length, length));
    inode.safe = inode.length; // as LocalDisk does, a truncation is synced
  }

  @Override
  public synchronized void createDirectories(Path folder) throws IOException {
    checkPower("create " + folder);
    for (Path at = clean(folder); at != null; at = at.getParent()) {
      folders.add(at);
    }
  }

  @Override
  public synchronized void syncDirectory(Path folder) throws IOException {
    change("sync " + folder);
    syncs++;
    var parent = clean(folder);
    for (var move : List.copyOf(moves)) {
      if (parent.equals(move.to().getParent())) {
        rename(durable, move);
        moves.remove(move);
      }
    }
    durable.keySet().removeIf(name -> parent.equals(name.getParent()) && !live.containsKey(name));
    live.forEach(
        (name, inode) -> {
          if (parent.equals(name.getParent())) {
            durable.put(name, inode);
          }
        });
  }

  @Override
  public synchronized List<Path> list(Path folder) throws IOException {
    checkPower("list " + folder);
    var parent = clean(folder);
    var entries = new LinkedHashSet<Path>();
    for (Collection<Path> names : List.<Collection<Path>>of(live.keySet(), folders)) {
      for (var name : names) {
        if (name.startsWith(parent) && !name.equals(parent)) {
          entries.add(folder.resolve(parent.relativize(name).getName(0)));
        }
      }
    }
    var sorted = new ArrayList<>(entries);
    sorted.sort(null);
    return sorted;
  }

  @Override
  public synchronized boolean exists(Path path) {
    var name = clean(path);
    @Nullable Path below = live.ceilingKey(name);
    return live.containsKey(name)
        || folders.contains(name)
        || (below != null && below.startsWith(name));
  }

  @Override
  public synchronized long size(Path file) throws IOException {
    checkPower("size of " + file);
    return find(file).length;
  }

  @Override
  public synchronized long free(Path folder) {
    return room;
  }

  private final class FaultyAppend implements AppendFile {
    private final Path file;
    private final Inode inode;

    FaultyAppend(Path file, Inode inode) {
      this.file = file;
      this.inode = inode;
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
      synchronized (FaultyDisk.this) {
        try {
          change("write to " + file);
        } catch (IOException e) {
          inode.add(
              bytes,
              random.nextInt(
                  bytes.remaining() + 1)); // what of the last write had reached the cache
          throw e;
        }
        int fits = (int) Math.min(bytes.remaining(), room);
        inode.add(bytes, fits);
        if (room != Long.MAX_VALUE) {
          room -= fits;
        }
        if (bytes.hasRemaining()) {
          throw new IOException("No space left on device: " + file);
        }
      }
    }

    @Override
    public void sync() throws IOException {
      synchronized (FaultyDisk.this) {
        change("sync " + file);
        syncs++;
        inode.safe = inode.length;
      }
    }

    @Override
    public long position() {
      synchronized (FaultyDisk.this) {
        return inode.length;
      }
    }

    @Override
    public void close() {}
  }

  private final class FaultyRead implements ReadFile {
    private final Path file;
    private final Inode inode;

    FaultyRead(Path file, Inode inode) {
      this.file = file;
      this.inode = inode;
    }

    @Override
    public ByteBuffer read(long offset, int length) throws IOException {
      synchronized (FaultyDisk.this) {
        checkPower("read " + file);
        if (offset + length > inode.length) {
          throw new EOFException(
              "%s: %d bytes at %d (expected: %d)"
                  .formatted(file, inode.length - offset, offset, length));
        }
        return ByteBuffer.wrap(
            Arrays.copyOfRange(inode.bytes, (int) offset, (int) offset + length));
      }
    }

    @Override
    public long size() {
      synchronized (FaultyDisk.this) {
        return inode.length;
      }
    }

    @Override
    public void close() {}
  }
}
