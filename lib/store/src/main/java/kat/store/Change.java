package kat.store;

import kat.base.Check;

/// What a transaction does to one key.
///
/// Keys are not empty and sort as `String.compareTo` does, which for ASCII is the order of bytes.
public sealed interface Change {

    String key();

    /// Writes `value`, whether or not there was an entry.
    record Put(String key, Value value) implements Change {
        public Put {
            Check.argument(!key.isEmpty(), "a key is not empty");
        }
    }

    /// Removes the entry; does nothing, and makes no event, when there is none.
    record Delete(String key) implements Change {
        public Delete {
            Check.argument(!key.isEmpty(), "a key is not empty");
        }
    }
}
