package kat.store;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/// The events of some keys, and who waits for the next of them.
final class Topic {

    private static final Logger LOG = System.getLogger(Topic.class.getName());

    private final EventLog log = new EventLog();
    private final Object lock = new Object();
    private SequencedMap<Watch, Runnable> waiting = new LinkedHashMap<>(); // guarded by lock

    EventLog log() {
        return log;
    }

    /// Has `callback` called when the topic next wakes.
    void await(Watch watch, Runnable callback) {
        synchronized (lock) {
            waiting.put(watch, callback);
        }
    }

    /// Calls the callback of `watch` if it still waits.
    void wake(Watch watch) {
        Runnable callback;
        synchronized (lock) {
            callback = waiting.remove(watch);
        }
        if (callback != null) {
            call(callback);
        }
    }

    /// Calls all who wait, in the order in which they began to.
    void wake() {
        Map<Watch, Runnable> woken;
        synchronized (lock) {
            if (waiting.isEmpty()) {
                return;
            }
            woken = waiting;
            waiting = new LinkedHashMap<>();
        }
        woken.values().forEach(Topic::call);
    }

    /// A watcher's defect must not stop the writer, nor keep others from being woken.
    private static void call(Runnable callback) {
        try {
            callback.run();
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "a watcher's callback failed", e);
        }
    }
}
