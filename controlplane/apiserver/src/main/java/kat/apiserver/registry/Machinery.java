package kat.apiserver.registry;

import java.util.List;
import kat.api.KubeObject;
import kat.api.Status;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// What a kind's schema and rules do to an object on its way into the store, in this order:
/// [#defaulted], [#owned], admission, [#preparedForCreate] or [#preparedForUpdate], then the
/// faults.
///
/// **Threads:** any.
public interface Machinery {

    /// With every default filled in.
    JsonObject defaulted(Resource resource, JsonObject object);

    /// With `managedFields` that tell who set what.
    ///
    /// @param live what is stored; empty for a creation
    JsonObject owned(Resource resource, WriteCall call, JsonObject live, JsonObject next);

    /// The stored object, or none, with an applied configuration merged in and its owner entered.
    ///
    /// @throws kat.api.StatusException when others own what it changes, or it cannot be applied
    KubeObject applied(
            Resource resource,
            WriteCall call,
            @Nullable KubeObject live,
            KubeObject wish,
            boolean force);

    /// Without what a creator may not set, with what the server sets.
    ///
    /// @param call is warned of old ways that were replaced by today's
    JsonObject preparedForCreate(Resource resource, WriteCall call, JsonObject object);

    /// With what this way of writing may not change taken from the stored object.
    JsonObject preparedForUpdate(
            Resource resource, String subresource, JsonObject next, JsonObject live);

    /// A valid object as it is once it was stored and read again.
    JsonObject readBack(Resource resource, JsonObject object);

    /// Empty when the object is valid.
    List<Status.Cause> faultsOfCreate(Resource resource, JsonObject object);

    /// @param call is warned of what is wrong and let pass
    List<Status.Cause> faultsOfUpdate(
            Resource resource, WriteCall call, JsonObject next, JsonObject live);

    /// What the sender of an accepted object is told of it.
    List<String> warningsOfCreate(Resource resource, JsonObject object);

    /// What the sender of an accepted new version is told of it.
    List<String> warningsOfUpdate(
            Resource resource, String subresource, JsonObject next, JsonObject live);
}
