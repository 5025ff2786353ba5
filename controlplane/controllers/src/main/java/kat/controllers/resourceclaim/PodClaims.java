package kat.controllers.resourceclaim;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.OwnerReference;
import kat.api.Status;
import kat.api.device.PodDeviceClaim;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.client.Change;
import kat.client.ClusterView;
import kat.client.Controller;
import kat.client.Index;
import kat.client.Patch;
import kat.client.Plan;
import kat.controllers.workload.Pods;
import org.jspecify.annotations.Nullable;

/// Makes the ResourceClaims of pods from their templates and tells the pods their names;
/// reserves allotted claims for pods that got their node without the scheduler.
///
/// First all claims are made, under generated names; once they are seen, the pod is told. So a
/// claim that was made before a crash is found by its owner and annotation, and used.
///
/// **Source:** kube-controller-manager `resourceclaim/controller.go`, `syncPod`.
public final class PodClaims implements Controller {

    static final String ANNOTATION = "resource.kubernetes.io/pod-claim-name";

    private static final Kind TEMPLATE =
            Kinds.builtIn().require("resource.k8s.io/v1", "ResourceClaimTemplate");

    /// Leaves space for the five random characters of a name.
    private static final int LONGEST_BASE = 57;

    static final Index BY_CLAIM = new Index("device claims of pods", PodClaims::claimKeys);

    private static final Index BY_TEMPLATE =
            new Index("device claim templates of pods", PodClaims::templateKeys);

    private static final Index BY_OWNER = new Index("pods that own device claims", PodClaims::pods);

    @Override
    public String name() {
        return "resource_claim";
    }

    @Override
    public String account() {
        return "resource-claim-controller";
    }

    @Override
    public List<Watched> watches() {
        return List.of(
                Watched.primary(Kinds.POD, BY_CLAIM, BY_TEMPLATE),
                new Watched(PodDeviceClaim.KIND, List.of(BY_OWNER), PodClaims::ofClaim),
                new Watched(TEMPLATE, List.of(), PodClaims::ofTemplate));
    }

    private static List<String> claimKeys(KubeObject pod) {
        return PodDeviceClaim.names(pod).stream()
                .map(name -> pod.namespace() + "/" + name)
                .toList();
    }

    private static List<String> templateKeys(KubeObject pod) {
        return PodDeviceClaim.of(pod).stream()
                .filter(each -> !each.template().isEmpty())
                .map(each -> pod.namespace() + "/" + each.template())
                .toList();
    }

    private static List<String> pods(KubeObject claim) {
        OwnerReference owner = owner(claim);
        return owner == null ? List.of() : List.of(owner.uid());
    }

    /// The pod that a claim was made for; null for a claim of somebody's own.
    static @Nullable OwnerReference owner(KubeObject claim) {
        OwnerReference owner = claim.controller();
        return owner != null && owner.apiVersion().equals("v1") && owner.kind().equals("Pod")
                ? owner
                : null;
    }

    private static List<ObjectKey> ofClaim(
            ClusterView view, @Nullable KubeObject before, @Nullable KubeObject after) {
        KubeObject claim = after == null ? before : after;
        if (claim == null) {
            return List.of();
        }
        List<ObjectKey> keys = new ArrayList<>();
        view.indexed(Kinds.POD, BY_CLAIM, claim.key().toString())
                .forEach(pod -> keys.add(pod.key()));
        OwnerReference owner = owner(claim);
        if (owner != null) {
            keys.add(ObjectKey.of(claim.namespace(), owner.name()));
        }
        return keys;
    }

    private static List<ObjectKey> ofTemplate(
            ClusterView view, @Nullable KubeObject before, @Nullable KubeObject after) {
        return after == null
                ? List.of()
                : view.indexed(Kinds.POD, BY_TEMPLATE, after.key().toString()).stream()
                        .map(KubeObject::key)
                        .toList();
    }

    @Override
    public Plan reconcile(ClusterView view, ObjectKey key, Instant now) {
        KubeObject pod = view.get(Kinds.POD, key);
        if (pod == null || !Pods.isActive(pod)) {
            return Plan.NOTHING;
        }
        List<PodDeviceClaim> entries = PodDeviceClaim.of(pod);
        if (entries.isEmpty()) {
            return Plan.NOTHING;
        }
        Plan missing = missing(view, pod, entries);
        if (!missing.isEmpty()) {
            return missing;
        }
        Plan.Builder plan = Plan.builder();
        tell(view, pod, entries, plan);
        if (!Pods.node(pod).isEmpty()) {
            reserve(view, pod, entries, plan);
        }
        return plan.build();
    }

    /// Makes what is not there, up to the first template that is missing.
    private static Plan missing(ClusterView view, KubeObject pod, List<PodDeviceClaim> entries) {
        List<Change> creations = new ArrayList<>();
        for (PodDeviceClaim entry : entries) {
            if (entry.template().isEmpty()
                    || entry.state() == PodDeviceClaim.State.NOT_NEEDED
                    || present(view, pod, entry) != null) {
                continue;
            }
            KubeObject template =
                    view.get(TEMPLATE, ObjectKey.of(pod.namespace(), entry.template()));
            if (template == null) {
                creations.add(notFound(pod, entry));
                break;
            }
            creations.add(
                    new Change.Create(
                            PodDeviceClaim.KIND,
                            claim(pod, entry, template),
                            _ -> List.of(),
                            status -> List.of(refused(pod, entry, status))));
        }
        return new Plan(creations, null);
    }

    private static Change notFound(KubeObject pod, PodDeviceClaim entry) {
        String name = '"' + entry.template() + '"';
        return failed(
                pod,
                entry,
                "resource claim template "
                        + name
                        + ": resourceclaimtemplate.resource.k8s.io "
                        + name
                        + " not found");
    }

    private static Change refused(KubeObject pod, PodDeviceClaim entry, Status status) {
        return failed(pod, entry, "create ResourceClaim : " + status.message());
    }

    private static Change failed(KubeObject pod, PodDeviceClaim entry, String why) {
        return Change.Emit.warning(
                pod,
                "FailedResourceClaimCreation",
                "PodResourceClaim " + entry.name() + ": " + why);
    }

    /// The claim that was made for an entry, whether the pod knows of it or not.
    private static @Nullable KubeObject present(
            ClusterView view, KubeObject pod, PodDeviceClaim entry) {
        if (entry.state() == PodDeviceClaim.State.KNOWN) {
            KubeObject known =
                    view.get(PodDeviceClaim.KIND, ObjectKey.of(pod.namespace(), entry.claim()));
            if (known != null && entry.mayBe(known, pod)) {
                return known;
            }
        }
        for (KubeObject claim : view.indexed(PodDeviceClaim.KIND, BY_OWNER, pod.uid())) {
            if (claim.annotation(ANNOTATION).equals(entry.name())) {
                return claim;
            }
        }
        return null;
    }

    private static KubeObject claim(KubeObject pod, PodDeviceClaim entry, KubeObject template) {
        JsonObject wanted = template.spec().object("metadata");
        OwnerReference owner = new OwnerReference("v1", "Pod", pod.name(), pod.uid(), true, false);
        JsonObject.Builder metadata =
                JsonObject.builder()
                        .put("generateName", base(pod.name(), entry.name()))
                        .put("namespace", pod.namespace())
                        .put(
                                "annotations",
                                wanted.object("annotations").with(ANNOTATION, entry.name()))
                        .put("ownerReferences", JsonArray.of(owner.toJson()));
        if (!wanted.object("labels").isEmpty()) {
            metadata.put("labels", wanted.object("labels"));
        }
        return new KubeObject(
                JsonObject.builder()
                        .put("apiVersion", "resource.k8s.io/v1")
                        .put("kind", "ResourceClaim")
                        .put("metadata", metadata.build())
                        .put("spec", template.spec().object("spec"))
                        .build());
    }

    /// Both names with a dash after each; too long ones are cut in proportion, so that
    /// something is left of both.
    static String base(String pod, String entry) {
        String whole = pod + "-" + entry + "-";
        int length = whole.length();
        return length <= LONGEST_BASE
                ? whole
                : pod.substring(0, pod.length() * LONGEST_BASE / length)
                        + "-"
                        + entry.substring(0, entry.length() * LONGEST_BASE / length);
    }

    private static void tell(
            ClusterView view, KubeObject pod, List<PodDeviceClaim> entries, Plan.Builder plan) {
        boolean isNews = false;
        List<JsonObject> statuses = new ArrayList<>();
        for (PodDeviceClaim entry : entries) {
            KubeObject claim = entry.template().isEmpty() ? null : present(view, pod, entry);
            if (claim == null || entry.state() == PodDeviceClaim.State.NOT_NEEDED) {
                continue;
            }
            isNews |= !entry.claim().equals(claim.name());
            statuses.add(
                    JsonObject.builder()
                            .put("name", entry.name())
                            .put("resourceClaimName", claim.name())
                            .build());
        }
        if (isNews) {
            JsonArray list = new JsonArray(List.copyOf(statuses));
            JsonObject body =
                    JsonObject.of(
                            "metadata",
                            JsonObject.builder().put("uid", pod.uid()).build(),
                            "status",
                            JsonObject.of("resourceClaimStatuses", list));
            plan.add(new Change.PatchObject(Kinds.POD, pod.key(), Patch.strategic(body), "status"));
        }
    }

    private static void reserve(
            ClusterView view, KubeObject pod, List<PodDeviceClaim> entries, Plan.Builder plan) {
        JsonObject consumer =
                JsonObject.builder()
                        .put("resource", "pods")
                        .put("name", pod.name())
                        .put("uid", pod.uid())
                        .build();
        for (PodDeviceClaim entry : entries) {
            KubeObject claim =
                    entry.claim().isEmpty()
                            ? null
                            : view.get(
                                    PodDeviceClaim.KIND,
                                    ObjectKey.of(pod.namespace(), entry.claim()));
            if (claim == null || !entry.mayBe(claim, pod)) {
                continue;
            }
            if (claim.status().has("allocation") && !PodDeviceClaim.isReserved(claim, pod)) {
                JsonArray users = claim.status().array("reservedFor").with(consumer);
                plan.add(
                        Change.Update.status(
                                PodDeviceClaim.KIND,
                                claim.withStatus(status -> status.with("reservedFor", users))));
            }
        }
    }
}
