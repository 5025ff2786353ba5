package kat.store.testing;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import kat.base.Randomness;
import kat.store.disk.Disk;
import kat.store.disk.DiskFile;

/// A disk in memory that keeps no more than it must.
///
/// - [#crash] is a power cut: of what was not forced, any sector of 512 bytes and any name may be
///   there or not. [#kill] ends the process only: everything written is there, forced or not.
/// - [#failAt] fails one operation, [#failFrom] that and all after it, with an input/output error.
///   A write that fails is done in part. A force that fails keeps any part, and what it did not
///   keep is never written by a later force, although it can still be read: as Linux does it.
/// - [#fill] refuses whatever would grow a file.
///
/// All chances come from the randomness given, so a seed repeats them.
///
/// **Threads:** safe for use by any number of threads.
public final class FakeDisk implements Disk {

    private static final int NEVER = Integer.MAX_VALUE;

    private final Object lock = new Object(); // guards everything
    private final Randomness randomness;
    private SortedMap<String, FakeContent> names = new TreeMap<>();
    private final SortedMap<String, FakeContent> forcedNames = new TreeMap<>();
    private final List<NameChange> unforced = new ArrayList<>();
    private int life; // files opened in an earlier one are dead
    private boolean isClaimed;
    private boolean isFull;
    private boolean isDown;
    private boolean staysDown;
    private int untilFailure = NEVER; // operations

    private interface NameChange {
        void apply(SortedMap<String, FakeContent> to);
    }

    public FakeDisk(Randomness randomness) {
        this.randomness = randomness;
    }

    /// Cuts the power and brings it back; faults are over.
    public void crash() {
        synchronized (lock) {
            int kept = randomness.nextInt(unforced.size() + 1);
            unforced.subList(0, kept).forEach(change -> change.apply(forcedNames));
            unforced.clear();
            names = new TreeMap<>(forcedNames);
            names.values().forEach(content -> content.crash(randomness));
            kill();
        }
    }

    /// Ends the process that had files open; faults are over.
    public void kill() {
        synchronized (lock) {
            life++;
            isClaimed = false;
            heal();
        }
    }

    /// Ends all faults.
    public void heal() {
        synchronized (lock) {
            isFull = false;
            isDown = false;
            untilFailure = NEVER;
        }
    }

    /// Fails the change that comes after `skipped` others.
    public void failAt(int skipped) {
        synchronized (lock) {
            untilFailure = skipped;
            staysDown = false;
        }
    }

    /// Fails every change after `skipped` others, until [#heal] or a crash.
    public void failFrom(int skipped) {
        synchronized (lock) {
            untilFailure = skipped;
            staysDown = true;
        }
    }

    /// Leaves no room for anything to grow, until [#heal] or a crash.
    public void fill() {
        synchronized (lock) {
            isFull = true;
        }
    }

    /// Whether it is full or fails now, until [#heal] or a crash.
    public boolean isBroken() {
        synchronized (lock) {
            return isFull || isDown;
        }
    }

    /// Changes one byte of a file, as a failing medium does.
    public void flip(String name, long offset) {
        synchronized (lock) {
            FakeContent content = names.get(name);
            if (content == null) {
                throw new IllegalArgumentException("no file " + name);
            }
            content.flip((int) offset);
        }
    }

    @Override
    public Claim claim() throws IOException {
        synchronized (lock) {
            if (isClaimed) {
                throw new IOException("another process has the store open; stop it first");
            }
            isClaimed = true;
            int claimedIn = life;
            return () -> {
                synchronized (lock) {
                    isClaimed &= claimedIn != life;
                }
            };
        }
    }

    @Override
    public List<String> list() {
        synchronized (lock) {
            return List.copyOf(names.keySet());
        }
    }

    @Override
    public DiskFile create(String name) throws IOException {
        synchronized (lock) {
            if (names.containsKey(name)) {
                throw new FileAlreadyExistsException(name);
            }
            requireChange();
            requireRoom();
            FakeContent content = new FakeContent();
            change(to -> to.put(name, content));
            return new FakeFile(content, life);
        }
    }

    @Override
    public DiskFile open(String name) throws IOException {
        synchronized (lock) {
            return new FakeFile(existing(name), life);
        }
    }

    @Override
    public void rename(String from, String to) throws IOException {
        synchronized (lock) {
            FakeContent content = existing(from);
            requireChange();
            change(
                    all -> {
                        all.remove(from);
                        all.put(to, content);
                    });
        }
    }

    @Override
    public void delete(String name) throws IOException {
        synchronized (lock) {
            if (names.containsKey(name)) {
                requireChange();
                change(to -> to.remove(name));
            }
        }
    }

    @Override
    public void forceNames() throws IOException {
        synchronized (lock) {
            requireChange();
            unforced.forEach(change -> change.apply(forcedNames));
            unforced.clear();
        }
    }

    @Override
    public String describe(String name) {
        return name;
    }

    private FakeContent existing(String name) throws FileNotFoundException {
        FakeContent content = names.get(name);
        if (content == null) {
            throw new FileNotFoundException(name);
        }
        return content;
    }

    private void change(NameChange change) {
        change.apply(names);
        unforced.add(change);
    }

    private void requireChange() throws IOException {
        if (isFailing()) {
            throw inputOutputError();
        }
    }

    private boolean isFailing() {
        if (untilFailure != NEVER && untilFailure-- == 0) {
            untilFailure = NEVER;
            isDown = staysDown;
            return true;
        }
        return isDown;
    }

    private void requireRoom() throws IOException {
        if (isFull) {
            throw new IOException("No space left on device");
        }
    }

    private static IOException inputOutputError() {
        return new IOException("Input/output error");
    }

    private final class FakeFile implements DiskFile {

        private final FakeContent content;
        private final int openedIn;
        private boolean isClosed;

        FakeFile(FakeContent content, int openedIn) {
            this.content = content;
            this.openedIn = openedIn;
        }

        @Override
        public long size() throws IOException {
            synchronized (lock) {
                requireOpen();
                return content.size();
            }
        }

        @Override
        public int read(long offset, ByteBuffer into) throws IOException {
            synchronized (lock) {
                requireOpen();
                return content.read((int) offset, into);
            }
        }

        @Override
        public void write(long offset, ByteBuffer from) throws IOException {
            synchronized (lock) {
                requireOpen();
                boolean isTooLong = isFull && offset + from.remaining() > content.size();
                if (isFailing() || isTooLong) {
                    int part = randomness.nextInt(from.remaining() + 1);
                    int room = (int) Math.max(0, content.size() - offset);
                    content.write((int) offset, from, isTooLong ? Math.min(part, room) : part);
                    requireRoom();
                    throw inputOutputError();
                }
                content.write((int) offset, from, from.remaining());
            }
        }

        @Override
        public void truncate(long size) throws IOException {
            synchronized (lock) {
                requireOpen();
                requireChange();
                content.truncate((int) size);
            }
        }

        @Override
        public void force() throws IOException {
            synchronized (lock) {
                requireOpen();
                if (isFailing()) {
                    content.forceInVain(randomness);
                    throw inputOutputError();
                }
                content.force();
            }
        }

        @Override
        public void close() {
            synchronized (lock) {
                isClosed = true;
            }
        }

        private void requireOpen() throws IOException {
            if (isClosed || openedIn != life) {
                throw new IOException("the file is closed");
            }
        }
    }
}
