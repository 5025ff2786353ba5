package kat.apiserver.http;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Whether an answer is over, and who wants to know.
///
/// **Threads:** any.
public final class Closing {

    /// Stands where no callback is wanted any more.
    private enum Over implements Runnable {
        OVER;

        @Override
        public void run() {}
    }

    private final AtomicReference<@Nullable Runnable> waiting = new AtomicReference<>();

    public boolean isClosed() {
        return waiting.get() == Over.OVER;
    }

    public void onClosed(Runnable callback) {
        while (true) {
            Runnable before = waiting.get();
            if (before == Over.OVER) {
                callback.run();
                return;
            }
            if (waiting.compareAndSet(before, before == null ? callback : both(before, callback))) {
                return;
            }
        }
    }

    private static Runnable both(Runnable first, Runnable second) {
        return () -> {
            first.run();
            second.run();
        };
    }

    public void close() {
        Runnable callback = waiting.getAndSet(Over.OVER);
        if (callback != null && callback != Over.OVER) {
            callback.run();
        }
    }
}
