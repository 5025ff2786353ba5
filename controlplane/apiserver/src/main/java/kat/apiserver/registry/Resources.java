package kat.apiserver.registry;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import kat.api.Kind;
import kat.api.KindTable;
import org.jspecify.annotations.Nullable;

/// Every kind that is served, found by its place in paths.
///
/// **Threads:** immutable.
public final class Resources {

    /// Groups whose objects would be stored but not acted on, which would be a hole: they answer
    /// as if they were not there.
    private static final Set<String> NOT_YET =
            Set.of(
                    "admissionregistration.k8s.io",
                    "apiextensions.k8s.io",
                    "apiregistration.k8s.io");

    private final KindTable kinds;
    private final Map<Kind, Resource> byKind = new HashMap<>();
    private final Set<String> groups = new HashSet<>();

    public Resources(KindTable all) {
        this.kinds =
                new KindTable(
                        all.all().stream()
                                .filter(kind -> !NOT_YET.contains(kind.group()))
                                .toList());
        for (Kind kind : kinds.all()) {
            byKind.put(kind, new Resource(kind, storedAs(kind), Conversions.of(kind)));
            groups.add(kind.group());
        }
    }

    private static String storedAs(Kind kind) {
        return kind.group().equals("events.k8s.io") ? "events" : kind.resource();
    }

    public KindTable kinds() {
        return kinds;
    }

    public boolean hasGroup(String group) {
        return groups.contains(group);
    }

    public @Nullable Resource find(String group, String version, String plural) {
        Kind kind = kinds.byResource(group, version, plural);
        return kind == null ? null : byKind.get(kind);
    }

    /// @throws IllegalStateException when the kind is not served
    public Resource require(Kind kind) {
        Resource found = byKind.get(kind);
        if (found == null) {
            throw new IllegalStateException("the kind " + kind + " is not served");
        }
        return found;
    }
}
