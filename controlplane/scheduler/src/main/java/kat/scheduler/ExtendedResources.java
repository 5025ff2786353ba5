package kat.scheduler;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.OwnerReference;
import kat.api.device.PodDeviceClaim;
import org.jspecify.annotations.Nullable;

/// Extended resources of containers that devices can stand for: a class names one of them, and
/// each class has one of its own name.
///
/// **Source:** `dynamic-resource-allocation/deviceclass/extendedresourcecache`; KEP-5004.
public record ExtendedResources(ClusterObjects objects) {

    /// Marks the claim that stands for a pod's extended resources.
    public static final String ANNOTATION = "resource.kubernetes.io/extended-resource-claim";

    /// What the resource of a class begins with.
    private static final String PREFIX = "deviceclass.resource.kubernetes.io/";

    private static final Comparator<KubeObject> NEWEST =
            Comparator.<KubeObject, Instant>comparing(
                            type ->
                                    Objects.requireNonNullElse(
                                            type.creationTimestamp(), Instant.MIN))
                    .thenComparing(Comparator.comparing(KubeObject::name).reversed());

    private static boolean mayBe(String resource) {
        return resource.startsWith(PREFIX)
                || (resource.indexOf('/') > 0 && !resource.contains("kubernetes.io/"));
    }

    /// The name of the class whose devices stand for a resource; null for none. Of several
    /// classes the newest counts.
    public @Nullable String classOf(String resource) {
        if (!mayBe(resource)) {
            return null;
        }
        if (resource.startsWith(PREFIX)) {
            String name = resource.substring(PREFIX.length());
            return objects.get(DeviceKinds.CLASS, ObjectKey.of("", name)) == null ? null : name;
        }
        return objects.list(DeviceKinds.CLASS, "").stream()
                .filter(each -> each.spec().string("extendedResourceName").equals(resource))
                .max(NEWEST)
                .map(KubeObject::name)
                .orElse(null);
    }

    /// The resources that a pod requests and devices can stand for, sorted.
    public List<String> of(PodInfo pod) {
        Resources requests = pod.requests();
        List<String> backed = new ArrayList<>();
        for (int i = 0; i < requests.size(); i++) {
            if (requests.amount(i) > 0 && classOf(requests.name(i)) != null) {
                backed.add(requests.name(i));
            }
        }
        return backed;
    }

    /// The claim that was made for a pod's extended resources; null for none.
    public @Nullable KubeObject claimOf(PodInfo pod) {
        for (KubeObject claim : objects.list(PodDeviceClaim.KIND, pod.object().namespace())) {
            OwnerReference owner = claim.controller();
            if (isSpecial(claim) && owner != null && owner.uid().equals(pod.object().uid())) {
                return claim;
            }
        }
        return null;
    }

    /// Whether a claim stands for extended resources.
    public static boolean isSpecial(KubeObject claim) {
        return claim.annotation(ANNOTATION).equals("true");
    }
}
