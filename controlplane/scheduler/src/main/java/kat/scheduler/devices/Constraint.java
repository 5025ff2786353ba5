package kat.scheduler.devices;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// What the devices of a claim must have in common, or apart; knows those chosen so far.
///
/// Where Kubernetes forgets all but the last of one request, here all values are apart.
///
/// **Threads:** one.
final class Constraint {

    private final Set<String> requests;
    private final String attribute;
    private final boolean isCommon;
    private final List<Json> values = new ArrayList<>();

    private Constraint(Set<String> requests, String attribute, boolean isCommon) {
        this.requests = requests;
        this.attribute = attribute;
        this.isCommon = isCommon;
    }

    /// @return null for a constraint of an unknown kind
    static @Nullable Constraint parse(JsonObject tree) {
        Set<String> requests = new HashSet<>(tree.array("requests").strings());
        if (tree.has("matchAttribute")) {
            return new Constraint(requests, tree.string("matchAttribute"), true);
        }
        return tree.has("distinctAttribute")
                ? new Constraint(requests, tree.string("distinctAttribute"), false)
                : null;
    }

    private boolean concerns(ClaimRequests.Entry entry, ClaimRequests.Option option) {
        return requests.isEmpty()
                || requests.contains(entry.name())
                || requests.contains(option.shown());
    }

    /// Takes a device in; gives back whether it may be with the others.
    boolean add(ClaimRequests.Entry entry, ClaimRequests.Option option, Device device) {
        if (!concerns(entry, option)) {
            return true;
        }
        Json value = device.attribute(attribute);
        boolean fits =
                value != null
                        && (isCommon
                                ? values.isEmpty() || values.getFirst().equals(value)
                                : !values.contains(value));
        if (value != null && fits) {
            values.add(value);
        }
        return fits;
    }

    /// Takes the device out that came in last.
    void removeLast(ClaimRequests.Entry entry, ClaimRequests.Option option) {
        if (concerns(entry, option)) {
            values.removeLast();
        }
    }
}
