package kat.apiserver.auth;

import java.util.List;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.JsonObject;
import kat.apiserver.registry.Reader;
import kat.apiserver.registry.Resource;
import kat.apiserver.registry.Resources;
import kat.store.Entry;
import org.jspecify.annotations.Nullable;

/// Tells which objects a node has to do with: its pods and what they refer to.
///
/// Nothing is kept between questions. All that pods refer to lies in their own namespace, or leads
/// to a claim there, so that a question costs one pass over the pods of one namespace; only nodes'
/// agents ask.
///
/// **Threads:** any; never blocks.
///
/// **Source:** `plugin/pkg/auth/authorizer/node/graph.go`.
public final class NodeReach {

    private static final String MIRROR = "kubernetes.io/config.mirror";
    private static final List<String> CONTAINERS =
            List.of("initContainers", "containers", "ephemeralContainers");

    /// Members of volume sources that name a secret which the agent must read.
    private static final List<String> VISIBLE_SECRETS =
            List.of(
                    "secretRef",
                    "nodePublishSecretRef",
                    "nodeStageSecretRef",
                    "nodeExpandSecretRef");

    private final Reader reader;
    private final Resources resources;

    public NodeReach(Reader reader, Resources resources) {
        this.reader = reader;
        this.resources = resources;
    }

    /// @param resource the plural name
    boolean isRelated(String node, String resource, String namespace, String name) {
        return switch (resource) {
            case "secrets" ->
                    pods(node, namespace).stream().anyMatch(p -> usesSecret(p, name))
                            || volumeHasSecret(node, namespace, name);
            case "configmaps" -> pods(node, namespace).stream().anyMatch(p -> usesMap(p, name));
            case "serviceaccounts" ->
                    pods(node, namespace).stream()
                            .anyMatch(p -> p.spec().string("serviceAccountName").equals(name));
            case "persistentvolumeclaims" -> usesClaim(node, namespace, name);
            case "persistentvolumes" -> usesVolume(node, find(Kinds.PERSISTENT_VOLUME, "", name));
            case "resourceclaims" ->
                    pods(node, namespace).stream().anyMatch(p -> usesDevice(p, name));
            case "pods" -> isOn(node, find(Kinds.POD, namespace, name));
            default -> isOn(node, find(resource, namespace, name));
        };
    }

    private static boolean isOn(String node, @Nullable KubeObject object) {
        return object != null && object.spec().string("nodeName").equals(node);
    }

    private @Nullable KubeObject find(Kind kind, String namespace, String name) {
        return find(resources.require(kind), namespace, name);
    }

    private @Nullable KubeObject find(String plural, String namespace, String name) {
        for (Kind kind : resources.kinds().all()) {
            if (kind.plural().equals(plural) && kind.group().endsWith(".k8s.io")) {
                return find(kind, namespace, name);
            }
        }
        return null;
    }

    private @Nullable KubeObject find(Resource resource, String namespace, String name) {
        Entry entry = reader.find(resource, new ObjectKey(namespace, name));
        return entry == null ? null : resource.object(entry);
    }

    /// The pods on a node that give it a right to what they refer to.
    private List<KubeObject> pods(String node, String namespace) {
        return all(Kinds.POD, namespace).stream()
                .filter(pod -> isOn(node, pod) && !pod.annotations().containsKey(MIRROR))
                .toList();
    }

    private List<KubeObject> all(Kind kind, String namespace) {
        Resource resource = resources.require(kind);
        return reader.page(resource, new Reader.Query(namespace, null, 0, 0, "")).entries().stream()
                .map(resource::object)
                .toList();
    }

    private boolean usesClaim(String node, String namespace, String name) {
        return pods(node, namespace).stream().anyMatch(pod -> usesClaim(pod, name));
    }

    private static boolean usesClaim(KubeObject pod, String name) {
        for (JsonObject volume : pod.spec().array("volumes").objects()) {
            String own = pod.name() + "-" + volume.string("name");
            if (volume.object("persistentVolumeClaim").string("claimName").equals(name)
                    || (volume.has("ephemeral") && own.equals(name))) {
                return true;
            }
        }
        return false;
    }

    private boolean usesVolume(String node, @Nullable KubeObject volume) {
        JsonObject claim = volume == null ? JsonObject.EMPTY : volume.spec().object("claimRef");
        return !claim.isEmpty() && usesClaim(node, claim.string("namespace"), claim.string("name"));
    }

    private boolean volumeHasSecret(String node, String namespace, String name) {
        for (KubeObject volume : all(Kinds.PERSISTENT_VOLUME, "")) {
            String claimed = volume.spec().object("claimRef").string("namespace");
            for (String type : volume.spec().names()) {
                JsonObject source = volume.spec().object(type);
                if (namesSecret(source, claimed, namespace, name) && usesVolume(node, volume)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean namesSecret(
            JsonObject source, String absent, String namespace, String name) {
        String space = source.string("secretNamespace", absent);
        if (source.string("secretName").equals(name) && space.equals(namespace)) {
            return true;
        }
        for (String member : VISIBLE_SECRETS) {
            JsonObject reference = source.object(member);
            if (reference.string("name").equals(name)
                    && reference.string("namespace", absent).equals(namespace)) {
                return true;
            }
        }
        return false;
    }

    private static boolean usesSecret(KubeObject pod, String name) {
        JsonObject spec = pod.spec();
        for (JsonObject pull : spec.array("imagePullSecrets").objects()) {
            if (pull.string("name").equals(name)) {
                return true;
            }
        }
        for (JsonObject volume : spec.array("volumes").objects()) {
            for (String type : volume.names()) {
                if (namesSecret(volume.object(type), "", "", name)) {
                    return true;
                }
            }
        }
        return usesInVolumeOrVariable(spec, "secret", name);
    }

    private static boolean usesMap(KubeObject pod, String name) {
        for (JsonObject volume : pod.spec().array("volumes").objects()) {
            if (volume.object("configMap").string("name").equals(name)) {
                return true;
            }
        }
        return usesInVolumeOrVariable(pod.spec(), "configMap", name);
    }

    /// @param kind `secret` or `configMap`, as members' names begin
    private static boolean usesInVolumeOrVariable(JsonObject spec, String kind, String name) {
        for (JsonObject volume : spec.array("volumes").objects()) {
            for (JsonObject source : volume.object("projected").array("sources").objects()) {
                if (source.object(kind).string("name").equals(name)) {
                    return true;
                }
            }
        }
        for (String group : CONTAINERS) {
            for (JsonObject container : spec.array(group).objects()) {
                if (usesInVariable(container, kind, name)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean usesInVariable(JsonObject container, String kind, String name) {
        for (JsonObject all : container.array("envFrom").objects()) {
            if (all.object(kind + "Ref").string("name").equals(name)) {
                return true;
            }
        }
        for (JsonObject one : container.array("env").objects()) {
            if (one.at("valueFrom", kind + "KeyRef").string("name").equals(name)) {
                return true;
            }
        }
        return false;
    }

    private static boolean usesDevice(KubeObject pod, String name) {
        for (JsonObject claim : pod.spec().array("resourceClaims").objects()) {
            if (claim.string("resourceClaimName").equals(name)) {
                return true;
            }
        }
        for (JsonObject made : pod.status().array("resourceClaimStatuses").objects()) {
            if (made.string("resourceClaimName").equals(name)) {
                return true;
            }
        }
        return pod.status()
                .object("extendedResourceClaimStatus")
                .string("resourceClaimName")
                .equals(name);
    }
}
