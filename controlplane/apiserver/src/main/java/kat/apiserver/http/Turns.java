package kat.apiserver.http;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/// Work that other threads want done on a connection's thread. However much comes at once, the
/// thread is woken once and the connection flushed once.
///
/// **Threads:** [#add] by any.
final class Turns {

    /// How many tasks run before what they wrote is sent.
    private static final int PER_FLUSH = 256;

    private final ChannelHandlerContext context;
    private final Runnable flush;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();

    /// @param flush sends what tasks wrote, with what the protocol itself holds back
    Turns(ChannelHandlerContext context, Runnable flush) {
        this.context = context;
        this.flush = flush;
    }

    void add(Runnable task) {
        tasks.add(task);
        if (scheduled.compareAndSet(false, true)) {
            context.executor().execute(this::run);
        }
    }

    /// A task that fails ends its connection: who waits for an answer learns that none comes.
    private void runSafely(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            System.getLogger(Turns.class.getName())
                    .log(System.Logger.Level.ERROR, "connection failed", e);
            ChannelFuture unused = context.close();
        }
    }

    private void run() {
        int done = 0;
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            runSafely(task);
            if (++done == PER_FLUSH) {
                break;
            }
        }
        flush.run();
        scheduled.set(false);
        if (!tasks.isEmpty() && scheduled.compareAndSet(false, true)) {
            context.executor().execute(this::run);
        }
    }
}
