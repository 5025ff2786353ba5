package kat.api.quota;

import java.util.HashMap;
import java.util.Map;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// What a pod asks for in all: its containers and sidecars together, or the largest init container
/// with the sidecars started before it, whichever is more; then what the pod itself asks for in
/// their place, and the overhead of its runtime.
///
/// While a container is being resized, what it has counts as well as what it is to get; a resize
/// that the node cannot do does not count.
///
/// **Source:** `component-helpers/resource`; KEP-753, KEP-1287, KEP-2837.
public final class PodAmounts {

    private final JsonObject spec;
    private final boolean isInfeasible;
    private final Map<String, JsonObject> statuses = new HashMap<>();

    private PodAmounts(JsonObject pod) {
        this.spec = pod.object("spec");
        JsonObject status = pod.object("status");
        for (String member : new String[] {"containerStatuses", "initContainerStatuses"}) {
            for (JsonObject each : status.array(member).objects()) {
                statuses.put(each.string("name"), each);
            }
        }
        this.isInfeasible = isInfeasible(status);
    }

    private static boolean isInfeasible(JsonObject status) {
        for (JsonObject condition : status.array("conditions").objects()) {
            if (condition.string("type").equals("PodResizePending")) {
                return condition.string("reason").equals("Infeasible");
            }
        }
        return false;
    }

    public static Amounts requests(JsonObject pod) {
        PodAmounts amounts = new PodAmounts(pod);
        Amounts whole = amounts.sum("requests").replacedBy(ofPod(pod, "requests"));
        return whole.plus(Amounts.parse(amounts.spec.object("overhead")));
    }

    /// The overhead counts only where there is a limit.
    public static Amounts limits(JsonObject pod) {
        PodAmounts amounts = new PodAmounts(pod);
        Amounts whole = amounts.sum("limits").replacedBy(ofPod(pod, "limits"));
        Amounts overhead = Amounts.parse(amounts.spec.object("overhead"));
        return whole.plus(overhead.only(whole.withoutZeros().byName().keySet()));
    }

    /// Whether the pod itself asks for anything that pods may ask for.
    public static boolean isSetForPod(JsonObject pod) {
        return !ofPod(pod, "requests").isEmpty() || !ofPod(pod, "limits").isEmpty();
    }

    private static Amounts ofPod(JsonObject pod, String member) {
        Amounts asked = Amounts.parse(pod.at("spec", "resources", member));
        return asked.only(asked.byName().keySet().stream().filter(PodAmounts::isForPods).toList());
    }

    private static boolean isForPods(String resource) {
        return resource.equals("cpu")
                || resource.equals("memory")
                || resource.startsWith("hugepages-");
    }

    private Amounts sum(String member) {
        Amounts running = Amounts.NONE;
        for (JsonObject container : spec.array("containers").objects()) {
            running = running.plus(effective(container, member));
        }
        Amounts sidecars = Amounts.NONE;
        Amounts starting = Amounts.NONE;
        for (JsonObject container : spec.array("initContainers").objects()) {
            if (container.string("restartPolicy").equals("Always")) {
                Amounts amounts = effective(container, member);
                running = running.plus(amounts);
                sidecars = sidecars.plus(amounts);
                starting = starting.max(sidecars);
            } else {
                starting = starting.max(sidecars.plus(asked(container, member)));
            }
        }
        return running.max(starting);
    }

    private static Amounts asked(JsonObject container, String member) {
        return Amounts.parse(container.at("resources", member));
    }

    private Amounts effective(JsonObject container, String member) {
        Amounts asked = asked(container, member);
        @Nullable JsonObject status = statuses.get(container.string("name"));
        if (status == null || !status.has("resources")) {
            return asked;
        }
        Amounts held = Amounts.parse(status.at("resources", member));
        if (member.equals("requests")) {
            held = held.max(Amounts.parse(status.object("allocatedResources")));
        }
        return isInfeasible ? held : asked.max(held);
    }
}
