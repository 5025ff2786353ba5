package kat.proxy;

import java.time.Duration;
import java.util.SequencedSet;
import java.util.TreeSet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Names that were noted and wait to be worked on together, each once.
///
/// **Threads:** any number note, one takes.
final class NotedNames<K extends Comparable<K>> {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private TreeSet<K> waiting = new TreeSet<>(); // guarded by lock
    private boolean inWork = true; // guarded by lock

    void note(K name) {
        lock.lock();
        try {
            waiting.add(name);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// All names noted since the last call, perhaps none. They are in work until [#finish].
    SequencedSet<K> takeNow() {
        lock.lock();
        try {
            SequencedSet<K> taken = waiting;
            waiting = new TreeSet<>();
            inWork = true;
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /// Waits for a name to be noted.
    void awaitOne() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (waiting.isEmpty()) {
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Says that the work on what was taken has ended.
    void finish() {
        lock.lock();
        try {
            inWork = false;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Waits until nothing is noted and nothing is in work.
    ///
    /// @return whether that was so before the time was over
    boolean awaitIdle(Duration timeout) throws InterruptedException {
        long left = timeout.toNanos();
        lock.lockInterruptibly();
        try {
            while (inWork || !waiting.isEmpty()) {
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }
}
