package kat.store;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes events of what a log tells, each on top of what was there before it.
final class Told {

    private final Memory memory;
    private final Map<String, Event> changed = new HashMap<>();

    Told(Memory memory) {
        this.memory = memory;
    }

    /// Null when a key is removed that was not there.
    @Nullable Event event(Mirror.Fact fact) {
        Event event =
                switch (fact) {
                    case Mirror.Written written -> {
                        Entry previous = current(written.key());
                        yield new Event(Event.Type.PUT, written.entry(), previous);
                    }
                    case Mirror.Removed(String key, long revision, Cause cause) -> {
                        Entry previous = current(key);
                        yield previous == null
                                ? null
                                : new Event(
                                        Event.Type.DELETE,
                                        previous.removed(revision, cause),
                                        previous);
                    }
                };
        if (event != null) {
            changed.put(event.key(), event);
        }
        return event;
    }

    private @Nullable Entry current(String key) {
        Event event = changed.get(key);
        if (event == null) {
            return memory.newest(key);
        }
        return event.type() == Event.Type.PUT ? event.entry() : null;
    }
}
