package kat.apiserver.actions;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import kat.api.KubeObject;
import kat.api.Status;
import kat.api.StatusException;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonNull;
import kat.api.json.JsonObject;
import kat.apiserver.registry.Agreement;
import kat.apiserver.registry.Deleter;
import kat.apiserver.registry.Outcome;
import kat.apiserver.registry.Times;
import kat.apiserver.registry.WriteCall;
import kat.apiserver.registry.Writer;
import kat.apiserver.registry.Writer.Target;
import kat.base.Ticker;
import kat.client.DeleteOptions;

/// Binds pods to nodes and evicts them.
///
/// **Source:** `pkg/registry/core/pod/storage/storage.go`, `eviction.go`.
public final class PodActions {

    /// Kubernetes enters no owner for what a binding or an eviction sets.
    private static final String NOBODY = "";

    private static final List<String> POLICIES = List.of("Foreground", "Background", "Orphan");

    private final Writer writer;
    private final Deleter deleter;
    private final DisruptionBudgets budgets;
    private final Ticker ticker;

    public PodActions(Writer writer, Deleter deleter, DisruptionBudgets budgets, Ticker ticker) {
        this.writer = writer;
        this.deleter = deleter;
        this.budgets = budgets;
        this.ticker = ticker;
    }

    /// Gives a pod its node.
    ///
    /// @throws kat.api.StatusException when it has one, is being deleted or waits at a gate
    JsonObject bind(Target target, JsonObject binding, WriteCall call) {
        Agreement.requireNamespace(target, new KubeObject(binding));
        NoSuch.requireName(target.name());
        if (!binding.object("metadata").string("name").equals(target.name())) {
            throw Status.badRequest("name in URL does not match name in Binding object")
                    .asException();
        }
        JsonObject to = binding.object("target");
        String node = to.string("name");
        requireNode(target, to, node);
        JsonObject metadata = binding.object("metadata");
        WriteCall write =
                new WriteCall(call.actor(), call.cause(), NOBODY, call.isDryRun(), "binding");
        writer.update(target, live -> bound(target, live, metadata, node, write), write);
        return success();
    }

    private static JsonObject success() {
        return Status.success(Status.Details.NONE).toJson().with("code", 201);
    }

    private static void requireNode(Target target, JsonObject to, String node) {
        List<Status.Cause> faults = new ArrayList<>();
        String kind = to.string("kind");
        if (!kind.isEmpty() && !kind.equals("Node")) {
            faults.add(
                    new Status.Cause(
                            "FieldValueNotSupported",
                            "Unsupported value: \""
                                    + kind
                                    + "\": supported values: \"Node\", \"<empty>\"",
                            "target.kind"));
        }
        if (node.isEmpty()) {
            faults.add(new Status.Cause("FieldValueRequired", "Required value", "target.name"));
        }
        if (!faults.isEmpty()) {
            throw Status.invalid(kat.api.Kinds.BINDING, target.name(), faults).asException();
        }
    }

    private KubeObject bound(
            Target target, KubeObject live, JsonObject binding, String node, WriteCall call) {
        String uid = binding.string("uid");
        String why = null;
        if (!uid.isEmpty() && !uid.equals(live.uid())) {
            throw Agreement.broken(target, call, "UID", uid, live.uid());
        }
        String version = binding.string("resourceVersion");
        if (!version.isEmpty() && !version.equals(live.resourceVersion())) {
            throw Agreement.broken(
                    target, call, "ResourceVersion", version, live.resourceVersion());
        }
        String name = target.name();
        String current = live.spec().string("nodeName");
        if (live.isDeleting()) {
            why = "pod " + name + " is being deleted, cannot be assigned to a host";
        } else if (!current.isEmpty()) {
            why = "pod " + name + " is already assigned to node \"" + current + "\"";
        } else if (!live.spec().array("schedulingGates").isEmpty()) {
            why = "pod " + name + " has non-empty .spec.schedulingGates";
        }
        if (why != null) {
            throw conflict(target, why);
        }
        JsonObject tree = live.tree().withAt(Json.of(node), "spec", "nodeName");
        for (String part : List.of("annotations", "labels")) {
            JsonObject added = binding.object(part);
            if (!added.isEmpty()) {
                JsonObject.Builder all = live.metadata().object(part).toBuilder();
                added.forEach(all::put);
                tree = tree.withAt(all.build(), "metadata", part);
            }
        }
        return new KubeObject(
                tree.change("status", status -> scheduled(status.without("nominatedNodeName"))));
    }

    private static StatusException conflict(Target target, String why) {
        return new Status(
                        409,
                        "Conflict",
                        "Operation cannot be fulfilled on pods/binding \""
                                + target.name()
                                + "\": "
                                + why,
                        new Status.Details(target.name(), "", "pods/binding", "", List.of(), 0))
                .asException();
    }

    private JsonObject scheduled(JsonObject status) {
        List<Json> conditions = new ArrayList<>();
        JsonObject fresh =
                JsonObject.builder()
                        .put("lastProbeTime", JsonNull.NULL)
                        .put("lastTransitionTime", Times.format(ticker.now()))
                        .put("status", "True")
                        .put("type", "PodScheduled")
                        .build();
        boolean replaced = false;
        for (JsonObject condition : status.array("conditions").objects()) {
            boolean same = condition.string("type").equals("PodScheduled");
            replaced |= same;
            conditions.add(same ? fresh : condition);
        }
        if (!replaced) {
            conditions.add(fresh);
        }
        return status.with("conditions", new JsonArray(conditions));
    }

    /// Deletes a pod if its disruption budgets allow it.
    JsonObject evict(Target target, JsonObject eviction, WriteCall call) {
        String name = eviction.object("metadata").string("name");
        Agreement.requireNamespace(target, new KubeObject(eviction));
        if (!name.equals(target.name())) {
            throw Status.badRequest("name in URL does not match name in Eviction object")
                    .asException();
        }
        JsonObject asked = eviction.object("deleteOptions");
        requireOptions(asked, call);
        boolean dryRun = call.isDryRun() || asked.array("dryRun").strings().contains("All");
        JsonObject preconditions = asked.object("preconditions");
        DeleteOptions options =
                new DeleteOptions(
                        preconditions.string("uid"),
                        preconditions.string("resourceVersion"),
                        asked.integer("gracePeriodSeconds", -1),
                        asked.string("propagationPolicy"),
                        call.cause());
        WriteCall write = new WriteCall(call.actor(), call.cause(), call.manager(), dryRun, "");
        budgets.take(target, write);
        deleter.delete(target, dryRun ? options : marked(target, options, call), write);
        return success();
    }

    private static void requireOptions(JsonObject asked, WriteCall call) {
        List<String> dryRun = asked.array("dryRun").strings();
        if (call.isDryRun() && !dryRun.isEmpty() && !dryRun.equals(List.of("All"))) {
            throw Status.unexplained(
                            "Non-matching dry-run options in request and content: [All] and ["
                                    + String.join(" ", dryRun)
                                    + "]")
                    .asException();
        }
        List<Status.Cause> faults = new ArrayList<>();
        String policy = asked.string("propagationPolicy");
        if (!policy.isEmpty() && asked.has("orphanDependents")) {
            faults.add(
                    new Status.Cause(
                            "FieldValueInvalid",
                            "Invalid value: "
                                    + Json.of(policy)
                                    + ": orphanDependents and deletionPropagation cannot be both"
                                    + " set",
                            "propagationPolicy"));
        } else if (!policy.isEmpty() && !POLICIES.contains(policy)) {
            faults.add(
                    new Status.Cause(
                            "FieldValueNotSupported",
                            "Unsupported value: "
                                    + Json.of(policy)
                                    + ": supported values: \"Foreground\", \"Background\","
                                    + " \"Orphan\", \"nil\"",
                            "propagationPolicy"));
        }
        if (!Set.of("All").containsAll(dryRun)) {
            faults.add(
                    new Status.Cause(
                            "FieldValueNotSupported",
                            "Unsupported value: "
                                    + JsonArray.ofStrings(dryRun)
                                    + ": supported values: \"All\"",
                            "dryRun"));
        }
        if (!faults.isEmpty()) {
            throw Status.invalid("meta.k8s.io", "DeleteOptions", "", faults).asException();
        }
    }

    /// Tells the pod why it goes, so that its owner need not take that for a failure.
    ///
    /// @return the options for the version that says so
    private DeleteOptions marked(Target target, DeleteOptions options, WriteCall call) {
        WriteCall write = new WriteCall(call.actor(), call.cause(), NOBODY, false, "status");
        String version = options.resourceVersion();
        Outcome marked = writer.update(target, live -> marked(live, options), write);
        return version.isEmpty()
                ? options
                : new DeleteOptions(
                        options.uid(),
                        Long.toString(marked.revision()),
                        options.graceSeconds(),
                        options.propagation(),
                        options.cause());
    }

    /// A pod of another uid stays as it is: its deletion will be refused.
    private KubeObject marked(KubeObject live, DeleteOptions options) {
        if (!options.uid().isEmpty() && !options.uid().equals(live.uid())) {
            return live;
        }
        KubeObject marked = live.withStatus(this::evicted);
        String version = options.resourceVersion();
        return version.isEmpty()
                ? marked
                : marked.withMetadata(metadata -> metadata.with("resourceVersion", version));
    }

    private JsonObject evicted(JsonObject status) {
        List<Json> conditions = new ArrayList<>();
        for (JsonObject each : status.array("conditions").objects()) {
            if (!each.string("type").equals("DisruptionTarget")) {
                conditions.add(each);
            }
        }
        conditions.add(
                JsonObject.builder()
                        .put("lastProbeTime", JsonNull.NULL)
                        .put("type", "DisruptionTarget")
                        .put("status", "True")
                        .put("reason", "EvictionByEvictionAPI")
                        .put("message", "Eviction API: evicting")
                        .put("lastTransitionTime", Times.format(ticker.now()))
                        .build());
        return status.with("conditions", new JsonArray(conditions));
    }
}
