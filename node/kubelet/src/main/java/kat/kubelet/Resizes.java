package kat.kubelet;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import kat.api.KubeObject;
import kat.api.Quantity;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.quota.Amounts;
import kat.cri.LinuxResources;
import kat.kubelet.PodRuntime.Known;
import kat.kubelet.spec.PodResources;
import org.jspecify.annotations.Nullable;

/// What has other resources than its pod asks for, since they were changed after the start:
/// running containers, and the pod as a whole.
///
/// **Source:** KEP-1287 (in-place update of pod resources), KEP-5419 (of pods as a whole);
/// `computePodResizeAction` in `pkg/kubelet/kuberuntime`.
final class Resizes {

    private static final List<String> LISTS = List.of("containers", "initContainers");
    private static final List<String> PARTS = List.of("limits", "requests");
    private static final List<String> RESIZABLE = List.of("cpu", "memory");

    private Resizes() {}

    /// A container and what it should have.
    ///
    /// @param actual what it has
    /// @param desired what it should have, with limits of its pod where it has none
    /// @param restart whether it asks to be started anew for such a change
    record Resize(
            Known known,
            JsonObject container,
            JsonObject actual,
            JsonObject desired,
            boolean restart) {}

    /// What a pod as a whole was given.
    ///
    /// @param requests what it asks for itself, of what can be resized
    /// @param limits its own, of what can be resized
    /// @param group what its control group was set to
    record Whole(Amounts requests, Amounts limits, LinuxResources group) {

        static Whole of(KubeObject pod) {
            JsonObject own = pod.spec().object("resources");
            return new Whole(
                    resizable(own.object("requests")),
                    resizable(own.object("limits")),
                    PodResources.ofPod(pod));
        }
    }

    /// What becomes of a change of resources.
    ///
    /// @param waits why the pod does not get what it asks for; empty when it does
    /// @param failure why it cannot be given what it was promised; empty when it can
    /// @param generation of the pod when it was promised what it is being given; 0 when nothing
    ///     is being changed
    /// @param whole what the pod as a whole was given; null while it has no sandbox
    record State(String waits, String failure, long generation, @Nullable Whole whole) {

        static final State NONE = new State("", "", 0, null);

        State withWaits(String value) {
            return new State(value, failure, generation, whole);
        }

        State withFailure(String value) {
            return new State(waits, value, generation, whole);
        }

        /// The pod was promised something else; what became of earlier changes is forgotten.
        State begun(long generation) {
            return new State(waits, "", generation, whole);
        }

        State withWhole(@Nullable Whole value) {
            return new State(waits, failure, generation, value);
        }
    }

    static List<Resize> of(PodDecisions.View view) {
        List<Resize> wanted = new ArrayList<>();
        for (Known known : view.runtime().running()) {
            JsonObject actual = view.memory().resources().get(known.id());
            JsonObject container = find(view.pod(), known.name());
            if (actual != null && !container.isEmpty()) {
                JsonObject desired = effective(view.pod(), container);
                if (!changed(actual, desired).isEmpty()) {
                    boolean restart = restart(container, changed(actual, desired));
                    wanted.add(new Resize(known, container, actual, desired, restart));
                }
            }
        }
        return wanted;
    }

    /// Whether the pod as a whole is to be given something else.
    static boolean isWholeOther(PodDecisions.View view) {
        Whole given = view.memory().resize().whole();
        return given != null && !given.equals(Whole.of(view.pod()));
    }

    /// Whether anything of the pod was promised and not given yet.
    static boolean isInProgress(PodDecisions.View view) {
        return !of(view).isEmpty() || isWholeOther(view);
    }

    /// Requests and limits; what else `resources` holds cannot be changed. Where the container
    /// has no limit, that of its pod holds.
    static JsonObject effective(KubeObject pod, JsonObject container) {
        return effective(pod.spec().object("resources"), container.object("resources"));
    }

    /// @param ofPod the `resources` of the pod
    /// @param resources the container's own
    static JsonObject effective(JsonObject ofPod, JsonObject resources) {
        JsonObject limits = resources.object("limits");
        Amounts given = Amounts.parse(limits);
        for (String name : RESIZABLE) {
            Json shared = ofPod.object("limits").get(name);
            if (shared != null && given.get(name).isZero()) {
                limits = limits.with(name, shared);
            }
        }
        JsonObject.Builder kept = JsonObject.builder();
        if (!limits.isEmpty()) {
            kept.put("limits", limits);
        }
        if (!resources.object("requests").isEmpty()) {
            kept.put("requests", resources.object("requests"));
        }
        return kept.build();
    }

    /// What a container's status tells of its resources: what it was promised, with what it has
    /// of cpu and memory.
    ///
    /// @param actual what it has
    static JsonObject reported(JsonObject container, JsonObject actual) {
        JsonObject told = container.object("resources");
        for (String part : PARTS) {
            JsonObject amounts = told.object(part);
            for (String name : RESIZABLE) {
                Json value = actual.object(part).get(name);
                if (value != null && told.has(part)) {
                    amounts = amounts.with(name, value);
                }
            }
            told = told.has(part) ? told.with(part, amounts) : told;
        }
        return told;
    }

    private static Amounts resizable(JsonObject amounts) {
        return Amounts.parse(amounts).only(RESIZABLE).withoutZeros();
    }

    /// The resources of which one has more or less than the other.
    private static Set<String> changed(JsonObject actual, JsonObject desired) {
        Set<String> names = new TreeSet<>();
        for (String part : PARTS) {
            Amounts before = Amounts.parse(actual.object(part));
            Amounts after = Amounts.parse(desired.object(part));
            for (String name : RESIZABLE) {
                Quantity was = before.get(name);
                if (was.compareTo(after.get(name)) != 0) {
                    names.add(name);
                }
            }
        }
        return names;
    }

    private static JsonObject find(KubeObject pod, String name) {
        for (String list : LISTS) {
            for (JsonObject container : pod.spec().array(list).objects()) {
                if (container.string("name").equals(name)) {
                    return container;
                }
            }
        }
        return JsonObject.EMPTY;
    }

    private static boolean restart(JsonObject container, Set<String> changed) {
        for (JsonObject policy : container.array("resizePolicy").objects()) {
            if (policy.string("restartPolicy").equals("RestartContainer")
                    && changed.contains(policy.string("resourceName"))) {
                return true;
            }
        }
        return false;
    }
}
