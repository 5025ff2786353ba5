package kat.store;

import java.util.List;

/// The writer's thread: processes what waits, group by group, and sleeps when nothing does.
final class Committer {

    private final RequestQueue queue;
    private final Writer writer;
    private final Thread thread;

    Committer(RequestQueue queue, Writer writer) {
        this.queue = queue;
        this.writer = writer;
        this.thread =
                Thread.ofPlatform().name("kat-store-committer").daemon(true).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /// A defect ends the thread: the uncaught exception is reported, and nobody waits for ever.
    private void run() {
        List<Request> group = List.of();
        try {
            boolean hasMore = false;
            while (!queue.isDrained()) {
                group = queue.take();
                if (!group.isEmpty()) {
                    writer.process(group);
                    hasMore = writer.tidy();
                } else if (hasMore) {
                    hasMore = writer.tidy();
                } else {
                    queue.sleep();
                }
            }
        } finally {
            group.forEach(Request::abandon);
            queue.end();
        }
    }

    /// Finishes what is in the queue and ends the thread.
    void close() {
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
