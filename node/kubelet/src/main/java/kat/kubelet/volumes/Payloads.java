package kat.kubelet.volumes;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.json.JsonObject;
import kat.kubelet.spec.ConfigFault;
import kat.kubelet.spec.DownwardApi;
import kat.kubelet.spec.ObjectSource;
import org.jspecify.annotations.Nullable;

/// Collects the files of one configMap, secret, downwardAPI or projected volume.
///
/// **Source:** `pkg/volume/configmap`, `secret`, `downwardapi`, `projected`.
final class Payloads {

    private static final int DEFAULT_MODE = 0644;
    private static final int TOKEN_MODE = 0600;
    private static final long TOKEN_SECONDS = 3600;

    private final DownwardApi downward;
    private final ObjectSource objects;
    private final Tokens tokens;
    private final SortedMap<String, AtomicWriter.Entry> files = new TreeMap<>();
    private @Nullable Instant refresh;

    Payloads(DownwardApi downward, ObjectSource objects, Tokens tokens) {
        this.downward = downward;
        this.objects = objects;
        this.tokens = tokens;
    }

    SortedMap<String, AtomicWriter.Entry> files() {
        return files;
    }

    /// When a token among the files should be replaced; null when there is none.
    @Nullable Instant refresh() {
        return refresh;
    }

    /// Asks for another look at the volume then.
    void refreshAt(Instant time) {
        if (refresh == null || time.isBefore(refresh)) {
            refresh = time;
        }
    }

    /// Whether a volume is made of such files.
    static boolean isOne(JsonObject volume) {
        return volume.has("configMap")
                || volume.has("secret")
                || volume.has("downwardAPI")
                || volume.has("projected");
    }

    /// @param volume an entry of `spec.volumes`
    void add(JsonObject volume) throws VolumeFault {
        if (volume.has("configMap")) {
            JsonObject source = volume.object("configMap");
            addObject(source, source.string("name"), false, mode(source));
        } else if (volume.has("secret")) {
            JsonObject source = volume.object("secret");
            addObject(source, source.string("secretName"), true, mode(source));
        } else if (volume.has("downwardAPI")) {
            JsonObject source = volume.object("downwardAPI");
            addDownward(source, mode(source));
        } else {
            addProjected(volume.object("projected"));
        }
    }

    private static int mode(JsonObject source) {
        return (int) source.integer("defaultMode", DEFAULT_MODE);
    }

    private void addProjected(JsonObject projected) throws VolumeFault {
        int mode = mode(projected);
        for (JsonObject source : projected.array("sources").objects()) {
            if (source.has("configMap")) {
                JsonObject one = source.object("configMap");
                addObject(one, one.string("name"), false, mode);
            } else if (source.has("secret")) {
                JsonObject one = source.object("secret");
                addObject(one, one.string("name"), true, mode);
            } else if (source.has("downwardAPI")) {
                addDownward(source.object("downwardAPI"), mode);
            } else if (source.has("serviceAccountToken")) {
                addToken(source.object("serviceAccountToken"), mode);
            } else {
                throw new VolumeFault("unsupported projected volume source " + source.names());
            }
        }
    }

    private void addObject(JsonObject source, String name, boolean secret, int mode)
            throws VolumeFault {
        ObjectKey key = ObjectKey.of(downward.pod().namespace(), name);
        KubeObject object = objects.find(secret ? Kinds.SECRET : Kinds.CONFIG_MAP, key);
        boolean optional = source.bool("optional");
        if (object == null) {
            if (optional) {
                return;
            }
            throw new VolumeFault(
                    (secret ? "secret" : "configmap") + " \"" + name + "\" not found");
        }
        Map<String, byte[]> data = contents(object, secret);
        if (source.array("items").isEmpty()) {
            data.forEach((path, bytes) -> files.put(path, new AtomicWriter.Entry(bytes, mode, -1)));
            return;
        }
        for (JsonObject item : source.array("items").objects()) {
            byte[] bytes = data.get(item.string("key"));
            if (bytes == null && !optional) {
                String what = secret ? "secret" : "config";
                throw new VolumeFault(
                        "references non-existent " + what + " key: " + item.string("key"));
            }
            if (bytes != null) {
                int own = (int) item.integer("mode", mode);
                files.put(item.string("path"), new AtomicWriter.Entry(bytes, own, -1));
            }
        }
    }

    private static Map<String, byte[]> contents(KubeObject object, boolean secret) {
        Map<String, byte[]> data = new TreeMap<>();
        object.tree()
                .object("data")
                .strings()
                .forEach((key, text) -> data.put(key, secret ? decode(text) : utf8(text)));
        object.tree()
                .object("binaryData")
                .strings()
                .forEach((key, text) -> data.put(key, decode(text)));
        return data;
    }

    private static byte[] decode(String base64) {
        return Base64.getDecoder().decode(base64);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void addDownward(JsonObject source, int mode) throws VolumeFault {
        for (JsonObject item : source.array("items").objects()) {
            try {
                String value =
                        item.has("fieldRef")
                                ? downward.field(item.object("fieldRef").string("fieldPath"))
                                : downward.resource(
                                        item.object("resourceFieldRef"), JsonObject.EMPTY);
                int own = (int) item.integer("mode", mode);
                files.put(item.string("path"), new AtomicWriter.Entry(utf8(value), own, -1));
            } catch (ConfigFault e) {
                throw new VolumeFault(String.valueOf(e.getMessage()));
            }
        }
    }

    private void addToken(JsonObject source, int mode) throws VolumeFault {
        long seconds = source.integer("expirationSeconds", TOKEN_SECONDS);
        Tokens.Token token = tokens.request(downward.pod(), source.string("audience"), seconds);
        refreshAt(token.refresh());
        // the group of the pod is let in afterwards, with all that the volume holds
        boolean forGroup = downward.pod().spec().object("securityContext").has("fsGroup");
        int user = commonUser(downward.pod());
        boolean secret = forGroup || user >= 0;
        files.put(
                source.string("path"),
                new AtomicWriter.Entry(utf8(token.text()), secret ? TOKEN_MODE : mode, user));
    }

    /// The user that all containers run as; negative when they differ or nothing is said.
    private static int commonUser(KubeObject pod) {
        long ofPod = pod.spec().object("securityContext").integer("runAsUser", -1);
        long common = -2;
        for (String list : new String[] {"containers", "initContainers"}) {
            for (JsonObject container : pod.spec().array(list).objects()) {
                long own = container.object("securityContext").integer("runAsUser", ofPod);
                if (common != -2 && common != own) {
                    return -1;
                }
                common = own;
            }
        }
        return (int) Math.max(-1, common);
    }
}
