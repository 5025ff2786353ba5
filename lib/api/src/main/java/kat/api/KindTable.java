package kat.api;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An immutable set of kinds with the look-ups that routes, discovery and clients need. Order is
/// that of discovery: groups and kinds as given.
public final class KindTable {

    private final List<Kind> kinds;
    private final Map<Resource, Kind> byResource = new HashMap<>();
    private final Map<String, Kind> byKind = new HashMap<>();

    private record Resource(String group, String version, String plural) {}

    public KindTable(List<Kind> kinds) {
        this.kinds = List.copyOf(kinds);
        for (Kind kind : kinds) {
            byResource.put(new Resource(kind.group(), kind.version(), kind.plural()), kind);
            byKind.put(kind.toString(), kind);
        }
    }

    public List<Kind> all() {
        return kinds;
    }

    /// The kind behind a path such as `/apis/apps/v1/deployments`.
    public @Nullable Kind byResource(String group, String version, String plural) {
        return byResource.get(new Resource(group, version, plural));
    }

    /// The kind of an object with these type fields.
    public @Nullable Kind byKind(String apiVersion, String kind) {
        return byKind.get(apiVersion + " " + kind);
    }

    /// All versions and kinds of a group, in order.
    public List<Kind> inGroup(String group) {
        List<Kind> found = new ArrayList<>();
        for (Kind kind : kinds) {
            if (kind.group().equals(group)) {
                found.add(kind);
            }
        }
        return found;
    }

    /// A table with further kinds at the end.
    public KindTable with(List<Kind> more) {
        List<Kind> joined = new ArrayList<>(kinds);
        joined.addAll(more);
        return new KindTable(joined);
    }

    /// @throws IllegalStateException when the table has no such kind
    public Kind require(String apiVersion, String kind) {
        Kind found = byKind(apiVersion, kind);
        if (found == null) {
            throw new IllegalStateException("no kind " + apiVersion + " " + kind + " in the table");
        }
        return found;
    }
}
