package kat.store;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedCollection;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/// All events not compacted, in one log and again by topic.
///
/// **Threads:** one writer, any readers.
final class History {

    /// How many events watchers may be behind and still find what others computed from them. Parsed
    /// objects are several times as large as their bytes, so old versions keep only these.
    private static final int KEEPING_UP = 512;

    /// The same for large ones: what part of the history's bytes these events may have.
    private static final int KEEPING_UP_SHARE = 8;

    private final Topics topics;
    private final long keepingUpBytes;
    private final Topic everything = new Topic();
    private final ConcurrentMap<String, Topic> byName = new ConcurrentHashMap<>();
    private int size; // writer only: events
    private long bytes; // writer only: of their entries
    private final Deque<Event> recent = new ArrayDeque<>(); // writer only: at most KEEPING_UP
    private long recentBytes; // writer only: of their entries

    History(StoreConfig config) {
        this.topics = config.topics();
        this.keepingUpBytes = config.history().maxBytes() / KEEPING_UP_SHARE;
    }

    /// The topic that holds every event of `keys`: its own when they all lie within one, else the
    /// one of everything.
    Topic topicOf(KeyRange keys) {
        String name = name(keys.from());
        boolean within = !name.isEmpty() && KeyRange.prefix(name).encloses(keys);
        return within ? byName.computeIfAbsent(name, _ -> new Topic()) : everything;
    }

    /// For the writer.
    void append(Event event) {
        everything.log().append(event);
        Topic topic = event.topic();
        if (topic != null) {
            topic.log().append(event);
        }
        recent.addLast(event);
        recentBytes += event.entry().bytes().length;
        while (isTooMuchRecent()) {
            dropFirstRecent();
        }
        size++;
        bytes += event.entry().bytes().length;
    }

    /// The oldest event; null when there is none. For the writer.
    @Nullable Event first() {
        return everything.log().first();
    }

    /// Forgets `first`, the oldest event. For the writer.
    void dropFirst(Event first) {
        everything.log().dropFirst();
        Topic topic = first.topic();
        if (topic != null) {
            topic.log().first();
            topic.log().dropFirst();
        }
        if (recent.peekFirst() == first) {
            dropFirstRecent();
        }
        size--;
        bytes -= first.entry().bytes().length;
    }

    private boolean isTooMuchRecent() {
        return recent.size() > KEEPING_UP || (recentBytes > keepingUpBytes && recent.size() > 1);
    }

    private void dropFirstRecent() {
        Event first = recent.removeFirst();
        recentBytes -= first.entry().bytes().length;
        first.forgetViews();
    }

    /// Calls those back who wait for any of `events`. For the writer, once readers may see them.
    void wake(List<Event> events) {
        SequencedCollection<Topic> touched = new LinkedHashSet<>();
        touched.add(everything);
        for (Event event : events) {
            Topic topic = event.topic();
            if (topic != null) {
                touched.add(topic);
            }
        }
        touched.forEach(Topic::wake);
    }

    /// Calls all back who wait.
    void wakeAll() {
        everything.wake();
        byName.values().forEach(Topic::wake);
    }

    int size() {
        return size;
    }

    long bytes() {
        return bytes;
    }

    /// The topic of `key`; null when it has none.
    @Nullable Topic topicOf(String key) {
        String name = name(key);
        if (name.isEmpty()) {
            return null;
        }
        Topic known = byName.get(name);
        return known != null ? known : byName.computeIfAbsent(name, _ -> new Topic());
    }

    private String name(String key) {
        return key.substring(0, topics.prefixLength(key));
    }
}
