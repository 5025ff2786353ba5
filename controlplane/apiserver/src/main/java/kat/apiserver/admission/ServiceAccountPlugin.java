package kat.apiserver.admission;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.StatusException;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.apiserver.registry.Admission.Attributes;
import kat.apiserver.registry.Writer.Clock;
import org.jspecify.annotations.Nullable;

/// Gives each pod a service account and mounts its token.
///
/// **Source:** `plugin/pkg/admission/serviceaccount`.
final class ServiceAccountPlugin implements Plugin {

    private static final String MOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";
    private static final String VOLUME = "kube-api-access-";

    /// An hour and some seconds, by which the kubelet knows that it may renew the token early.
    private static final long TOKEN_SECONDS = 3607;

    private static final long READ_ONLY_MODE = 420;

    private static final String DEFAULT = "default";

    /// How long a pod waits for the account that each namespace gets soon after it was made:
    /// Kubernetes looks ten times, 100 to 200 ms apart.
    private static final Duration LONGEST_WAIT = Duration.ofMillis(1800);

    private final Lookup lookup;
    private final Clock clock;

    ServiceAccountPlugin(Lookup lookup, Clock clock) {
        this.lookup = lookup;
        this.clock = clock;
    }

    @Override
    public JsonObject admit(Attributes attributes, JsonObject pod) {
        if (!Pods.isCreation(attributes)) {
            return pod;
        }
        JsonObject spec = pod.object("spec");
        if (pod.object("metadata").object("annotations").has(Pods.MIRROR)) {
            String used = MirrorPods.credential(spec);
            if (used != null) {
                throw Refusals.forbidden(attributes, pod, "a mirror pod may not " + used);
            }
            return pod;
        }
        String name = spec.string("serviceAccountName");
        if (name.isEmpty()) {
            name = spec.string("serviceAccount", DEFAULT);
        }
        spec = spec.with("serviceAccountName", name).with("serviceAccount", name);
        KubeObject account = account(attributes.target().namespace(), name);
        if (account == null) {
            throw unknown(attributes, pod, name);
        }
        if (mounts(spec, account)) {
            spec = withToken(spec);
        }
        JsonArray secrets = account.tree().array("imagePullSecrets");
        if (spec.array("imagePullSecrets").isEmpty() && !secrets.isEmpty()) {
            spec = spec.with("imagePullSecrets", secrets);
        }
        require(attributes, pod, MountableSecrets.fault(account, spec));
        return pod.with("spec", spec);
    }

    /// Webhooks may have changed what the pod uses, and ephemeral containers come later.
    @Override
    public void validate(Attributes attributes, JsonObject pod) {
        boolean isEphemeral = Pods.isEphemeral(attributes);
        boolean isMirror = pod.object("metadata").object("annotations").has(Pods.MIRROR);
        if (!isEphemeral && (!Pods.isCreation(attributes) || isMirror)) {
            return;
        }
        JsonObject spec = pod.object("spec");
        String name = spec.string("serviceAccountName");
        String namespace = attributes.target().namespace();
        if (name.isEmpty()) {
            String which = namespace + "/" + pod.object("metadata").string("name");
            throw Refusals.forbidden(
                    attributes, pod, "no service account specified for pod " + which);
        }
        KubeObject account = lookup.find(Kinds.SERVICE_ACCOUNT, namespace, name);
        if (account == null) {
            throw unknown(attributes, pod, name);
        }
        String fault =
                isEphemeral
                        ? MountableSecrets.faultOfEphemeral(account, spec)
                        : MountableSecrets.fault(account, spec);
        require(attributes, pod, fault);
    }

    private static void require(Attributes attributes, JsonObject pod, String fault) {
        if (!fault.isEmpty()) {
            throw Refusals.forbidden(attributes, pod, fault);
        }
    }

    private static StatusException unknown(Attributes attributes, JsonObject pod, String name) {
        return Refusals.forbidden(
                attributes,
                pod,
                "error looking up service account "
                        + attributes.target().namespace()
                        + "/"
                        + name
                        + ": serviceaccount \""
                        + name
                        + "\" not found");
    }

    private @Nullable KubeObject account(String namespace, String name) {
        return name.equals(DEFAULT)
                ? lookup.await(
                        Kinds.SERVICE_ACCOUNT,
                        new ObjectKey(namespace, name),
                        LONGEST_WAIT,
                        clock.ticker())
                : lookup.find(Kinds.SERVICE_ACCOUNT, namespace, name);
    }

    private static boolean mounts(JsonObject spec, KubeObject account) {
        String switched = "automountServiceAccountToken";
        return spec.has(switched) ? spec.bool(switched) : account.tree().bool(switched, true);
    }

    private JsonObject withToken(JsonObject spec) {
        String volume = "";
        for (JsonObject each : spec.array("volumes").objects()) {
            if (each.string("name").startsWith(VOLUME)) {
                volume = each.string("name");
            }
        }
        boolean present = !volume.isEmpty();
        String name = present ? volume : clock.names().generate(VOLUME);
        JsonObject mounted = spec;
        boolean used = false;
        for (String group : List.of("initContainers", "containers")) {
            if (!spec.has(group)) {
                continue;
            }
            List<Json> containers = new ArrayList<>();
            for (JsonObject container : spec.array(group).objects()) {
                JsonObject after = withMount(container, name);
                used |= after != container;
                containers.add(after);
            }
            mounted = mounted.with(group, new JsonArray(containers));
        }
        return used && !present
                ? mounted.with("volumes", spec.array("volumes").with(volume(name)))
                : mounted;
    }

    private static JsonObject withMount(JsonObject container, String volume) {
        JsonArray mounts = container.array("volumeMounts");
        for (JsonObject mount : mounts.objects()) {
            if (mount.string("mountPath").equals(MOUNT)) {
                return container;
            }
        }
        JsonObject mount =
                JsonObject.builder()
                        .put("mountPath", MOUNT)
                        .put("name", volume)
                        .put("readOnly", true)
                        .build();
        return container.with("volumeMounts", mounts.with(mount));
    }

    private static JsonObject volume(String name) {
        JsonObject token =
                JsonObject.of(
                        "serviceAccountToken",
                        JsonObject.of(
                                "expirationSeconds",
                                Json.of(TOKEN_SECONDS),
                                "path",
                                Json.of("token")));
        JsonObject item = JsonObject.of("key", Json.of("ca.crt"), "path", Json.of("ca.crt"));
        JsonObject authority =
                JsonObject.of(
                        "configMap",
                        JsonObject.of(
                                "items", JsonArray.of(item), "name", Json.of("kube-root-ca.crt")));
        JsonObject field =
                JsonObject.of(
                        "apiVersion", Json.of("v1"), "fieldPath", Json.of("metadata.namespace"));
        JsonObject namespace =
                JsonObject.of(
                        "downwardAPI",
                        JsonObject.of(
                                "items",
                                JsonArray.of(
                                        JsonObject.of(
                                                "fieldRef", field, "path", Json.of("namespace")))));
        JsonObject projected =
                JsonObject.of(
                        "defaultMode",
                        Json.of(READ_ONLY_MODE),
                        "sources",
                        JsonArray.of(token, authority, namespace));
        return JsonObject.of("name", Json.of(name), "projected", projected);
    }
}
