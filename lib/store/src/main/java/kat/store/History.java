package kat.store;

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

    private final Topics topics;
    private final Topic everything = new Topic();
    private final ConcurrentMap<String, Topic> byName = new ConcurrentHashMap<>();
    private int size; // writer only: events
    private long bytes; // writer only: of their entries

    History(Topics topics) {
        this.topics = topics;
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
        size--;
        bytes -= first.entry().bytes().length;
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
