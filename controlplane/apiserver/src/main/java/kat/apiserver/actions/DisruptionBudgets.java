package kat.apiserver.actions;

import java.util.ArrayList;
import java.util.List;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.Status;
import kat.api.StatusException;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.apiserver.registry.Reader;
import kat.apiserver.registry.Resource;
import kat.apiserver.registry.Resources;
import kat.apiserver.registry.Times;
import kat.apiserver.registry.WriteCall;
import kat.apiserver.registry.Writer;
import kat.apiserver.registry.Writer.Target;
import kat.base.Ticker;
import kat.store.Entry;

/// How many pods may be evicted now.
///
/// **Source:** `pkg/registry/core/pod/storage/eviction.go`.
public final class DisruptionBudgets {

    /// When to ask again while a budget was not counted yet.
    private static final int UNPROCESSED_SECONDS = 10;

    /// More that the controller has not confirmed are not given.
    private static final int MOST_DISRUPTED = 2000;

    private final Reader reader;
    private final Resources resources;
    private final Writer writer;
    private final Ticker ticker;

    public DisruptionBudgets(Reader reader, Resources resources, Writer writer, Ticker ticker) {
        this.reader = reader;
        this.resources = resources;
        this.writer = writer;
        this.ticker = ticker;
    }

    /// Takes one eviction of the pod from its budget.
    ///
    /// @throws kat.api.StatusException 429 when the budget is used up, 500 when several apply
    void take(Target target, WriteCall call) {
        Entry entry = reader.require(target.resource(), target.key());
        KubeObject pod = target.resource().object(entry);
        String phase = pod.status().string("phase");
        if (phase.equals("Succeeded")
                || phase.equals("Failed")
                || phase.equals("Pending")
                || pod.isDeleting()) {
            return;
        }
        List<KubeObject> budgets = covering(pod);
        if (budgets.size() > 1) {
            throw Status.unexplained(
                            "This pod has more than one PodDisruptionBudget, which the eviction"
                                    + " subresource does not support.")
                    .asException();
        }
        if (!budgets.isEmpty() && !mayGo(pod, budgets.getFirst())) {
            Resource resource = resources.require(Kinds.POD_DISRUPTION_BUDGET);
            WriteCall write =
                    new WriteCall(
                            call.actor(), call.cause(), call.manager(), call.isDryRun(), "status");
            writer.update(
                    new Target(resource, budgets.getFirst().key()),
                    live -> taken(live, pod.name()),
                    write);
        }
    }

    /// Whether a pod that is not ready may go whatever its budget allows.
    private static boolean mayGo(KubeObject pod, KubeObject budget) {
        for (JsonObject condition : pod.status().array("conditions").objects()) {
            if (condition.string("type").equals("Ready")
                    && condition.string("status").equals("True")) {
                return false;
            }
        }
        JsonObject status = budget.status();
        long desired = status.integer("desiredHealthy", 0);
        return budget.spec().string("unhealthyPodEvictionPolicy").equals("AlwaysAllow")
                || (desired > 0 && status.integer("currentHealthy", 0) >= desired);
    }

    private KubeObject taken(KubeObject budget, String pod) {
        JsonObject status = budget.status();
        if (status.integer("observedGeneration", 0) < budget.generation()) {
            throw refused(
                    "The disruption budget "
                            + budget.name()
                            + " is still being processed by"
                            + " the server.",
                    UNPROCESSED_SECONDS);
        }
        long allowed = status.integer("disruptionsAllowed", 0);
        if (status.object("disruptedPods").size() > MOST_DISRUPTED) {
            throw tooMany(budget);
        }
        if (allowed <= 0) {
            throw refused(
                    "The disruption budget "
                            + budget.name()
                            + " needs "
                            + status.integer("desiredHealthy", 0)
                            + " healthy pods and has "
                            + status.integer("currentHealthy", 0)
                            + " currently",
                    0);
        }
        JsonObject next =
                status.with("disruptionsAllowed", allowed - 1)
                        .withAt(Json.of(Times.format(ticker.now())), "disruptedPods", pod);
        if (allowed == 1) {
            next = next.with("conditions", usedUp(status));
        }
        return new KubeObject(budget.tree().with("status", next));
    }

    /// The conditions of a budget of which nothing is left.
    private JsonArray usedUp(JsonObject status) {
        JsonObject condition =
                JsonObject.builder()
                        .put("type", "DisruptionAllowed")
                        .put("status", "False")
                        .put("observedGeneration", status.integer("observedGeneration", 0))
                        .put("reason", "InsufficientPods")
                        .put("message", "")
                        .build();
        List<Json> all = new ArrayList<>();
        String since = Times.format(ticker.now());
        int place = -1;
        for (JsonObject each : status.array("conditions").objects()) {
            if (each.string("type").equals("DisruptionAllowed")) {
                place = all.size();
                boolean wasSo = each.string("status").equals("False");
                since = wasSo ? each.string("lastTransitionTime") : since;
            }
            all.add(each);
        }
        Json told = condition.with("lastTransitionTime", since);
        if (place < 0) {
            all.add(told);
        } else {
            all.set(place, told);
        }
        return new JsonArray(all);
    }

    private static StatusException tooMany(KubeObject budget) {
        // Kubernetes names the kind in the singular here.
        String kind = "poddisruptionbudget";
        String message =
                kind
                        + ".policy \""
                        + budget.name()
                        + "\" is forbidden: DisruptedPods map too big - too many evictions not"
                        + " confirmed by PDB controller";
        Status.Details details =
                new Status.Details(budget.name(), "policy", kind, "", List.of(), 0);
        return new Status(403, "Forbidden", message, details).asException();
    }

    private static StatusException refused(String why, int retrySeconds) {
        return new Status(
                        429,
                        "TooManyRequests",
                        "Cannot evict pod as it would violate the pod's disruption budget.",
                        new Status.Details(
                                "",
                                "",
                                "",
                                "",
                                List.of(new Status.Cause("DisruptionBudget", why, "")),
                                retrySeconds))
                .asException();
    }

    private List<KubeObject> covering(KubeObject pod) {
        Resource resource = resources.require(Kinds.POD_DISRUPTION_BUDGET);
        Reader.Page page = reader.page(resource, new Reader.Query(pod.namespace(), null, 0, 0, ""));
        List<KubeObject> found = new ArrayList<>();
        for (Entry entry : page.entries()) {
            KubeObject budget = resource.object(entry);
            if (Selecting.matches(budget.spec().object("selector"), pod)) {
                found.add(budget);
            }
        }
        return found;
    }
}
