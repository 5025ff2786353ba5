package kat.store;

import java.util.List;

/// The writer's thread: processes what waits, group by group, and sleeps when nothing does.
final class ThreadCommitter implements Committer {

    private final RequestQueue queue = new RequestQueue();
    private final Writer writer;
    private final Thread thread;

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
        return queue.offer(request);
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
