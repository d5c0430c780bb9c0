package dev.gori.base.observe;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.util.FileSize;
import dev.gori.base.run.BackgroundThreads;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/// The log files of one environment: one of JSON lines for each role, `FOLDER/ROLE.log`, turned
/// over at 64 MiB, five old ones kept.
///
/// Lines are written by a thread of their own through a bounded queue; when it stays full, because
/// the file cannot be written, lines are dropped and counted. Closing writes what is queued.
public final class RoleLogs implements AutoCloseable {

  private static final int QUEUE = 8_192;
  private static final int KEPT = 5;
  private static final FileSize TURNED_OVER_AT = FileSize.valueOf("64MB");
  private static final FileSize BUFFER = FileSize.valueOf("64KB");
  private static final Duration LONGEST_STOP = Duration.ofSeconds(10);

  private final LoggerContext context = context();
  private final Path folder;
  private final ConcurrentMap<String, org.slf4j.Logger> loggers = new ConcurrentHashMap<>();

  private final BackgroundThreads threads;
  private final ConcurrentMap<String, AsyncFileAppender> files = new ConcurrentHashMap<>();

  private RoleLogs(Path folder, BackgroundThreads threads) {
    this.folder = folder;
    this.threads = threads;
  }

  /// A context of our own needs its adapter for contextual values set by hand; without one every
  /// line fails.
  private static LoggerContext context() {
    var context = new LoggerContext();
    context.setMDCAdapter(new LogbackMDCAdapter());
    return context;
  }

  public static RoleLogs in(Path folder) {
    return in(folder, new BackgroundThreads());
  }

  /// @param threads has the thread of each file
  public static RoleLogs in(Path folder, BackgroundThreads threads) {
    return new RoleLogs(folder, threads);
  }

  /// Lines that were dropped since the start, by role.
  public Map<String, Long> dropped() {
    var dropped = new TreeMap<String, Long>();
    files.forEach((role, file) -> dropped.put(role, file.dropped()));
    return dropped;
  }

  /// The logger of a role; the same one each time.
  public org.slf4j.Logger of(String role) {
    return loggers.computeIfAbsent(role, this::open);
  }

  private org.slf4j.Logger open(String role) {
    var file = new RollingFileAppender<ILoggingEvent>();
    file.setContext(context);
    file.setFile(folder.resolve(role + ".log").toString());
    file.setAppend(true);
    file.setBufferSize(BUFFER);
    var encoder = new JsonLinesEncoder();
    encoder.setContext(context);
    encoder.start();
    file.setEncoder(encoder);
    var names = new FixedWindowRollingPolicy();
    names.setContext(context);
    names.setParent(file);
    names.setFileNamePattern(folder.resolve(role + ".log").toString() + ".%i");
    names.setMinIndex(1);
    names.setMaxIndex(KEPT);
    names.start();
    var turn = new SizeBasedTriggeringPolicy<ILoggingEvent>();
    turn.setContext(context);
    turn.setMaxFileSize(TURNED_OVER_AT);
    turn.start();
    file.setRollingPolicy(names);
    file.setTriggeringPolicy(turn);
    file.setName(role);
    Logger logger = context.getLogger(role);
    logger.setLevel(Level.INFO);
    logger.setAdditive(false);
    logger.addAppender(queued(file));
    return logger;
  }

  private AsyncFileAppender queued(RollingFileAppender<ILoggingEvent> file) {
    var queue = new AsyncFileAppender(file, QUEUE, LONGEST_STOP, threads);
    queue.setContext(context);
    queue.start();
    files.put(file.getName(), queue);
    return queue;
  }

  @Override
  public void close() {
    context.stop();
  }
}
