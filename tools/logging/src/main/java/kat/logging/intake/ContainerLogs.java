package kat.logging.intake;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.ZipException;
import kat.logging.line.CriLine;
import kat.logging.line.LineAssembler;
import kat.logging.line.LogSource;
import kat.logging.store.LineStore;
import org.jspecify.annotations.Nullable;

/// The log files of one start of one container, read one after another, oldest first.
///
/// A file stays open from when it is first seen until it is read and no longer written to, so
/// that its last lines are read also when it was deleted meanwhile.
///
/// **Threads:** one owner.
final class ContainerLogs implements AutoCloseable {

    /// The position of a file that was read to its end and is written to no longer.
    static final long DONE = Long.MAX_VALUE;

    /// A line that is longer is cut: no runtime writes such.
    static final int BUFFER = 128 << 10; // bytes

    /// How long lines wait for the labels of a pod that the API has not told of yet.
    private static final long LABELS_NANOS = 3_000_000_000L;

    private final String name;
    private final LineStore store;
    private final PodFacts facts;
    private final LineAssembler assembler;
    private final List<Reading> readings = new ArrayList<>();

    /// The positions of the files that are there, by what tells files apart.
    private final Map<Object, String> present = new HashMap<>();

    /// The positions of files from whose lines some may still wait, by the files' numbers.
    private final Map<Integer, String> waiting = new HashMap<>();

    /// All positions that are kept for this container.
    private final Set<String> kept = new TreeSet<>();

    private final Set<String> missed = new HashSet<>();
    private LogSource source;
    private boolean labelled;
    private boolean liveExists;
    private final long bornNanos;
    private long lastTime;
    private int nextNumber = 1;
    private int resumeNumber;

    /// A file that is read.
    private static final class Reading {
        final int number;
        final String position;
        final LogFile file;
        boolean live;
        boolean deleted;
        long readTo;

        Reading(int number, String position, LogFile file, long readTo) {
            this.number = number;
            this.position = position;
            this.file = file;
            this.readTo = readTo;
        }

        LineAssembler.Place place(long offset) {
            return new LineAssembler.Place(number, offset);
        }
    }

    /// @param name of its folder below the root, and its start; positions are kept under it
    /// @param known positions that are kept under the name
    ContainerLogs(
            String name,
            LogSource source,
            LineStore store,
            PodFacts facts,
            Set<String> known,
            long nowNanos) {
        this.name = name;
        this.source = source;
        this.store = store;
        this.facts = facts;
        this.bornNanos = nowNanos;
        this.kept.addAll(known);
        this.assembler = new LineAssembler(this::take);
    }

    /// What positions of a container's files begin with.
    static String prefix(String name) {
        return name + "@";
    }

    private void take(
            long timeNanos, boolean error, byte[] text, int length, LineAssembler.Place resume) {
        for (; resumeNumber < resume.file(); resumeNumber++) {
            String passed = waiting.get(resumeNumber);
            boolean isRead = readings.stream().noneMatch(each -> each.position.equals(passed));
            if (passed != null && isRead) {
                store.position(passed, DONE);
                waiting.remove(resumeNumber);
            }
        }
        String position = waiting.get(resume.file());
        if (position != null) {
            store.position(position, resume.offset());
        }
        store.add(source, timeNanos, error, text, 0, length);
    }

    /// Whether its files are gone and read.
    boolean isGone() {
        return present.isEmpty() && readings.isEmpty();
    }

    /// Whether there are lines that wait for labels.
    boolean isWaiting() {
        return !readings.isEmpty() && !labelled;
    }

    /// Learns of the files that are there now.
    ///
    /// @param files of this start, oldest first; empty when the folder is gone
    void see(List<PodFolders.Named> files) throws IOException {
        Map<Object, String> before = Map.copyOf(present);
        present.clear();
        liveExists = false;
        for (PodFolders.Named each : files) {
            liveExists |= each.isLive();
            try {
                see(each, before);
            } catch (NoSuchFileException | EOFException | ZipException changing) {
                liveExists |= each.isLive();
            }
        }
        for (Reading reading : readings) {
            reading.deleted = !present.containsValue(reading.position);
        }
        forgetMissing();
    }

    private void see(PodFolders.Named named, Map<Object, String> before) throws IOException {
        Object key = LogFile.keyOf(named.path());
        Reading reading = readingOf(key);
        if (reading != null && reading.file.wasReplaced(reading.readTo)) {
            finish(reading);
            reading = null;
        } else if (reading == null && before.containsKey(key) && !named.isLive()) {
            present.put(key, before.get(key));
            return;
        }
        if (reading == null) {
            open(named, key);
        } else {
            reading.live = named.isLive();
            present.put(key, reading.position);
        }
    }

    /// Positions of files that are gone go too. A file that is renamed in this moment may be
    /// missed once.
    private void forgetMissing() {
        Set<String> gone = new HashSet<>(kept);
        gone.removeAll(present.values());
        readings.forEach(each -> gone.remove(each.position));
        gone.removeAll(waiting.values());
        for (String each : gone) {
            if (missed.contains(each)) {
                store.position(each, LineStore.FORGOTTEN);
                kept.remove(each);
            }
        }
        missed.clear();
        missed.addAll(gone);
        missed.retainAll(kept);
    }

    private @Nullable Reading readingOf(Object key) {
        for (Reading reading : readings) {
            if (key.equals(reading.file.key())) {
                return reading;
            }
        }
        return null;
    }

    private void open(PodFolders.Named named, Object key) throws IOException {
        LogFile file = LogFile.open(named.path(), named.compressed());
        if (file == null) {
            return;
        }
        String position = prefix(name) + file.firstTime();
        Long before = store.positionOf(position);
        boolean isRead = readings.stream().anyMatch(each -> each.position.equals(position));
        if (isRead || (before != null && before == DONE)) {
            file.close();
        } else {
            Reading reading =
                    new Reading(nextNumber++, position, file, before == null ? 0 : before);
            reading.live = named.isLive();
            waiting.put(reading.number, position);
            kept.add(position);
            readings.add(reading);
        }
        present.put(key, position);
    }

    /// Reads on.
    ///
    /// @param buffer of [#BUFFER] bytes, used for one call
    /// @param most how many bytes
    /// @return how many were read
    long read(byte[] buffer, long most, long nowNanos) throws IOException {
        if (readings.isEmpty() || !hasLabels(nowNanos)) {
            return 0;
        }
        long read = 0;
        while (read < most && store.takesMore() && !readings.isEmpty()) {
            Reading reading = readings.getFirst();
            int more = readSome(reading, buffer, nowNanos);
            read += more;
            if (more == 0) {
                if (!hasEnded(reading)) {
                    break;
                }
                finish(reading);
            }
        }
        return read;
    }

    /// Whether nothing more is written to a file. After it was renamed the runtime writes to it
    /// until there is a new one.
    private boolean hasEnded(Reading reading) {
        return reading.deleted || readings.size() > 1 || (!reading.live && liveExists);
    }

    /// Reads whole lines.
    ///
    /// @return how many bytes they have
    private int readSome(Reading reading, byte[] buffer, long nowNanos) throws IOException {
        int size;
        try {
            size = reading.file.read(buffer, 0, buffer.length, reading.readTo);
        } catch (EOFException | ZipException cutOff) {
            return 0;
        }
        int start = 0;
        for (int i = 0; i < size && store.takesMore(); i++) {
            if (buffer[i] == '\n') {
                addLine(reading, buffer, start, i, nowNanos);
                start = i + 1;
            }
        }
        boolean last = hasEnded(reading) && size > 0;
        if (start == 0 && (size == buffer.length || last)) {
            addLine(reading, buffer, 0, size, nowNanos);
            start = size;
        }
        reading.readTo += start;
        return start;
    }

    private void addLine(Reading reading, byte[] buffer, int from, int to, long nowNanos) {
        CriLine line = CriLine.parse(buffer, from, to);
        LineAssembler.Place place = reading.place(reading.readTo + from);
        assembler.add(line == null ? plain(from) : line, buffer, to, place, nowNanos);
        lastTime = line == null ? lastTime : line.timeNanos();
    }

    /// Text that is no line of a runtime is kept as it is, at the time of the line before.
    private CriLine plain(int from) {
        return new CriLine(lastTime, false, false, from);
    }

    /// Labels may change at any time; at the beginning they are waited for.
    private boolean hasLabels(long nowNanos) {
        SequencedMap<String, String> labels = facts.labels(source);
        if (labels != null) {
            labelled = true;
            source = labels.equals(source.labels()) ? source : source.withLabels(labels);
        }
        boolean patient = nowNanos - bornNanos < LABELS_NANOS && !readings.getFirst().deleted;
        return labelled || !patient;
    }

    /// A file that was read to its end gives way to the next one.
    private void finish(Reading reading) throws IOException {
        boolean last = readings.getLast() == reading;
        if (last) {
            assembler.completeAll(reading.place(reading.readTo));
        }
        if (!assembler.isHolding()) {
            store.position(reading.position, DONE);
            waiting.remove(reading.number);
        }
        readings.remove(reading);
        reading.file.close();
    }

    /// Gives on lines to which nothing was added for a while.
    ///
    /// @return whether some still wait
    boolean settle(long nowNanos) {
        Reading last = readings.isEmpty() ? null : readings.getLast();
        LineAssembler.Place place =
                last == null ? new LineAssembler.Place(nextNumber, 0) : last.place(last.readTo);
        return assembler.settle(nowNanos, place);
    }

    /// Gives on everything, and forgets positions: the folder is gone.
    void end() {
        assembler.completeAll(new LineAssembler.Place(nextNumber, 0));
        kept.forEach(position -> store.position(position, LineStore.FORGOTTEN));
        kept.clear();
    }

    @Override
    public void close() throws IOException {
        for (Reading reading : readings) {
            reading.file.close();
        }
        readings.clear();
    }
}
