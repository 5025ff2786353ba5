package kat.api.quota;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import kat.api.QualityOfService;
import kat.api.Quantity;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// Pods count for one as long as they are stored, and for what they ask for until they have ended
/// or should have.
record PodEvaluator() implements Evaluator {

    private static final String COUNT = "count/pods";
    private static final String REQUESTS = "requests.";
    private static final String LIMITS = "limits.";
    private static final String HUGE_PAGES = "hugepages-";
    private static final String DEVICE_CLASS = "deviceclass.resource.kubernetes.io/";
    private static final List<String> COMPUTE = List.of("cpu", "memory", "ephemeral-storage");
    private static final Set<String> NAMES =
            Set.of(
                    COUNT,
                    "pods",
                    "cpu",
                    "memory",
                    "ephemeral-storage",
                    "requests.cpu",
                    "requests.memory",
                    "requests.ephemeral-storage",
                    "limits.cpu",
                    "limits.memory",
                    "limits.ephemeral-storage");

    /// Where one of these is limited, each container must say how much it wants.
    private static final Set<String> OBLIGATORY =
            Set.of(
                    "cpu",
                    "memory",
                    "requests.cpu",
                    "requests.memory",
                    "limits.cpu",
                    "limits.memory");

    @Override
    public SortedSet<String> matching(Collection<String> names) {
        SortedSet<String> found = new TreeSet<>();
        for (String name : names) {
            if (NAMES.contains(name)
                    || name.startsWith(HUGE_PAGES)
                    || name.startsWith(REQUESTS + HUGE_PAGES)
                    || isRequestOfExtended(name)) {
                found.add(name);
            }
        }
        return found;
    }

    private static boolean isRequestOfExtended(String name) {
        return name.startsWith(REQUESTS)
                && (!isNative(name) || name.startsWith(REQUESTS + DEVICE_CLASS));
    }

    private static boolean isNative(String name) {
        return !name.contains("/") || name.contains("kubernetes.io/");
    }

    private static boolean isExtended(String name) {
        return name.startsWith(DEVICE_CLASS) || (!isNative(name) && !name.startsWith(REQUESTS));
    }

    @Override
    public Amounts usage(JsonObject pod, Instant now) {
        Amounts stored = Amounts.of(COUNT, Quantity.of(1));
        return isOver(pod, now)
                ? stored
                : stored.plus(usage(PodAmounts.requests(pod), PodAmounts.limits(pod)));
    }

    private static Amounts usage(Amounts requests, Amounts limits) {
        TreeMap<String, Quantity> usage = new TreeMap<>();
        usage.put("pods", Quantity.of(1));
        for (String name : COMPUTE) {
            if (requests.has(name)) {
                usage.put(name, requests.get(name));
                usage.put(REQUESTS + name, requests.get(name));
            }
            if (limits.has(name)) {
                usage.put(LIMITS + name, limits.get(name));
            }
        }
        requests.byName()
                .forEach(
                        (name, amount) -> {
                            if (name.startsWith(HUGE_PAGES)) {
                                usage.put(name, amount);
                            }
                            if (name.startsWith(HUGE_PAGES) || isExtended(name)) {
                                usage.put(REQUESTS + name, amount);
                            }
                        });
        return new Amounts(usage);
    }

    /// Whether it has ended, or was to be gone by now.
    private static boolean isOver(JsonObject pod, Instant now) {
        String phase = pod.object("status").string("phase");
        if (phase.equals("Failed") || phase.equals("Succeeded")) {
            return true;
        }
        Instant end = end(pod);
        return end != null && now.isAfter(end);
    }

    /// When a pod that is being deleted stops to count; null when it is not.
    private static @Nullable Instant end(JsonObject pod) {
        JsonObject metadata = pod.object("metadata");
        if (!metadata.has("deletionTimestamp") || !metadata.has("deletionGracePeriodSeconds")) {
            return null;
        }
        return Instant.parse(metadata.string("deletionTimestamp"))
                .plusSeconds(metadata.integer("deletionGracePeriodSeconds", 0));
    }

    @Override
    public boolean handles(Write write) {
        if (write.isWhole()) {
            return write.isCreation() || isLimited(write.object()) != isLimited(write.live());
        }
        return write.subresource().equals("resize") && !write.isCreation();
    }

    /// Whether its time is limited: quotas call that terminating.
    private static boolean isLimited(JsonObject pod) {
        return pod.object("spec").integer("activeDeadlineSeconds", -1) >= 0;
    }

    @Override
    public boolean isIn(Quota.Scope scope, JsonObject pod) {
        return switch (scope.name()) {
            case "Terminating" -> isLimited(pod);
            case "NotTerminating" -> !isLimited(pod);
            case "BestEffort" -> isBestEffort(pod);
            case "NotBestEffort" -> !isBestEffort(pod);
            case "PriorityClass" -> scope.matches(pod.object("spec").string("priorityClassName"));
            case "CrossNamespacePodAffinity" -> looksElsewhere(pod);
            default -> false;
        };
    }

    private static boolean isBestEffort(JsonObject pod) {
        String known = pod.object("status").string("qosClass");
        String quality = known.isEmpty() ? QualityOfService.of(pod.object("spec")) : known;
        return quality.equals("BestEffort");
    }

    /// Whether its affinity names pods of other namespaces.
    private static boolean looksElsewhere(JsonObject pod) {
        JsonObject affinity = pod.at("spec", "affinity");
        List<JsonObject> terms = new ArrayList<>();
        for (String side : List.of("podAffinity", "podAntiAffinity")) {
            JsonObject all = affinity.object(side);
            terms.addAll(all.array("requiredDuringSchedulingIgnoredDuringExecution").objects());
            for (JsonObject weighted :
                    all.array("preferredDuringSchedulingIgnoredDuringExecution").objects()) {
                terms.add(weighted.object("podAffinityTerm"));
            }
        }
        return terms.stream()
                .anyMatch(
                        term ->
                                term.array("namespaces").size() > 0
                                        || term.has("namespaceSelector"));
    }

    @Override
    public String missing(Collection<String> names, JsonObject pod) {
        if (PodAmounts.isSetForPod(pod)) {
            return "";
        }
        SortedSet<String> obligatory = Evaluator.common(names, OBLIGATORY);
        SortedMap<String, SortedSet<String>> lacking = new TreeMap<>();
        List<JsonObject> containers = new ArrayList<>();
        containers.addAll(pod.object("spec").array("containers").objects());
        containers.addAll(pod.object("spec").array("initContainers").objects());
        for (JsonObject container : containers) {
            JsonObject resources = container.object("resources");
            Amounts said =
                    usage(
                            Amounts.parse(resources.object("requests")),
                            Amounts.parse(resources.object("limits")));
            for (String name : obligatory) {
                if (!said.has(name)) {
                    lacking.computeIfAbsent(name, _ -> new TreeSet<>())
                            .add(container.string("name"));
                }
            }
        }
        List<String> parts = new ArrayList<>();
        for (Map.Entry<String, SortedSet<String>> entry : lacking.entrySet()) {
            parts.add(entry.getKey() + " for: " + String.join(",", entry.getValue()));
        }
        return parts.isEmpty() ? "" : "must specify " + String.join("; ", parts);
    }
}
