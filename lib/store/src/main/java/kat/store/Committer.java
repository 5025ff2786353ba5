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

    private void run() {
        try {
            boolean hasMore = false;
            while (!queue.isDrained()) {
                List<Request> group = queue.take();
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
