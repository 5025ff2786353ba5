package kat.kubelet.logs;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import kat.client.node.LogOptions;
import org.jspecify.annotations.Nullable;

/// What `kubectl logs` gets: the texts of a log file's lines, chosen and cut by options. With
/// `follow` it waits for more as the file grows, without polling, and goes on in the new file after
/// a rotation.
///
/// **Threads:** one reader; [#close] by any.
public final class LogReader extends InputStream {

    private static final int BLOCK = 64 * 1024;

    /// How long to wait for a sign of the file before looking whether the container still runs.
    private static final long PATIENCE_SECONDS = 5;

    private final Path log;
    private final LogOptions options;
    private final BooleanSupplier mayGrow;
    private RandomAccessFile file;
    private @Nullable Object fileKey;
    private @Nullable WatchService watch;
    private final byte[] block = new byte[BLOCK];
    private int blockAt;
    private int blockEnd;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private byte[] ready = new byte[0];
    private int readyAt;
    private long left;
    private volatile boolean closed;

    /// @param mayGrow whether the container still runs, so that waiting makes sense
    /// @throws IOException when the file cannot be read
    public LogReader(Path log, LogOptions options, BooleanSupplier mayGrow) throws IOException {
        this.log = log;
        this.options = options;
        this.mayGrow = mayGrow;
        this.left = options.limitBytes() < 0 ? Long.MAX_VALUE : options.limitBytes();
        if (options.follow()) {
            watch = log.getFileSystem().newWatchService();
            WatchKey unused =
                    log.resolveSibling("")
                            .register(
                                    watch,
                                    StandardWatchEventKinds.ENTRY_MODIFY,
                                    StandardWatchEventKinds.ENTRY_CREATE);
        }
        open();
        if (options.tailLines() >= 0) {
            file.seek(startOfTail(options.tailLines()));
        }
    }

    /// Where the last lines of the file begin; as in Kubernetes, each part of a program's line that
    /// was too long for one is a line of its own here.
    private long startOfTail(long lines) throws IOException {
        long end = file.length();
        long found = 0;
        byte[] piece = new byte[BLOCK];
        for (long from = end; from > 0; ) {
            int size = (int) Math.min(BLOCK, from);
            from -= size;
            file.seek(from);
            file.readFully(piece, 0, size);
            for (int i = size - 1; i >= 0; i--) {
                boolean last = from + i == end - 1;
                if (piece[i] == '\n' && !last && ++found == lines) {
                    return from + i + 1;
                }
            }
        }
        return lines == 0 ? end : 0;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (left == 0) {
            return -1;
        }
        while (readyAt == ready.length) {
            if (!nextLine()) {
                return -1;
            }
        }
        int count = (int) Math.min(Math.min(length, ready.length - readyAt), left);
        System.arraycopy(ready, readyAt, into, offset, count);
        readyAt += count;
        left -= count;
        return count;
    }

    @Override
    public int available() {
        return ready.length - readyAt;
    }

    private boolean nextLine() throws IOException {
        byte[] raw = readRaw();
        if (raw == null) {
            return false;
        }
        LogLine parsed = LogLine.parse(raw);
        ready = parsed == null || isUnwanted(parsed) ? new byte[0] : shown(parsed);
        readyAt = 0;
        return true;
    }

    private boolean isUnwanted(LogLine parsed) {
        return (options.since() != null && parsed.isBefore(options.since()))
                || !parsed.isOf(options.stream());
    }

    private byte[] shown(LogLine parsed) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (options.timestamps()) {
            out.writeBytes((parsed.time() + " ").getBytes(StandardCharsets.US_ASCII));
        }
        out.writeBytes(parsed.text());
        if (!parsed.isPartial()) {
            out.write('\n');
        }
        return out.toByteArray();
    }

    /// The next whole line; null at the end.
    private byte @Nullable [] readRaw() throws IOException {
        while (true) {
            for (int i = blockAt; i < blockEnd; i++) {
                if (block[i] == '\n') {
                    line.write(block, blockAt, i - blockAt);
                    blockAt = i + 1;
                    byte[] whole = line.toByteArray();
                    line.reset();
                    return whole;
                }
            }
            line.write(block, blockAt, blockEnd - blockAt);
            blockAt = 0;
            blockEnd = Math.max(0, file.read(block));
            if (blockEnd == 0 && !awaitMore()) {
                return null;
            }
        }
    }

    private boolean awaitMore() throws IOException {
        WatchService signs = watch;
        if (signs == null || closed) {
            return false;
        }
        if (wasRotated()) {
            if (file.getFilePointer() >= file.length()) {
                file.close();
                open();
            }
            return true;
        }
        if (!mayGrow.getAsBoolean()) {
            return file.getFilePointer() < file.length();
        }
        try {
            WatchKey key = signs.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (key != null) {
                key.pollEvents();
                boolean unused = key.reset();
            }
            return !closed;
        } catch (ClosedWatchServiceException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private boolean wasRotated() throws IOException {
        return Files.exists(log)
                && (!Objects.equals(fileKey, keyOf(log))
                        || Files.size(log) < file.getFilePointer());
    }

    /// Looks again where a rotation came between.
    private void open() throws IOException {
        for (fileKey = keyOf(log); ; fileKey = keyOf(log)) {
            file = new RandomAccessFile(log.toFile(), "r");
            if (Objects.equals(fileKey, keyOf(log))) {
                return;
            }
            file.close();
        }
    }

    private static @Nullable Object keyOf(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    }

    @Override
    public void close() throws IOException {
        closed = true;
        WatchService signs = watch;
        if (signs != null) {
            signs.close();
        }
        file.close();
    }
}
