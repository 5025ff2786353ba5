package kat.store;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/// Processes each request in the thread that asks; what is asked meanwhile, by the same thread, is
/// done afterwards.
final class CallerCommitter implements Committer {

    private final Writer writer;
    private final Object lock = new Object();
    private final Queue<Request> queue = new ArrayDeque<>(); // guarded by lock
    private boolean isBusy; // guarded by lock
    private boolean isClosed; // guarded by lock

    CallerCommitter(Writer writer) {
        this.writer = writer;
    }

    @Override
    public void start() {
        // There is no thread to start.
    }

    @Override
    public boolean offer(Request request) {
        synchronized (lock) {
            if (isClosed) {
                return false;
            }
            queue.add(request);
            if (!isBusy) {
                isBusy = true;
                try {
                    drain();
                } finally {
                    isBusy = false;
                }
            }
            return true;
        }
    }

    @Override
    public boolean offerAndHelp(Request request) {
        return offer(request);
    }

    private void drain() {
        for (Request next = queue.poll(); next != null; next = queue.poll()) {
            writer.process(List.of(next));
            boolean hasMore = writer.tidy();
            while (hasMore) {
                hasMore = writer.tidy();
            }
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            isClosed = true;
        }
    }
}
