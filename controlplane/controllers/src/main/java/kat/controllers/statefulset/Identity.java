package kat.controllers.statefulset;

import java.util.ArrayList;
import java.util.List;
import kat.api.KubeObject;
import kat.api.OwnerReference;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.controllers.workload.PodTemplates;

/// What a pod of a StatefulSet keeps over its lives: number, name, host name and claims.
///
/// **Source:** kube-controller-manager `statefulset/stateful_set_utils.go`.
final class Identity {

    static final String REVISION = "controller-revision-hash";
    private static final String POD_NAME = "statefulset.kubernetes.io/pod-name";
    private static final String POD_INDEX = "apps.kubernetes.io/pod-index";

    private Identity() {}

    /// The pod's number; -1 when its name is not of the set's form.
    static int ordinal(KubeObject set, String podName) {
        String prefix = set.name() + "-";
        if (!podName.startsWith(prefix)) {
            return -1;
        }
        String number = podName.substring(prefix.length());
        return number.matches("0|[1-9][0-9]{0,8}") ? Integer.parseInt(number) : -1;
    }

    static int start(KubeObject set) {
        return (int) set.spec().object("ordinals").integer("start", 0);
    }

    static boolean isInRange(KubeObject set, int ordinal) {
        int start = start(set);
        return ordinal >= start && ordinal < start + set.spec().integer("replicas", 1);
    }

    /// The pod of a number, made from a template.
    static KubeObject pod(KubeObject set, JsonObject template, String revision, int ordinal) {
        String name = set.name() + "-" + ordinal;
        KubeObject pod =
                PodTemplates.pod(set, template)
                        .withMetadata(
                                m ->
                                        m.with("name", name)
                                                .change("labels", l -> labels(l, name, ordinal))
                                                .change("labels", l -> l.with(REVISION, revision)));
        return pod.withSpec(
                spec -> {
                    JsonObject named =
                            spec.with("hostname", name)
                                    .with("subdomain", set.spec().string("serviceName"));
                    JsonArray volumes = volumes(set, spec.array("volumes"), ordinal);
                    return volumes.isEmpty() ? named : named.with("volumes", volumes);
                });
    }

    private static JsonObject labels(JsonObject labels, String name, int ordinal) {
        return labels.with(POD_NAME, name).with(POD_INDEX, Integer.toString(ordinal));
    }

    /// Whether the pod carries its name as a label.
    static boolean isComplete(KubeObject pod) {
        return pod.label(POD_NAME).equals(pod.name());
    }

    /// The pod with the labels of its identity.
    static KubeObject completed(KubeObject pod, int ordinal) {
        return pod.withMetadata(m -> m.change("labels", l -> labels(l, pod.name(), ordinal)));
    }

    private static JsonArray volumes(KubeObject set, JsonArray templated, int ordinal) {
        List<Json> volumes = new ArrayList<>();
        List<String> claimed = new ArrayList<>();
        for (JsonObject template : templates(set)) {
            String volume = template.object("metadata").string("name");
            claimed.add(volume);
            JsonObject source =
                    JsonObject.of("claimName", Json.of(claimName(set, template, ordinal)));
            volumes.add(JsonObject.of("name", Json.of(volume), "persistentVolumeClaim", source));
        }
        for (JsonObject volume : templated.objects()) {
            if (!claimed.contains(volume.string("name"))) {
                volumes.add(volume);
            }
        }
        return new JsonArray(volumes);
    }

    private static List<JsonObject> templates(KubeObject set) {
        return set.spec().array("volumeClaimTemplates").objects();
    }

    private static String claimName(KubeObject set, JsonObject template, int ordinal) {
        return template.object("metadata").string("name") + "-" + set.name() + "-" + ordinal;
    }

    /// The claims that the pod of a number uses.
    static List<KubeObject> claims(KubeObject set, int ordinal) {
        List<KubeObject> claims = new ArrayList<>();
        for (JsonObject template : templates(set)) {
            JsonObject metadata = template.object("metadata");
            JsonObject labels = metadata.object("labels");
            JsonObject.Builder all = labels.toBuilder();
            set.spec().at("selector", "matchLabels").forEach(all::put);
            claims.add(
                    new KubeObject(
                            template.without("status")
                                    .with("apiVersion", "v1")
                                    .with("kind", "PersistentVolumeClaim")
                                    .with(
                                            "metadata",
                                            metadata.with("namespace", set.namespace())
                                                    .with("name", claimName(set, template, ordinal))
                                                    .with("labels", all.build()))));
        }
        return claims;
    }

    /// The claim with the owners that the set's retention policy asks for.
    ///
    /// @param pod of the claim; it owns the claim once it is beyond the set's size
    static KubeObject owned(KubeObject claim, KubeObject set, KubeObject pod, boolean condemned) {
        JsonObject policy = set.spec().object("persistentVolumeClaimRetentionPolicy");
        boolean whenDeleted = policy.string("whenDeleted").equals("Delete");
        boolean whenScaled = policy.string("whenScaled").equals("Delete");
        List<OwnerReference> owners = new ArrayList<>();
        for (OwnerReference owner : claim.ownerReferences()) {
            boolean ours =
                    (owner.kind().equals("StatefulSet") && owner.name().equals(set.name()))
                            || (owner.kind().equals("Pod") && owner.name().equals(pod.name()));
            if (!ours) {
                if (owner.controller() && (whenDeleted || whenScaled)) {
                    return claim;
                }
                owners.add(owner);
            }
        }
        if (whenScaled && condemned) {
            owners.add(OwnerReference.controlledBy(pod));
        } else if (whenDeleted) {
            owners.add(OwnerReference.controlledBy(set));
        }
        return owners.equals(claim.ownerReferences()) ? claim : claim.withOwners(owners);
    }
}
