package dev.gori.roles.pipelines;

import dev.gori.kernel.disk.Disk;
import dev.gori.kernel.time.Time;
import dev.gori.machinery.run.Repeating;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;

/// Deletes the log files and own files of runs that ended long ago; what the database says of them
/// stays.
final class Sweeper {

    private static final Duration PAUSE = Duration.ofHours(1);
    private static final int AT_ONCE = 1_000;

    private final RunStore store;
    private final List<Path> folders;
    private final Duration keep;
    private final Time time;
    private final Logger log;

    Sweeper(RunStore store, List<Path> folders, Duration keep, Time time, Logger log) {
        this.store = store;
        this.folders = folders;
        this.keep = keep;
        this.time = time;
        this.log = log;
    }

    Repeating start() {
        return Repeating.startAfter(PAUSE, time, "pipelines-sweeper", PAUSE, this::sweep);
    }

    void sweep() throws IOException {
        int swept = 0;
        for (var run : store.endedBefore(time.now().minus(keep), AT_ONCE)) {
            for (var folder : folders) {
                if (Files.exists(folder.resolve(run))) {
                    Disk.local().delete(folder.resolve(run));
                    swept++;
                }
            }
        }
        if (swept > 0) {
            log.info("pipelines swept folders={} older_than={}", swept, keep);
        }
    }
}
