package kat.controllers.namespace;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.controllers.workload.Conditions;

/// What is told of a namespace that is being emptied.
///
/// **Source:** kube-controller-manager `namespace/deletion/namespaced_resources_deleter.go`.
final class NamespaceEmptying {

    private NamespaceEmptying() {}

    /// Kinds that go together, once nothing of the stages before is left.
    ///
    /// @param isCounted whether what is left of these kinds is told; as in Kubernetes, not that of
    ///     pods, which go first
    record Stage(List<Kind> kinds, boolean isCounted) {}

    /// What keeps a namespace beside what is left in it.
    ///
    /// @param away versions of groups whose servers cannot be asked, as `GROUP/VERSION`, in order
    /// @param content what went wrong with objects of a kind, in the server's words
    record Failures(List<String> away, SequencedMap<Kind, String> content) {

        boolean isEmpty() {
            return away.isEmpty() && content.isEmpty();
        }
    }

    /// Pods go before everything that they may still need.
    ///
    /// **Source:** KEP-5080 (ordered namespace deletion).
    static List<Stage> stages(List<Kind> kinds) {
        return List.of(
                new Stage(kinds.stream().filter(Kinds.POD::equals).toList(), false),
                new Stage(kinds.stream().filter(kind -> !kind.equals(Kinds.POD)).toList(), true));
    }

    /// @param content what is left of each kind; kinds without objects need not be there
    static JsonArray conditions(
            KubeObject namespace,
            SequencedMap<Kind, List<KubeObject>> content,
            Failures failures,
            Instant now) {
        Map<String, Integer> remaining = new TreeMap<>();
        Map<String, Integer> finalizers = new TreeMap<>();
        content.forEach(
                (kind, objects) -> {
                    if (!objects.isEmpty()) {
                        remaining.put(kind.plural() + "." + kind.group(), objects.size());
                    }
                    for (KubeObject object : objects) {
                        object.finalizers()
                                .forEach(name -> finalizers.merge(name, 1, Integer::sum));
                    }
                });
        JsonArray conditions = namespace.status().array("conditions");
        conditions =
                failures.away().isEmpty()
                        ? fine(conditions, "DiscoveryFailure", "ResourcesDiscovered", now)
                        : Conditions.set(conditions, undiscovered(failures.away()), now);
        conditions = fine(conditions, "GroupVersionParsingFailure", "ParsedGroupVersions", now);
        conditions =
                failures.content().isEmpty()
                        ? fine(conditions, "ContentFailure", "ContentDeleted", now)
                        : Conditions.set(conditions, failed(failures.content().values()), now);
        conditions = Conditions.set(conditions, remaining(remaining), now);
        return Conditions.set(conditions, held(finalizers), now);
    }

    private static JsonObject undiscovered(List<String> away) {
        String each =
                away.stream()
                        .map(version -> version + ": stale GroupVersion discovery: " + version)
                        .collect(Collectors.joining(", "));
        return Conditions.of(
                "NamespaceDeletionDiscoveryFailure",
                "True",
                "DiscoveryFailed",
                "Discovery failed for some groups, "
                        + away.size()
                        + " failing: unable to retrieve the complete list of server APIs: "
                        + each);
    }

    private static JsonObject failed(Collection<String> failures) {
        return Conditions.of(
                "NamespaceDeletionContentFailure",
                "True",
                "ContentDeletionFailed",
                "Failed to delete all resource types, "
                        + failures.size()
                        + " remaining: "
                        + failures.stream().sorted().collect(Collectors.joining(", ")));
    }

    private static JsonArray fine(JsonArray before, String what, String reason, Instant now) {
        String message =
                switch (reason) {
                    case "ResourcesDiscovered" -> "All resources successfully discovered";
                    case "ParsedGroupVersions" -> "All legacy kube types successfully parsed";
                    default -> "All content successfully deleted, may be waiting on finalization";
                };
        return Conditions.set(
                before, Conditions.of("NamespaceDeletion" + what, "False", reason, message), now);
    }

    private static JsonObject remaining(Map<String, Integer> counts) {
        List<String> parts = new ArrayList<>();
        counts.forEach(
                (resource, count) -> parts.add(resource + " has " + count + " resource instances"));
        return counts.isEmpty()
                ? Conditions.of(
                        "NamespaceContentRemaining",
                        "False",
                        "ContentRemoved",
                        "All content successfully removed")
                : Conditions.of(
                        "NamespaceContentRemaining",
                        "True",
                        "SomeResourcesRemain",
                        "Some resources are remaining: " + String.join(", ", parts));
    }

    private static JsonObject held(Map<String, Integer> counts) {
        List<String> parts = new ArrayList<>();
        counts.forEach(
                (finalizer, count) ->
                        parts.add(finalizer + " in " + count + " resource instances"));
        return counts.isEmpty()
                ? Conditions.of(
                        "NamespaceFinalizersRemaining",
                        "False",
                        "ContentHasNoFinalizers",
                        "All content-preserving finalizers finished")
                : Conditions.of(
                        "NamespaceFinalizersRemaining",
                        "True",
                        "SomeFinalizersRemain",
                        "Some content in the namespace has finalizers remaining: "
                                + String.join(", ", parts));
    }
}
