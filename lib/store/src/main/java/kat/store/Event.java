package kat.store;

import java.util.function.Function;
import kat.base.Check;
import org.jspecify.annotations.Nullable;

/// One change of one key, as watchers see it.
///
/// **Threads:** immutable but for its memos, which any thread may fill.
public final class Event {

    /// What happened to the key.
    public enum Type {
        PUT,
        DELETE
    }

    private final Type type;
    private final Entry entry;
    private final @Nullable Entry previous;
    private final Memos memos = new Memos();
    private @Nullable Version made; // the writer's
    private @Nullable Topic topic; // the writer's; null: the key has none

    Event(Type type, Entry entry, @Nullable Entry previous) {
        this.type = type;
        this.entry = entry;
        this.previous = previous;
    }

    public Type type() {
        return type;
    }

    /// What was written; for a delete, what was removed, with version 0, stamped with the revision
    /// and carrying the cause of the delete.
    public Entry entry() {
        return entry;
    }

    /// The entry before the change; null when the key was absent.
    public @Nullable Entry previous() {
        return previous;
    }

    public String key() {
        return entry.key();
    }

    /// The revision of the change; the changes of one transaction share it.
    public long revision() {
        return entry.modRevision();
    }

    /// As [Entry#view]: computed at most once per type, shared by all watchers.
    public <T> T view(Class<T> viewType, Function<? super Event, ? extends T> compute) {
        return memos.get(viewType, this, compute);
    }

    /// Gives up what was computed from what this event superseded or removed, and what nobody
    /// used. For the writer, once watchers that keep up have seen the event.
    void forgetViews() {
        memos.clear();
        if (previous != null) {
            previous.forgetViews();
        }
        if (type == Type.DELETE) {
            entry.forgetViews();
        } else {
            entry.forgetUnusedSource();
        }
    }

    /// Remembers what this event made and the topic of its key. For the writer.
    void publish(Version version, @Nullable Topic ofKey) {
        made = version;
        topic = ofKey;
    }

    /// The topic of the key; null when it has none. For the writer.
    @Nullable Topic topic() {
        return topic;
    }

    /// The version this event made, which there is once it was published. For the writer.
    Version made() {
        return Check.notNull(made, "the event was published");
    }

    @Override
    public String toString() {
        return type + " " + entry;
    }
}
