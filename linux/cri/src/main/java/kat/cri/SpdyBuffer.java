package kat.cri;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// The bytes of one SPDY stream on their way from the event loop to a reader.
///
/// **Threads:** one writer (the event loop), one reader, [#close] from any.
final class SpdyBuffer extends InputStream {

    private final IntConsumer consumed;

    /// Guarded by this, as everything below.
    private final ArrayDeque<byte[]> chunks = new ArrayDeque<>();

    /// First byte of the first chunk that was not read yet.
    private int offset;

    private boolean ended;
    private boolean closed;
    private @Nullable IOException failure;

    /// @param consumed told how many bytes left the buffer
    SpdyBuffer(IntConsumer consumed) {
        this.consumed = consumed;
    }

    synchronized void add(byte[] chunk) {
        if (closed) {
            consumed.accept(chunk.length);
            return;
        }
        chunks.add(chunk);
        notifyAll();
    }

    /// Nothing more comes.
    synchronized void end() {
        ended = true;
        notifyAll();
    }

    /// The stream broke; the reader gets what came and then the failure.
    synchronized void fail(IOException cause) {
        if (!ended) {
            failure = cause;
            end();
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
        Objects.checkFromIndexSize(from, length, into.length);
        if (length == 0) {
            return 0;
        }
        int count;
        synchronized (this) {
            byte[] first = awaitChunk();
            if (first == null) {
                return -1;
            }
            count = Math.min(length, first.length - offset);
            System.arraycopy(first, offset, into, from, count);
            offset += count;
            if (offset == first.length) {
                chunks.poll();
                offset = 0;
            }
        }
        consumed.accept(count);
        return count;
    }

    private synchronized byte @Nullable [] awaitChunk() throws IOException {
        while (chunks.isEmpty() && !ended && !closed) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                InterruptedIOException interrupted =
                        new InterruptedIOException("interrupted while reading from a container");
                interrupted.initCause(e);
                throw interrupted;
            }
        }
        if (closed) {
            throw new IOException("the stream was closed");
        }
        byte[] first = chunks.peek();
        if (first == null && failure != null) {
            throw failure;
        }
        return first;
    }

    @Override
    public synchronized int available() {
        byte[] first = chunks.peek();
        return first == null ? 0 : first.length - offset;
    }

    /// Lets go of what waits and of all that still comes.
    @Override
    public void close() {
        int dropped = 0;
        synchronized (this) {
            closed = true;
            for (byte[] chunk : chunks) {
                dropped += chunk.length;
            }
            dropped -= offset;
            offset = 0;
            chunks.clear();
            notifyAll();
        }
        if (dropped > 0) {
            consumed.accept(dropped);
        }
    }
}
