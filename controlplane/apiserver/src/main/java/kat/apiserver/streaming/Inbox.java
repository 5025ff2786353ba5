package kat.apiserver.streaming;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Deque;

/// Bytes that arrived and wait to be read. Whoever sends them is asked to pause when too much
/// waits, and to go on when the reader has caught up.
///
/// **Threads:** filled by one, read by another.
public final class Inbox extends InputStream {

    /// More than this and the sender is asked to pause.
    static final int HIGH_BYTES = 1 << 20;

    private final Object lock = new Object();
    private final Deque<byte[]> parts = new ArrayDeque<>(); // guarded by lock
    private int at; // guarded by lock
    private int size; // guarded by lock
    private boolean ended; // guarded by lock
    private final Sender sender;

    /// Where the bytes come from.
    ///
    /// **Threads:** called by whoever fills the inbox and by its reader, never by both at once;
    /// must not block. The order of the calls is that of what happened, or a sender that was asked
    /// to go on just before it pauses would wait for ever.
    public interface Sender {

        void pause();

        void resume();
    }

    /// What cannot be asked to pause.
    static final Sender NONE =
            new Sender() {
                @Override
                public void pause() {}

                @Override
                public void resume() {}
            };

    public Inbox(Sender sender) {
        this.sender = sender;
    }

    /// Takes over the array.
    public void add(byte[] part) {
        synchronized (lock) {
            if (ended || part.length == 0) {
                return;
            }
            parts.add(part);
            size += part.length;
            lock.notifyAll();
            if (size > HIGH_BYTES) {
                sender.pause();
            }
        }
    }

    /// What waits can still be read.
    public void end() {
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
        if (length == 0) {
            return 0;
        }
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
            int copied = Math.min(length, part.length - at);
            System.arraycopy(part, at, into, offset, copied);
            at += copied;
            boolean wasHigh = size > HIGH_BYTES;
            size -= copied;
            if (at == part.length) {
                parts.removeFirst();
                at = 0;
            }
            if (wasHigh && size <= HIGH_BYTES) {
                sender.resume();
            }
            return copied;
        }
    }
}
