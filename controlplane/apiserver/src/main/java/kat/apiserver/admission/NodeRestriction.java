package kat.apiserver.admission;

import java.util.List;
import java.util.Set;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.Status;
import kat.api.StatusException;
import kat.api.json.JsonObject;
import kat.apiserver.auth.NodeAuthorizer;
import kat.apiserver.registry.Admission.Attributes;
import kat.apiserver.registry.Admission.Operation;

/// Lets a node's agent write its own node, lease and pods only.
///
/// **Source:** `plugin/pkg/admission/noderestriction`.
final class NodeRestriction implements Plugin {

    private static final String LEASES = "kube-node-lease";

    /// What a claim's status may tell of its size, which the agent may change.
    private static final List<String> CLAIM_STATUS =
            List.of("capacity", "conditions", "allocatedResourceStatuses", "allocatedResources");

    private final Lookup lookup;

    NodeRestriction(Lookup lookup) {
        this.lookup = lookup;
    }

    @Override
    public JsonObject admit(Attributes attributes, JsonObject object) {
        check(attributes, object);
        return object;
    }

    @Override
    public void validate(Attributes attributes, JsonObject object) {
        if (attributes.operation() == Operation.DELETE) {
            check(attributes, object);
        }
    }

    private void check(Attributes attributes, JsonObject object) {
        List<String> groups = attributes.call().groups();
        String node = NodeAuthorizer.nodeOf(attributes.call().actor(), groups);
        if (node == null) {
            return;
        }
        if (node.isEmpty()) {
            String user = attributes.call().actor();
            throw no(attributes, "could not determine node from user \"" + user + "\"");
        }
        switch (attributes.target().kind().resource()) {
            case "pods" -> pod(attributes, object, node);
            case "nodes" -> node(attributes, object, node);
            case "persistentvolumeclaims" -> claim(attributes, object, node);
            case "leases.coordination.k8s.io" -> lease(attributes, node);
            case "csinodes.storage.k8s.io" -> csiNode(attributes, node);
            case "resourceslices.resource.k8s.io" -> slice(attributes, object, node);
            default -> {}
        }
    }

    private static StatusException no(Attributes attributes, String why) {
        return Status.forbidden(attributes.target().kind(), attributes.target().name(), why)
                .asException();
    }

    private static String quoted(String node) {
        return "node \"" + node + "\" ";
    }

    private static String shown(Operation operation) {
        return "unexpected operation \"" + operation + "\"";
    }

    private void pod(Attributes attributes, JsonObject object, String node) {
        String subresource = attributes.call().subresource();
        switch (subresource) {
            case "" -> wholePod(attributes, object, node);
            case "status" -> podStatus(attributes, object, node);
            default ->
                    throw no(
                            attributes,
                            "unexpected pod subresource \""
                                    + subresource
                                    + "\", only 'status' and 'eviction' are allowed");
        }
    }

    private static boolean isOn(String node, JsonObject pod) {
        return pod.object("spec").string("nodeName").equals(node);
    }

    private void wholePod(Attributes attributes, JsonObject object, String node) {
        switch (attributes.operation()) {
            case CREATE -> mirrorPod(attributes, object, node);
            case DELETE -> {
                if (!isOn(node, attributes.live())) {
                    throw no(
                            attributes,
                            quoted(node) + "can only delete pods with spec.nodeName set to itself");
                }
            }
            default ->
                    throw no(
                            attributes,
                            shown(attributes.operation())
                                    + ", "
                                    + quoted(node)
                                    + "can only create and delete mirror pods");
        }
    }

    private void mirrorPod(Attributes attributes, JsonObject pod, String node) {
        JsonObject metadata = pod.object("metadata");
        String only = quoted(node) + "can only create ";
        if (!metadata.object("annotations").has(Pods.MIRROR)) {
            throw no(
                    attributes,
                    "pod does not have \""
                            + Pods.MIRROR
                            + "\" annotation, "
                            + only
                            + "mirror pods");
        }
        if (!isOn(node, pod)) {
            throw no(attributes, only + "pods with spec.nodeName set to itself");
        }
        List<JsonObject> owners = metadata.array("ownerReferences").objects();
        if (owners.size() > 1) {
            throw no(attributes, only + "pods with a single owner reference set to itself");
        }
        JsonObject owner = owners.isEmpty() ? JsonObject.EMPTY : owners.getFirst();
        if (!owner.string("apiVersion").equals("v1")
                || !owner.string("kind").equals("Node")
                || !owner.string("name").equals(node)) {
            throw no(attributes, only + "pods with an owner reference set to itself");
        }
        if (!owner.bool("controller")) {
            throw no(attributes, only + "pods with a controller owner reference set to itself");
        }
        if (owner.bool("blockOwnerDeletion")) {
            throw no(
                    attributes,
                    quoted(node) + "must not set blockOwnerDeletion on an owner reference");
        }
        requireNode(attributes, node, owner.string("uid"));
        String reference = MirrorPods.reference(pod.object("spec"));
        if (reference != null) {
            throw no(attributes, quoted(node) + "can not create pods that reference " + reference);
        }
    }

    private void requireNode(Attributes attributes, String name, String uid) {
        KubeObject node = lookup.find(Kinds.NODE, "", name);
        if (node == null) {
            throw Status.notFound(Kinds.NODE, name).asException();
        }
        if (!node.uid().equals(uid)) {
            throw no(
                    attributes,
                    "node " + name + " UID mismatch: expected " + uid + " got " + node.uid());
        }
    }

    private static void podStatus(Attributes attributes, JsonObject object, String node) {
        JsonObject live = attributes.live();
        if (attributes.operation() != Operation.UPDATE) {
            throw no(attributes, shown(attributes.operation()));
        }
        if (!isOn(node, live)) {
            throw no(
                    attributes,
                    quoted(node)
                            + "can only update pod status for pods with spec.nodeName set to"
                            + " itself");
        }
        if (!live.at("metadata", "labels").equals(object.at("metadata", "labels"))) {
            throw no(attributes, quoted(node) + "cannot update labels through pod status");
        }
        JsonObject before = live.object("status");
        JsonObject after = object.object("status");
        String claims = "resourceClaimStatuses";
        if (!before.array(claims).equals(after.array(claims))) {
            throw no(attributes, quoted(node) + "cannot update resource claim statues");
        }
        String extended = "extendedResourceClaimStatus";
        if (!before.object(extended).equals(after.object(extended))) {
            throw no(attributes, quoted(node) + "cannot update extended resource claim status");
        }
    }

    private static void node(Attributes attributes, JsonObject object, String node) {
        String name = attributes.target().name();
        if (!name.equals(node)) {
            throw no(attributes, quoted(node) + "is not allowed to modify node \"" + name + "\"");
        }
        JsonObject labels = object.at("metadata", "labels");
        if (attributes.operation() == Operation.CREATE) {
            Set<String> forbidden = NodeLabels.forbidden(labels, JsonObject.EMPTY);
            if (!forbidden.isEmpty()) {
                throw no(
                        attributes,
                        quoted(node)
                                + "is not allowed to set the following labels: "
                                + String.join(", ", forbidden));
            }
        } else if (attributes.operation() == Operation.UPDATE) {
            unchanged(attributes, object, node);
            Set<String> forbidden =
                    NodeLabels.forbidden(labels, attributes.live().at("metadata", "labels"));
            if (!forbidden.isEmpty()) {
                throw no(
                        attributes,
                        "is not allowed to modify labels: " + String.join(", ", forbidden));
            }
        }
    }

    private static void unchanged(Attributes attributes, JsonObject object, String node) {
        JsonObject live = attributes.live();
        String taints = "taints";
        if (!object.object("spec").array(taints).equals(live.object("spec").array(taints))) {
            throw no(attributes, quoted(node) + "is not allowed to modify taints");
        }
        String owners = "ownerReferences";
        if (!object.object("metadata")
                .array(owners)
                .equals(live.object("metadata").array(owners))) {
            throw no(attributes, quoted(node) + "is not allowed to modify ownerReferences");
        }
    }

    private static void claim(Attributes attributes, JsonObject object, String node) {
        if (!attributes.call().subresource().equals("status")) {
            throw no(attributes, "may only update PVC status");
        }
        if (attributes.operation() != Operation.UPDATE) {
            throw no(attributes, shown(attributes.operation()));
        }
        if (!comparable(object).equals(comparable(attributes.live()))) {
            throw no(
                    attributes,
                    quoted(node)
                            + "is not allowed to update fields other than status.quantity and"
                            + " status.conditions");
        }
    }

    private static JsonObject comparable(JsonObject claim) {
        JsonObject rest =
                claim.change(
                        "metadata", m -> m.without("resourceVersion").without("managedFields"));
        return rest.change(
                "status",
                status -> {
                    JsonObject kept = status;
                    for (String member : CLAIM_STATUS) {
                        kept = kept.without(member);
                    }
                    return kept;
                });
    }

    private static void lease(Attributes attributes, String node) {
        if (!attributes.target().namespace().equals(LEASES)) {
            throw no(
                    attributes,
                    "can only access leases in the \"" + LEASES + "\" system namespace");
        }
        if (!attributes.target().name().equals(node)) {
            throw no(
                    attributes,
                    "can only access node lease with the same name as the requesting node");
        }
    }

    private static void csiNode(Attributes attributes, String node) {
        if (!attributes.target().name().equals(node)) {
            throw no(
                    attributes,
                    "can only access CSINode with the same name as the requesting node");
        }
    }

    private static void slice(Attributes attributes, JsonObject object, String node) {
        boolean creates = attributes.operation() == Operation.CREATE;
        boolean deletes = attributes.operation() == Operation.DELETE;
        if ((creates && !isOn(node, object)) || (deletes && !isOn(node, attributes.live()))) {
            throw no(
                    attributes,
                    "can only "
                            + (creates ? "create" : "delete")
                            + " ResourceSlice with the same NodeName as the requesting node");
        }
    }
}
