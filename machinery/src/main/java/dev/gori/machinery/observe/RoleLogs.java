package dev.gori.machinery.observe;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.util.FileSize;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/// The log files of one environment: one of JSON lines for each role, `FOLDER/ROLE.log`, turned
/// over at 64 MiB, five old ones kept.
///
/// Lines are written by a thread of their own through a bounded queue; when it is full the writer
/// waits, no line is dropped. Closing writes what is queued.
public final class RoleLogs implements AutoCloseable {

    private static final int QUEUE = 8_192;
    private static final int KEPT = 5;
    private static final FileSize TURNED_OVER_AT = FileSize.valueOf("64MB");
    private static final FileSize BUFFER = FileSize.valueOf("64KB");
    private static final int LONGEST_STOP_MILLIS = 10_000;

    private final LoggerContext context = context();
    private final Path folder;
    private final ConcurrentMap<String, org.slf4j.Logger> loggers = new ConcurrentHashMap<>();

    private RoleLogs(Path folder) {
        this.folder = folder;
    }

    /// A context of our own needs its adapter for contextual values set by hand; without one every
    /// line fails.
    private static LoggerContext context() {
        var context = new LoggerContext();
        context.setMDCAdapter(new LogbackMDCAdapter());
        return context;
    }

    public static RoleLogs in(Path folder) {
        return new RoleLogs(folder);
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
        var encoder = new JsonLines();
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

    private QueuedFile queued(RollingFileAppender<ILoggingEvent> file) {
        var queue = new QueuedFile(file, QUEUE, LONGEST_STOP_MILLIS);
        queue.setContext(context);
        queue.start();
        return queue;
    }

    @Override
    public void close() {
        context.stop();
    }
}
