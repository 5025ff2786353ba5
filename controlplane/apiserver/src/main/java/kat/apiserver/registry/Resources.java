package kat.apiserver.registry;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import kat.api.Kind;
import kat.api.KindTable;
import kat.api.custom.CustomKind;
import kat.api.custom.Definition;
import org.jspecify.annotations.Nullable;

/// Every kind that is served, found by its place in paths. Built-in kinds are there from the
/// beginning; definitions add and remove custom ones while the server runs.
///
/// **Threads:** reads by any; each gets one consistent table. [#define] by one at a time.
public final class Resources {

    private final List<Kind> builtIn;
    private final Map<Kind, Resource> builtInByKind = new HashMap<>();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile Table table;
    private volatile boolean usage;

    /// What is served at one time.
    private record Table(
            KindTable kinds,
            Map<Place, Resource> byPlace,
            Set<String> groups,
            List<Custom> custom) {}

    private record Place(String group, String version, String plural) {}

    /// One definition as it is served.
    ///
    /// @param since the revision since which its versions are as they are
    public record Custom(Definition definition, long since, List<Resource> resources) {
        public Custom {
            resources = List.copyOf(resources);
        }
    }

    public Resources(KindTable all) {
        this.builtIn = List.copyOf(all.all());
        for (Kind kind : builtIn) {
            builtInByKind.put(kind, new Resource(kind, storedAs(kind), Conversions.of(kind)));
        }
        this.table = table(List.of());
    }

    private Table table(List<Custom> custom) {
        Map<Place, Resource> byPlace = new HashMap<>();
        Set<String> groups = new HashSet<>();
        List<Kind> kinds = new ArrayList<>(builtIn);
        builtInByKind.values().forEach(resource -> byPlace.put(place(resource.kind()), resource));
        for (Custom each : custom) {
            for (Resource resource : each.resources()) {
                if (byPlace.putIfAbsent(place(resource.kind()), resource) == null) {
                    kinds.add(resource.kind());
                }
            }
        }
        builtIn.forEach(kind -> groups.add(kind.group()));
        return new Table(new KindTable(kinds), byPlace, groups, List.copyOf(custom));
    }

    private static Place place(Kind kind) {
        return new Place(kind.group(), kind.version(), kind.plural());
    }

    private static String storedAs(Kind kind) {
        return kind.group().equals("events.k8s.io") ? "events" : kind.resource();
    }

    /// Serves these definitions and no others. Watches of a definition that is gone are told of
    /// the end of its objects, which went before; those of one that changed end at once.
    ///
    /// @param definitions in the order of discovery
    public void define(List<Custom> definitions) {
        Table before = table;
        Table after = table(definitions);
        table = after;
        Set<String> names = new HashSet<>();
        after.custom().forEach(custom -> names.add(custom.definition().object().name()));
        before.byPlace()
                .forEach(
                        (place, resource) -> {
                            if (after.byPlace().get(place) != resource) {
                                resource.retire(!names.contains(resource.kind().resource()));
                            }
                        });
        listeners.forEach(Runnable::run);
    }

    /// The resources of a definition's versions.
    ///
    /// @param since the revision of the definition's versions
    public static List<Resource> of(
            Definition definition, long since, CustomForm.Conversion conversion) {
        List<Resource> resources = new ArrayList<>();
        for (CustomKind version : definition.served()) {
            CustomForm form = new CustomForm(version, definition, since, conversion);
            resources.add(new Resource(version, form, definition.is("Terminating")));
        }
        return resources;
    }

    /// Serves what nodes and pods use, which is not stored and so is in no table.
    public void tellUsage() {
        usage = true;
    }

    /// Whether `metrics.k8s.io` is served.
    public boolean tellsUsage() {
        return usage;
    }

    /// The definitions that are served.
    public List<Custom> custom() {
        return table.custom();
    }

    /// Calls back whenever other kinds are served; [#kinds] gives them. The callback must be
    /// quick.
    ///
    /// @return ends the calls
    public Runnable onChange(Runnable callback) {
        listeners.add(callback);
        return () -> listeners.remove(callback);
    }

    /// Every kind that is served now. The same table as long as nothing changes.
    public KindTable kinds() {
        return table.kinds();
    }

    /// Whether built-in kinds have this group.
    public boolean hasGroup(String group) {
        return table.groups().contains(group);
    }

    /// Whether a kind has this place that is not a custom resource.
    public boolean isBuiltIn(String group, String plural) {
        return builtIn.stream()
                .anyMatch(kind -> kind.group().equals(group) && kind.plural().equals(plural));
    }

    public @Nullable Resource find(String group, String version, String plural) {
        return table.byPlace().get(new Place(group, version, plural));
    }

    /// The resource of a kind; null when it is not served, or no longer.
    public @Nullable Resource find(Kind kind) {
        Resource builtInOne = builtInByKind.get(kind);
        return builtInOne != null ? builtInOne : table.byPlace().get(place(kind));
    }

    /// The other versions in which a resource's objects are served.
    public List<Resource> otherVersions(Resource resource) {
        List<Resource> others = new ArrayList<>();
        for (Kind kind : kinds().all()) {
            Resource other = find(kind);
            if (other != null && other != resource && other.prefix().equals(resource.prefix())) {
                others.add(other);
            }
        }
        return others;
    }

    /// @throws IllegalStateException when the kind is not served
    public Resource require(Kind kind) {
        Resource found = find(kind);
        if (found == null) {
            throw new IllegalStateException("the kind " + kind + " is not served");
        }
        return found;
    }
}
