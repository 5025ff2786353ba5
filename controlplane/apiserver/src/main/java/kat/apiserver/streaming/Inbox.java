package kat.apiserver.streaming;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Deque;

/// Bytes that arrived and wait to be read. Whoever fills it is told when too much waits.
///
/// **Threads:** filled by one, read by another.
final class Inbox extends InputStream {

    /// More than this and the sender is asked to pause.
    static final int HIGH_BYTES = 1 << 20;

    private final Object lock = new Object();
    private final Deque<byte[]> parts = new ArrayDeque<>(); // guarded by lock
    private int at; // guarded by lock
    private int size; // guarded by lock
    private boolean ended; // guarded by lock
    private final Runnable resume;

    /// @param resume called when the reader has caught up after too much waited
    Inbox(Runnable resume) {
        this.resume = resume;
    }

    /// Whether the sender should pause.
    boolean add(byte[] part) {
        synchronized (lock) {
            if (ended || part.length == 0) {
                return false;
            }
            parts.add(part);
            size += part.length;
            lock.notifyAll();
            return size > HIGH_BYTES;
        }
    }

    void end() {
        synchronized (lock) {
            ended = true;
            lock.notifyAll();
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        boolean caughtUp;
        int copied;
        synchronized (lock) {
            while (parts.isEmpty()) {
                if (ended) {
                    return -1;
                }
                try {
                    lock.wait();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new InterruptedIOException("interrupted while waiting for input");
                }
            }
            byte[] part = parts.getFirst();
            copied = Math.min(length, part.length - at);
            System.arraycopy(part, at, into, offset, copied);
            at += copied;
            boolean wasHigh = size > HIGH_BYTES;
            size -= copied;
            if (at == part.length) {
                parts.removeFirst();
                at = 0;
            }
            caughtUp = wasHigh && size <= HIGH_BYTES;
        }
        if (caughtUp) {
            resume.run();
        }
        return copied;
    }
}
