package kat.apiserver.registry;

import kat.api.json.JsonObject;
import kat.store.Entry;

/// How the bytes that are stored relate to the version that a [Resource] serves.
interface Form {

    /// Whether an entry's bytes are in the served form as they are.
    boolean isServed(Entry entry);

    /// The served tree of an entry whose bytes are not.
    JsonObject served(JsonObject stored);

    /// The tree to store.
    JsonObject stored(JsonObject served);

    /// Objects whose stored bytes are served as they are.
    Form SAME =
            new Form() {
                @Override
                public boolean isServed(Entry entry) {
                    return true;
                }

                @Override
                public JsonObject served(JsonObject stored) {
                    return stored;
                }

                @Override
                public JsonObject stored(JsonObject served) {
                    return served;
                }
            };

    /// Objects that are always turned from a stored version into another.
    static Form converted(Conversion conversion) {
        return new Form() {
            @Override
            public boolean isServed(Entry entry) {
                return false;
            }

            @Override
            public JsonObject served(JsonObject stored) {
                return conversion.toServed().apply(stored);
            }

            @Override
            public JsonObject stored(JsonObject served) {
                return conversion.toStored().apply(served);
            }
        };
    }
}
