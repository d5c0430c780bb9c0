package dev.gori.engines.promql;

/// What start timestamps say about counters (experimental): a counter that began after the sample
/// before was reset in between, also when its value does not show it.
final class StartTimes {

    private StartTimes() {}

    /// Whether the counter began again between two samples.
    static boolean isReset(Window w, int before, int after) {
        long start = w.points().startAt(w.low() + after);
        if (start == 0 || start >= w.millis(after)) {
            return false;
        }
        if (start > w.millis(before)) {
            return true;
        }
        // The same moment means a delta, unless the counter's beginning is simply not known.
        long startBefore = w.points().startAt(w.low() + before);
        return start == w.millis(before) && startBefore != 0 && startBefore < w.millis(before);
    }

    /// Whether a sample claims to have begun before the last one, and not together with it.
    static boolean overlaps(Window w, int before, int after) {
        long start = w.points().startAt(w.low() + after);
        return start != 0
                && start < w.millis(before)
                && start != w.points().startAt(w.low() + before);
    }

    /// When the first sample of the window began, if that lies within the window; 0 otherwise.
    static long zeroPoint(Window w) {
        long start = w.points().startAt(w.low());
        return start > w.start() && start < w.millis(0) ? start : 0;
    }
}
