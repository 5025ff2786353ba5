package kat.api.device;

import java.util.ArrayList;
import java.util.List;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.OwnerReference;
import kat.api.Quantity;
import kat.api.json.JsonObject;

/// One entry of a pod's `spec.resourceClaims`, with the ResourceClaim that stands behind it.
///
/// @param name of the entry, as containers use it
/// @param template from which the claim is made; empty when the pod names a claim itself
/// @param claim the name of the ResourceClaim; empty when there is none
/// @param state what is known of that name
///
/// **Source:** `k8s.io/dynamic-resource-allocation/resourceclaim`, `Name`.
public record PodDeviceClaim(String name, String template, String claim, State state) {

    /// The kind of what is claimed by.
    public static final Kind KIND = Kinds.builtIn().require("resource.k8s.io/v1", "ResourceClaim");

    /// What holds an allotted claim until its devices are given back.
    public static final String FINALIZER = "resource.kubernetes.io/delete-protection";

    /// Whether the claim behind an entry is known.
    public enum State {
        /// The pod says which claim it is.
        KNOWN,
        /// It is to be made from the template.
        AWAITED,
        /// It was found that none is needed.
        NOT_NEEDED
    }

    /// The entries of a pod, in its order.
    public static List<PodDeviceClaim> of(KubeObject pod) {
        List<PodDeviceClaim> found = new ArrayList<>();
        for (JsonObject entry : pod.spec().array("resourceClaims").objects()) {
            found.add(of(pod, entry));
        }
        return found;
    }

    /// The entries of a pod, and that of its extended resources, which has no name.
    public static List<PodDeviceClaim> ofAll(KubeObject pod) {
        List<PodDeviceClaim> found = new ArrayList<>(of(pod));
        String extended = extended(pod).string("resourceClaimName");
        if (!extended.isEmpty()) {
            found.add(new PodDeviceClaim("", "", extended, State.KNOWN));
        }
        return found;
    }

    private static JsonObject extended(KubeObject pod) {
        return pod.status().object("extendedResourceClaimStatus");
    }

    /// What a container has of a claim.
    ///
    /// @param claim the name of the ResourceClaim
    /// @param request of the claim; empty for all
    public record Use(String claim, String request) {}

    /// What a container of a pod has of the pod's claims, as far as these are known.
    ///
    /// **Source:** `pkg/kubelet/cm/dra/manager.go`, `GetResources`.
    public static List<Use> uses(KubeObject pod, JsonObject container) {
        List<Use> uses = new ArrayList<>();
        List<JsonObject> wanted = container.object("resources").array("claims").objects();
        for (PodDeviceClaim each : of(pod)) {
            for (JsonObject use : wanted) {
                if (use.string("name").equals(each.name()) && !each.claim().isEmpty()) {
                    uses.add(new Use(each.claim(), use.string("request")));
                }
            }
        }
        JsonObject extended = extended(pod);
        JsonObject requests = container.object("resources").object("requests");
        for (JsonObject mapping : extended.array("requestMappings").objects()) {
            boolean isHere = mapping.string("containerName").equals(container.string("name"));
            String asked = requests.string(mapping.string("resourceName"), "0");
            if (isHere && !Quantity.parse(asked).isZero()) {
                String claim = extended.string("resourceClaimName");
                uses.add(new Use(claim, mapping.string("requestName")));
            }
        }
        return uses;
    }

    private static PodDeviceClaim of(KubeObject pod, JsonObject entry) {
        String name = entry.string("name");
        String own = entry.string("resourceClaimName");
        if (!own.isEmpty()) {
            return new PodDeviceClaim(name, "", own, State.KNOWN);
        }
        String template = entry.string("resourceClaimTemplateName");
        for (JsonObject status : pod.status().array("resourceClaimStatuses").objects()) {
            if (status.string("name").equals(name)) {
                String made = status.string("resourceClaimName");
                State state = made.isEmpty() ? State.NOT_NEEDED : State.KNOWN;
                return new PodDeviceClaim(name, template, made, state);
            }
        }
        return new PodDeviceClaim(name, template, "", State.AWAITED);
    }

    /// The names of all ResourceClaims that are known of a pod, those of its extended resources
    /// among them.
    public static List<String> names(KubeObject pod) {
        List<String> names = new ArrayList<>();
        for (PodDeviceClaim each : ofAll(pod)) {
            if (!each.claim().isEmpty()) {
                names.add(each.claim());
            }
        }
        return names;
    }

    /// Whether the claim may serve this entry: one made from a template serves its own pod
    /// only.
    public boolean mayBe(KubeObject claim, KubeObject pod) {
        OwnerReference owner = claim.controller();
        return template.isEmpty() || (owner != null && owner.uid().equals(pod.uid()));
    }

    /// Whether a claim is reserved for a pod.
    public static boolean isReserved(KubeObject claim, KubeObject pod) {
        return claim.status().array("reservedFor").objects().stream()
                .anyMatch(each -> each.string("uid").equals(pod.uid()));
    }
}
