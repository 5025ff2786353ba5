package kat.apiserver.registry;

import kat.api.json.JsonObject;
import kat.apiserver.registry.Writer.Target;

/// Decides what may be written beyond what permissions and validation say, and completes it.
///
/// **Threads:** any.
public interface Admission {

    /// What is being done.
    enum Operation {
        CREATE,
        UPDATE,
        DELETE
    }

    /// @param live what is stored; empty for a creation
    record Attributes(
            Operation operation,
            Resource resource,
            Target target,
            JsonObject live,
            WriteCall call) {}

    /// The object with what admission adds.
    ///
    /// @throws kat.api.StatusException when it may not be written
    JsonObject admit(Attributes attributes, JsonObject object);

    /// @param object empty for a deletion
    /// @throws kat.api.StatusException when it may not be written
    void validate(Attributes attributes, JsonObject object);
}
