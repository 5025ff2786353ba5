package kat.kubelet.csi;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.SequencedMap;
import java.util.TreeMap;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.csi.VolumeFacts;
import kat.kubelet.spec.ObjectSource;
import kat.kubelet.volumes.Tokens;
import kat.kubelet.volumes.VolumeFault;
import kat.kubelet.volumes.VolumeFault.Telling;
import org.jspecify.annotations.Nullable;

/// Finds in the API what a driver must be told: Secrets, tokens, what its controller said.
///
/// **Threads:** any; calls block.
record CsiFacts(ObjectSource objects, Tokens tokens, String nodeName) {

    private static final Kind CSI_DRIVER =
            Kinds.builtIn().require("storage.k8s.io/v1", "CSIDriver");
    private static final Kind ATTACHMENT =
            Kinds.builtIn().require("storage.k8s.io/v1", "VolumeAttachment");
    private static final String TOKENS = "csi.storage.k8s.io/serviceAccount.tokens";
    private static final long TOKEN_SECONDS = 3600;

    /// What the API says of a driver; null when it says nothing.
    @Nullable KubeObject driver(String name) {
        return objects.find(CSI_DRIVER, ObjectKey.of("", name));
    }

    /// What the driver's controller said when it attached the volume.
    ///
    /// @throws VolumeFault when it is not attached yet
    SequencedMap<String, String> attached(CsiSource source) throws VolumeFault {
        String name = source.attachment(nodeName);
        KubeObject attachment = objects.find(ATTACHMENT, ObjectKey.of("", name));
        boolean stands =
                attachment != null
                        && !attachment.isDeleting()
                        && attachment.status().bool("attached");
        if (attachment == null || !stands) {
            throw new VolumeFault(
                    Telling.NOT_YET, "volume " + source.name() + " is not attached yet");
        }
        return attachment.status().object("attachmentMetadata").strings();
    }

    /// @param publish what the controller said
    VolumeFacts toStage(CsiSource source, SequencedMap<String, String> publish) throws VolumeFault {
        return new VolumeFacts(
                publish,
                secret(source.csi().object("nodeStageSecretRef"), "NodeStageSecretRef"),
                source.csi().object("volumeAttributes").strings());
    }

    VolumeFacts toPublish(
            KubeObject pod,
            CsiSource source,
            @Nullable KubeObject driver,
            SequencedMap<String, String> publish)
            throws VolumeFault {
        SequencedMap<String, String> context =
                new TreeMap<>(source.csi().object("volumeAttributes").strings());
        JsonObject reference = source.csi().object("nodePublishSecretRef");
        if (source.isEphemeral() && !reference.isEmpty()) {
            reference = reference.with("namespace", pod.namespace());
        }
        SequencedMap<String, String> secrets =
                new TreeMap<>(secret(reference, "NodePublishSecretRef"));
        if (driver != null && driver.spec().bool("podInfoOnMount")) {
            context.putAll(CsiRequests.podInfo(pod, source.isEphemeral()));
        }
        if (driver != null && !driver.spec().array("tokenRequests").isEmpty()) {
            boolean secretly = driver.spec().bool("serviceAccountTokenInSecrets");
            (secretly ? secrets : context).put(TOKENS, tokens(pod, driver));
        }
        return new VolumeFacts(publish, secrets, context);
    }

    VolumeFacts toExpand(CsiSource source) throws VolumeFault {
        return new VolumeFacts(
                new TreeMap<>(),
                secret(source.csi().object("nodeExpandSecretRef"), "NodeExpandSecretRef"),
                new TreeMap<>());
    }

    private String tokens(KubeObject pod, KubeObject driver) throws VolumeFault {
        JsonObject all = JsonObject.EMPTY;
        for (JsonObject request : driver.spec().array("tokenRequests").objects()) {
            String audience = request.string("audience");
            long seconds = request.integer("expirationSeconds", TOKEN_SECONDS);
            Tokens.Token token = tokens.request(pod, audience, seconds);
            all =
                    all.with(
                            audience,
                            JsonObject.of(
                                    "token",
                                    Json.of(token.text()),
                                    "expirationTimestamp",
                                    Json.of(token.expires().toString())));
        }
        return all.toString();
    }

    private SequencedMap<String, String> secret(JsonObject reference, String what)
            throws VolumeFault {
        SequencedMap<String, String> values = new TreeMap<>();
        if (reference.isEmpty()) {
            return values;
        }
        ObjectKey key = ObjectKey.of(reference.string("namespace"), reference.string("name"));
        KubeObject secret = objects.find(Kinds.SECRET, key);
        if (secret == null) {
            throw new VolumeFault(
                    "fetching "
                            + what
                            + " "
                            + key
                            + " failed: kubernetes.io/csi: failed to find the secret "
                            + key.name()
                            + " in the namespace "
                            + key.namespace()
                            + " with error: secrets \""
                            + key.name()
                            + "\" not found");
        }
        secret.tree()
                .object("data")
                .strings()
                .forEach(
                        (name, text) ->
                                values.put(
                                        name,
                                        new String(
                                                Base64.getDecoder().decode(text),
                                                StandardCharsets.UTF_8)));
        return values;
    }
}
