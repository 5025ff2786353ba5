package kat.store;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/// Processes what waits, group by group. A thread of its own does it while several ask at the same
/// time. Who asks alone does it itself, which saves waking that thread and being woken by it: half
/// of what a single client waits for beside the disk.
///
/// Whoever works has the turn, and looks after giving it back whether something came meanwhile; so
/// who finds the turn taken need not wake anybody.
final class ThreadCommitter implements Committer {

    private final RequestQueue queue = new RequestQueue();
    private final Writer writer;
    private final Thread thread;
    private final AtomicBoolean isTurnTaken = new AtomicBoolean();
    private volatile boolean wasAlone = true; // the last group was one request
    private volatile boolean hasMoreToTidy;

    ThreadCommitter(Writer writer) {
        this.writer = writer;
        this.thread =
                Thread.ofPlatform().name("kat-store-committer").daemon(true).unstarted(this::run);
    }

    @Override
    public void start() {
        thread.start();
    }

    @Override
    public boolean offer(Request request) {
        if (!queue.offer(request)) {
            return false;
        }
        if (!isTurnTaken.get()) {
            queue.wake();
        }
        return true;
    }

    @Override
    public boolean offerAndHelp(Request request) {
        if (!queue.offer(request)) {
            return false;
        }
        if (wasAlone && takeTurn()) {
            try {
                process();
            } finally {
                isTurnTaken.set(false);
            }
            if (isNeeded()) {
                queue.wake();
            }
        } else if (!isTurnTaken.get()) {
            queue.wake();
        }
        return true;
    }

    private boolean takeTurn() {
        return isTurnTaken.compareAndSet(false, true);
    }

    private boolean isNeeded() {
        return !isTurnTaken.get() && (queue.isWaiting() || hasMoreToTidy);
    }

    private void run() {
        while (true) {
            if (!takeTurn()) {
                queue.sleep(this::isNeeded);
                continue;
            }
            if (queue.isDrained()) {
                queue.end();
                return; // and keeps the turn: nobody is to write any more
            }
            try {
                process();
            } finally {
                isTurnTaken.set(false);
            }
            queue.sleep(this::isNeeded);
        }
    }

    /// Does the next group, if there is one, and tidies a little.
    ///
    /// A defect ends the store: it is thrown, and nobody waits for ever.
    private void process() {
        List<Request> group = queue.take();
        boolean isWhole = false;
        try {
            if (!group.isEmpty()) {
                writer.process(group);
                wasAlone = group.size() == 1;
            }
            hasMoreToTidy = writer.tidy();
            isWhole = true;
        } finally {
            if (!isWhole) {
                group.forEach(Request::abandon);
                queue.end();
            }
        }
    }

    /// Finishes what is in the queue and ends the thread.
    @Override
    public void close() {
        queue.close();
        boolean isInterrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException _) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
