package kat.api.strategy;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kat.api.Kind;
import kat.api.KubeObject;
import kat.api.custom.DefinitionStatus;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// The kind-specific steps between a decoded, defaulted request and the object that is stored.
///
/// | step | what it does |
/// |---|---|
/// | create | drops the client's status, sets `generation` to 1 where the kind has one |
/// | update | keeps the old status, raises `generation` when the desired state changed |
/// | update of status | keeps everything but status |
///
/// Custom resources: generation always; the status is apart only when they declare it so.
///
/// **Source:** `pkg/registry/*/*/strategy.go`.
public final class Strategy {

    private static final String CUSTOM = "";

    /// Built-in kinds whose generation counts changes of the desired state.
    private static final Set<String> COUNTED =
            Set.of(
                    "MutatingAdmissionPolicy",
                    "MutatingAdmissionPolicyBinding",
                    "MutatingWebhookConfiguration",
                    "ValidatingAdmissionPolicy",
                    "ValidatingAdmissionPolicyBinding",
                    "ValidatingWebhookConfiguration",
                    "CustomResourceDefinition",
                    "DaemonSet",
                    "Deployment",
                    "ReplicaSet",
                    "StatefulSet",
                    "CronJob",
                    "Job",
                    "FlowSchema",
                    "PriorityLevelConfiguration",
                    "IngressClass",
                    "Ingress",
                    "NetworkPolicy",
                    "PodDisruptionBudget",
                    "DeviceClass",
                    "ResourceSlice",
                    "EndpointSlice",
                    "CSIDriver",
                    "Pod",
                    "PodTemplate",
                    "PriorityClass",
                    "ReplicationController");

    /// Kinds whose status a client may set when it creates them.
    private static final Set<String> STATUS_FROM_CLIENT = Set.of("Node", "ComponentStatus");

    /// Kinds whose updates must name the version that they replace.
    private static final Set<String> CONDITIONAL =
            Set.of(
                    "CustomResourceDefinition",
                    "RuntimeClass",
                    "CSIDriver",
                    "CSINode",
                    "CSIStorageCapacity",
                    "VolumeAttachment",
                    "Lease",
                    "LeaseCandidate",
                    "PodDisruptionBudget",
                    "APIService",
                    "ClusterTrustBundle",
                    "PodCertificateRequest",
                    "StorageVersionMigration");

    /// Kinds of which an apply to the status makes an object that does not exist.
    private static final Set<String> CREATED_BY_STATUS =
            Set.of("Service", "ValidatingAdmissionPolicy");

    /// Kinds of which an update makes an object that does not exist.
    private static final Set<String> CREATED_BY_UPDATE =
            Set.of(
                    "RuntimeClass",
                    "Role",
                    "RoleBinding",
                    "ClusterRole",
                    "ClusterRoleBinding",
                    "Lease",
                    "LeaseCandidate",
                    "LimitRange",
                    "Event",
                    "Service",
                    "Endpoints");

    /// Kinds of which a status update takes no metadata from the client.
    private static final Set<String> STATUS_ALONE =
            Set.of("FlowSchema", "PriorityLevelConfiguration");

    /// What several kinds keep of their metadata when their status is updated.
    private static final List<String> DESCRIPTIONS =
            List.of("labels", "annotations", "finalizers", "ownerReferences");

    /// Kinds of which an empty list is compared as such with what was stored, where it is none, so
    /// that sending one changes the desired state each time.
    private static final Set<String> COUNTING_EMPTY =
            Set.of(
                    "NetworkPolicy",
                    "MutatingWebhookConfiguration",
                    "ValidatingWebhookConfiguration");

    /// Metadata that an update of the status does not change, by kind; nor does it a generation.
    private static final Map<String, List<String>> KEPT_BY_STATUS = keptByStatus();

    private Strategy() {}

    private static Map<String, List<String>> keptByStatus() {
        List<String> reset = new ArrayList<>(DESCRIPTIONS);
        reset.add("deletionTimestamp");
        reset.add("selfLink");
        Map<String, List<String>> kept = new HashMap<>();
        for (String kind :
                List.of(
                        "ServiceCIDR",
                        "ResourceClaim",
                        "VolumeAttachment",
                        "ValidatingAdmissionPolicy",
                        "PodCertificateRequest",
                        "StorageVersionMigration")) {
            kept.put(kind, reset);
        }
        kept.put("APIService", DESCRIPTIONS);
        kept.put("Deployment", List.of("labels"));
        kept.put("Pod", List.of("ownerReferences", "deletionTimestamp"));
        return kept;
    }

    /// Whether an update is compared with what was stored before its empty lists are left out.
    public static boolean countsEmptyLists(Kind kind) {
        return COUNTING_EMPTY.contains(kind.kind()) && !kind.schema().equals(CUSTOM);
    }

    /// Whether the API server counts generations of this kind.
    public static boolean hasGeneration(Kind kind) {
        return kind.schema().equals(CUSTOM) || COUNTED.contains(kind.kind());
    }

    /// Whether an object of this kind always waits for the server's own finalizer.
    public static boolean isMarkedFirst(Kind kind) {
        return kind.kind().equals("CustomResourceDefinition") && !kind.schema().equals(CUSTOM);
    }

    /// An object of such a kind as its deletion begins.
    public static KubeObject marked(KubeObject object, Instant now) {
        KubeObject held = DefinitionStatus.marked(object, now);
        String time = now.truncatedTo(ChronoUnit.SECONDS).toString();
        return new KubeObject(held.tree().withAt(Json.of(time), "metadata", "deletionTimestamp"));
    }

    /// Whether an update without a resourceVersion replaces whatever is stored.
    public static boolean allowsUnconditionalUpdate(Kind kind) {
        return !kind.schema().equals(CUSTOM)
                && !kind.group().equals("admissionregistration.k8s.io")
                && !CONDITIONAL.contains(kind.kind());
    }

    /// Whether an update makes the object when there is none.
    ///
    /// @param subresource empty for the object itself; a status makes its object too
    public static boolean allowsCreateOnUpdate(Kind kind, String subresource) {
        boolean whole = subresource.isEmpty() || subresource.equals("status");
        return whole && !kind.schema().equals(CUSTOM) && CREATED_BY_UPDATE.contains(kind.kind());
    }

    /// Whether an apply makes the object when there is none. A few kinds are made through their
    /// status too.
    ///
    /// @param subresource empty for the object itself
    public static boolean allowsCreateByApply(Kind kind, String subresource) {
        return subresource.isEmpty()
                || (subresource.equals("status")
                        && !kind.schema().equals(CUSTOM)
                        && CREATED_BY_STATUS.contains(kind.kind()));
    }

    /// The object with what its way through the server's own form adds.
    public static JsonObject converted(Kind kind, JsonObject object) {
        return KindHooks.converted(kind, object);
    }

    /// A new, valid object with the defaults that reading what is stored gives it, and that only
    /// follow from what was prepared.
    public static JsonObject readBack(Kind kind, JsonObject object) {
        return KindHooks.onReadBack(kind, object);
    }

    /// The object as it is created.
    ///
    /// @param object decoded and defaulted
    public static JsonObject prepareForCreate(
            Kind kind, JsonObject object, FeatureGates gates, Instant now) {
        JsonObject prepared = object;
        if (hasGeneration(kind) && !kind.kind().equals("CSIDriver")) {
            prepared = prepared.withAt(Json.of(1), "metadata", "generation");
        }
        if (kind.hasSubresource("status") && !STATUS_FROM_CLIENT.contains(kind.kind())) {
            prepared = withStatus(prepared, InitialStatus.of(kind, prepared));
        }
        return KindHooks.onCreate(kind, Ungated.drop(kind, prepared, JsonObject.EMPTY, gates), now);
    }

    /// The object as an update through its main path leaves it.
    ///
    /// @param updated decoded and defaulted
    /// @param old as stored
    public static JsonObject prepareForUpdate(
            Kind kind, JsonObject updated, JsonObject old, FeatureGates gates) {
        JsonObject prepared = updated;
        if (kind.hasSubresource("status")) {
            prepared = withStatus(prepared, old.get("status"));
        }
        if (kind.kind().equals("EndpointSlice") && !kind.schema().equals(CUSTOM)) {
            // what is dropped counts as a change
            return Ungated.drop(kind, withGeneration(kind, prepared, old), old, gates);
        }
        prepared = KindHooks.onUpdate(kind, Ungated.drop(kind, prepared, old, gates), old);
        return withGeneration(kind, prepared, old);
    }

    /// The object as an update of its status leaves it: only the status, and for some kinds
    /// metadata, come from the request.
    public static JsonObject prepareForStatusUpdate(
            Kind kind, JsonObject updated, JsonObject old, FeatureGates gates, Instant now) {
        JsonObject status =
                CertificateRequests.handles(kind)
                        ? CertificateRequests.withStatus(updated, old, now)
                        : withStatus(old, KindHooks.status(kind, updated, old, now));
        JsonObject metadata = updated.object("metadata");
        JsonObject oldMetadata = old.object("metadata");
        if (kind.schema().equals(CUSTOM) || STATUS_ALONE.contains(kind.kind())) {
            JsonObject kept = oldMetadata;
            for (String name : new String[] {"managedFields", "resourceVersion"}) {
                kept = copy(kept, metadata, name);
            }
            return status.with("metadata", kept);
        }
        JsonObject merged = copy(metadata, oldMetadata, "generation");
        for (String name : KEPT_BY_STATUS.getOrDefault(kind.kind(), List.of())) {
            merged = copy(merged, oldMetadata, name);
        }
        JsonObject complete = KindHooks.ofStatus(kind, status.with("metadata", merged), old);
        return Ungated.drop(kind, complete, old, gates);
    }

    /// A request for a certificate as its approval or denial leaves it: only the conditions, and
    /// metadata, come from the request.
    public static JsonObject prepareForApproval(JsonObject updated, JsonObject old, Instant now) {
        return CertificateRequests.withConditions(updated, old, now);
    }

    /// The object as an update through a subresource leaves it that changes only a part of it.
    public static JsonObject prepareForPart(
            Kind kind, String subresource, JsonObject updated, JsonObject old, FeatureGates gates) {
        if (kind.kind().equals("Pod") && subresource.equals("ephemeralcontainers")) {
            return withGeneration(kind, PodParts.ephemeralContainers(updated, old), old);
        }
        if (kind.kind().equals("Pod") && subresource.equals("resize")) {
            return withGeneration(kind, PodParts.resize(updated, old), old);
        }
        return prepareForUpdate(kind, updated, old, gates);
    }

    private static JsonObject copy(JsonObject to, JsonObject from, String name) {
        Json value = from.get(name);
        return value == null ? to.without(name) : to.with(name, value);
    }

    private static JsonObject withStatus(JsonObject object, @Nullable Json status) {
        return status == null ? object.without("status") : object.with("status", status);
    }

    private static JsonObject withGeneration(Kind kind, JsonObject updated, JsonObject old) {
        Json before = old.object("metadata").get("generation");
        if (!hasGeneration(kind) || kind.kind().equals("PriorityClass")) {
            return before == null
                    ? updated.withoutAt("metadata", "generation")
                    : updated.withAt(before, "metadata", "generation");
        }
        long generation = old.object("metadata").integer("generation", 0);
        boolean changed =
                !desired(kind, updated).equals(desired(kind, old))
                        || isMetadataChanged(kind, updated, old);
        if (!changed && before == null) {
            return updated.withoutAt("metadata", "generation");
        }
        return updated.withAt(
                Json.of(changed ? generation + 1 : generation), "metadata", "generation");
    }

    /// Whether metadata changed that counts as desired state: a Deployment hands its annotations
    /// on to its ReplicaSets, an EndpointSlice belongs to a Service by its labels.
    private static boolean isMetadataChanged(Kind kind, JsonObject updated, JsonObject old) {
        return switch (kind.kind()) {
            case "Deployment" -> !part("annotations", updated).equals(part("annotations", old));
            case "EndpointSlice" -> !part("labels", updated).equals(part("labels", old));
            default -> false;
        };
    }

    private static JsonObject part(String name, JsonObject object) {
        return object.object("metadata").object(name);
    }

    /// What a change of counts: all but metadata and status for kinds without a spec and for
    /// custom resources, else the spec.
    private static JsonObject desired(Kind kind, JsonObject object) {
        boolean whole = kind.schema().equals(CUSTOM) || !object.has("spec");
        if (!whole) {
            return object.object("spec");
        }
        JsonObject rest = object.without("metadata").without("apiVersion").without("kind");
        return kind.hasSubresource("status") ? rest.without("status") : rest;
    }
}
