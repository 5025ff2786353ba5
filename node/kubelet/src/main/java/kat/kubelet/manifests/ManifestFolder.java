package kat.kubelet.manifests;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.QualityOfService;
import kat.api.defaults.Defaults;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.schema.Schemas;
import kat.api.yaml.Yaml;
import kat.api.yaml.YamlException;
import org.jspecify.annotations.Nullable;

/// A folder of files with one pod each, in YAML or JSON. A file whose name begins with a point is
/// passed over, one that holds no pod is told in the log.
///
/// **Source:** `pkg/kubelet/config/file.go` and `common.go`.
public record ManifestFolder(Path folder, String nodeName) {

    public static final String SOURCE = "kubernetes.io/config.source";
    public static final String HASH = "kubernetes.io/config.hash";

    private static final Logger LOG = System.getLogger("kat.kubelet");
    private static final int MOST_FILES = 110;
    private static final long MOST_BYTES = 1 << 20;
    private static final int UID_DIGITS = 32;

    /// Whether a pod comes from a file.
    public static boolean isStatic(KubeObject pod) {
        return pod.annotations().getOrDefault(SOURCE, "").equals("file");
    }

    /// The pods as they stand now, by the names of their files. The uid tells what is in the file:
    /// with another content it is another pod.
    ///
    /// @throws IOException when the folder cannot be read
    public List<KubeObject> read() throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files =
                    all.filter(file -> !file.getFileName().toString().startsWith("."))
                            .filter(Files::isRegularFile)
                            .sorted()
                            .limit(MOST_FILES)
                            .toList();
        }
        List<KubeObject> pods = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Path file : files) {
            KubeObject pod = read(file);
            if (pod != null && names.add(pod.key().toString())) {
                pods.add(pod);
            }
        }
        return List.copyOf(pods);
    }

    private @Nullable KubeObject read(Path file) {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new IOException("the file is larger than " + MOST_BYTES + " bytes");
            }
            if (Yaml.parse(Files.readString(file)) instanceof JsonObject tree
                    && tree.string("kind").equals("Pod")
                    && !tree.object("metadata").string("name").isEmpty()
                    && !tree.object("spec").array("containers").isEmpty()) {
                return complete(tree, file);
            }
            throw new IOException("the file holds no pod with a name and containers");
        } catch (IOException | YamlException e) {
            LOG.log(Level.WARNING, "manifest not used file={0} error={1}", file, e.getMessage());
            return null;
        }
    }

    private KubeObject complete(JsonObject tree, Path file) {
        JsonObject given = tree.object("metadata");
        String uid = given.string("uid", uid(tree, file));
        String name = given.string("name") + "-" + nodeName.toLowerCase(Locale.ROOT);
        JsonObject annotations = given.object("annotations").with(HASH, uid).with(SOURCE, "file");
        JsonObject metadata =
                given.with("name", name)
                        .with("namespace", given.string("namespace", "default"))
                        .with("uid", uid)
                        .with("annotations", annotations);
        JsonObject spec = tree.object("spec").with("nodeName", nodeName);
        List<Json> tolerations = new ArrayList<>(spec.array("tolerations").objects());
        tolerations.add(
                JsonObject.of("operator", Json.of("Exists"), "effect", Json.of("NoExecute")));
        JsonObject whole =
                JsonObject.builder()
                        .put("apiVersion", "v1")
                        .put("kind", "Pod")
                        .put("metadata", metadata)
                        .put("spec", spec.with("tolerations", new JsonArray(tolerations)))
                        .build();
        JsonObject complete =
                Defaults.apply(Objects.requireNonNull(Schemas.builtIn().of(Kinds.POD)), whole);
        JsonObject status =
                JsonObject.builder()
                        .put("phase", "Pending")
                        .put("qosClass", QualityOfService.of(complete.object("spec")))
                        .build();
        return new KubeObject(complete.with("status", status));
    }

    private String uid(JsonObject tree, Path file) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            String text = tree + "host:" + nodeName + "file:" + file;
            return HexFormat.of()
                    .formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)))
                    .substring(0, UID_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
