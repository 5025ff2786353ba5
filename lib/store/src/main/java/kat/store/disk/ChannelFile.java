package kat.store.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.Future;

/// A file of a directory. Its channel is an asynchronous one that does everything in the thread
/// that asks: the other kind of channel closes itself when that thread is interrupted, and one
/// caller's interrupt must not end the log for all.
record ChannelFile(AsynchronousFileChannel channel) implements DiskFile {

    static DiskFile open(Path path, Set<? extends OpenOption> options) throws IOException {
        return new ChannelFile(
                AsynchronousFileChannel.open(
                        path, options, new CallersThread(), DirectoryDisk.OWNER_ONLY));
    }

    @Override
    public long size() throws IOException {
        return channel.size();
    }

    @Override
    public int read(long offset, ByteBuffer into) throws IOException {
        int total = 0;
        while (into.hasRemaining()) {
            int read = done(channel.read(into, offset + total));
            if (read < 0) {
                break;
            }
            total += read;
        }
        return total;
    }

    @Override
    public void write(long offset, ByteBuffer from) throws IOException {
        long at = offset;
        while (from.hasRemaining()) {
            at += done(channel.write(from, at));
        }
    }

    private static int done(Future<Integer> transfer) throws IOException {
        if (transfer.state() == Future.State.FAILED) {
            Throwable why = transfer.exceptionNow();
            throw new IOException(why.getMessage(), why);
        }
        return transfer.resultNow();
    }

    @Override
    public void truncate(long size) throws IOException {
        channel.truncate(size);
    }

    @Override
    public void force() throws IOException {
        channel.force(false);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
