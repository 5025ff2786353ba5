package kat.apiserver.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import kat.base.Ticker;
import org.jspecify.annotations.Nullable;

/// A file of lines that is put aside under the time of day when it is full.
///
/// ```
/// audit.log  audit-2026-11-21T16-32-12.667.log  audit-2026-11-20T09-00-00.001.log
/// ```
///
/// A line is in the operating system's hands when [#write] returns: it outlives this process, and
/// not the machine. What cannot be written is lost; the next line is tried again, in a file that
/// is opened anew.
///
/// **Threads:** any. A lock is held while a line is written: that is what it guards, and an event
/// that has to be in the file before its request goes on has to wait for it (ADR 0155).
///
/// **Source:** kube-apiserver's `--audit-log-*`, and the rotation of `lumberjack`.
public final class AuditLogFile implements AuditSink {

    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH-mm-ss.SSS").withZone(ZoneOffset.UTC);
    private static final System.Logger LOG = System.getLogger(AuditLogFile.class.getName());

    /// When a full file is put aside and when such files go.
    ///
    /// @param maxBytes of one file; larger than 0
    /// @param maxBackups how many are kept beside the one in use; 0 for all
    /// @param maxAge how long one is kept; zero for ever
    public record Rotation(long maxBytes, int maxBackups, Duration maxAge) {}

    private final LogFolder folder;
    private final String name;
    private final String stem;
    private final String suffix;
    private final Rotation rotation;
    private final Ticker ticker;
    private final ReentrantLock lock = new ReentrantLock();
    private LogFolder.@Nullable Appender file; // guarded by lock, as all below
    private long size;
    private boolean isFailing;
    private boolean isClosed;

    /// Opens nothing yet.
    ///
    /// @param path of the file in use
    public AuditLogFile(Path path, Rotation rotation, Ticker ticker) {
        this(
                new DirectoryLogFolder(parent(path)),
                String.valueOf(path.getFileName()),
                rotation,
                ticker);
    }

    AuditLogFile(LogFolder folder, String name, Rotation rotation, Ticker ticker) {
        this.folder = folder;
        this.name = name;
        int dot = name.lastIndexOf('.');
        this.stem = (dot < 0 ? name : name.substring(0, dot)) + "-";
        this.suffix = dot < 0 ? "" : name.substring(dot);
        this.rotation = rotation;
        this.ticker = ticker;
    }

    private static Path parent(Path path) {
        Path parent = path.toAbsolutePath().getParent();
        return parent == null ? Path.of("/") : parent;
    }

    /// Makes sure that there is a file that can be written.
    ///
    /// @throws IOException when there is none
    public void start() throws IOException {
        lock.lock();
        try {
            open();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean write(byte[] line) {
        lock.lock();
        try {
            append(line);
            isFailing = false;
            return true;
        } catch (IOException e) {
            failed(e);
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void append(byte[] line) throws IOException {
        if (isClosed) {
            throw new IOException("the audit log is closed");
        }
        if (line.length > rotation.maxBytes()) {
            throw new IOException("an event of " + line.length + " bytes is larger than a file");
        }
        LogFolder.Appender open = file == null ? open() : file;
        if (size > 0 && size + line.length > rotation.maxBytes()) {
            close(open);
            putAside();
            open = open();
        }
        open.write(line);
        size += line.length;
    }

    private LogFolder.Appender open() throws IOException {
        LogFolder.Appender opened = folder.append(name);
        size = opened.size();
        file = opened;
        return opened;
    }

    private void close(LogFolder.Appender open) throws IOException {
        file = null;
        open.close();
    }

    private void putAside() throws IOException {
        List<String> names = folder.names();
        Instant now = ticker.now();
        String aside = stem + STAMP.format(now) + suffix;
        while (names.contains(aside)) {
            now = now.plusMillis(1);
            aside = stem + STAMP.format(now) + suffix;
        }
        folder.rename(name, aside);
        prune();
    }

    /// A file put aside, and when that was.
    private record Backup(String name, Instant time) {}

    private void prune() throws IOException {
        List<Backup> backups = new ArrayList<>();
        for (String each : folder.names()) {
            Instant time = time(each);
            if (time != null) {
                backups.add(new Backup(each, time));
            }
        }
        backups.sort(Comparator.comparing(Backup::time).reversed());
        Instant oldest =
                rotation.maxAge().isZero() ? Instant.MIN : ticker.now().minus(rotation.maxAge());
        for (int i = 0; i < backups.size(); i++) {
            boolean many = rotation.maxBackups() > 0 && i >= rotation.maxBackups();
            if (many || backups.get(i).time().isBefore(oldest)) {
                folder.delete(backups.get(i).name());
            }
        }
    }

    /// Null for files that are none of this log's.
    private @Nullable Instant time(String file) {
        if (!file.startsWith(stem)
                || !file.endsWith(suffix)
                || file.length() <= stem.length() + suffix.length()) {
            return null;
        }
        String stamp = file.substring(stem.length(), file.length() - suffix.length());
        try {
            return STAMP.parse(stamp, Instant::from);
        } catch (DateTimeParseException notOurs) {
            return null;
        }
    }

    /// Says so once, not for each of the many events that may follow.
    private void failed(IOException e) {
        if (!isFailing && !isClosed) {
            LOG.log(System.Logger.Level.ERROR, "audit event lost file=" + name + " cause=" + e);
        }
        isFailing = true;
        LogFolder.Appender broken = file;
        if (broken != null) {
            try {
                close(broken);
            } catch (IOException alsoBroken) {
                LOG.log(System.Logger.Level.DEBUG, "audit log not closed", alsoBroken);
            }
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            isClosed = true;
            LogFolder.Appender open = file;
            if (open != null) {
                close(open);
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "audit log not closed file=" + name, e);
        } finally {
            lock.unlock();
        }
    }
}
