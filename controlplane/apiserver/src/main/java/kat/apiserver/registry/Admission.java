package kat.apiserver.registry;

import java.util.List;
import kat.api.Kind;
import kat.api.json.JsonObject;
import kat.apiserver.registry.Writer.Target;
import kat.store.Entry;
import org.jspecify.annotations.Nullable;

/// Decides what may be written beyond what permissions and validation say, and completes it.
///
/// **Threads:** any.
public interface Admission {

    /// What is being done.
    enum Operation {
        CREATE,
        UPDATE,
        DELETE,
        /// A stream is opened: exec, attach, port-forward, proxy.
        CONNECT
    }

    /// What is written where.
    ///
    /// @param live what is stored; empty for a creation
    /// @param part the kind of what is sent to a subresource when it is not the resource's own:
    ///     Scale, Binding, Eviction …
    record Attributes(
            Operation operation,
            Resource resource,
            Target target,
            JsonObject live,
            WriteCall call,
            @Nullable Kind part) {

        public Attributes(
                Operation operation,
                Resource resource,
                Target target,
                JsonObject live,
                WriteCall call) {
            this(operation, resource, target, live, call, null);
        }

        /// The same about another object, such as one that has its name now.
        Attributes of(Target other) {
            return new Attributes(operation, resource, other, live, call, part);
        }
    }

    /// The object with what admission adds.
    ///
    /// @param object empty for a deletion
    /// @throws kat.api.StatusException when it may not be written
    JsonObject admit(Attributes attributes, JsonObject object);

    /// @param object empty for a deletion
    /// @throws kat.api.StatusException when it may not be written
    void validate(Attributes attributes, JsonObject object);

    /// An object that is written together with another one, or not at all.
    ///
    /// @param entry what it was judged by; when it has changed meanwhile, all is judged again
    record Charge(Target target, Entry entry, JsonObject next) {}

    /// What a valid object uses up, asked last: the quotas as they are with it. Dry runs ask too.
    ///
    /// @throws kat.api.StatusException when there is not enough left
    default List<Charge> charges(Attributes attributes, JsonObject object) {
        return List.of();
    }
}
