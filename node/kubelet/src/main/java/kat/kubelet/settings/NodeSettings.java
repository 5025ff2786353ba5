package kat.kubelet.settings;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.kubelet.images.ImageCollector;

/// What was set about a node, by the names of a KubeletConfiguration. What KAT itself decides, such
/// as addresses and folders, is no part of it.
///
/// @param maxPods field `maxPods`: at most so many pods, default 110
/// @param shutdown what to do when the machine goes down
/// @param logs of containers
/// @param images when those that nobody uses are removed
/// @param eviction when pods must go because the machine runs short
/// @param unsafeSysctls field `allowedUnsafeSysctls`: names or, with a star at the end, beginnings
///     of names, default none
///
/// **Source:** `staging/src/k8s.io/kubelet/config/v1beta1`.
public record NodeSettings(
        int maxPods,
        ShutdownSettings shutdown,
        LogSettings logs,
        ImageCollector.Policy images,
        EvictionSettings eviction,
        List<String> unsafeSysctls) {

    public static final int USUAL_MAX_PODS = 110;
    public static final String API_VERSION = "kubelet.config.k8s.io/v1beta1";
    public static final String KIND = "KubeletConfiguration";

    public static final NodeSettings USUAL =
            new NodeSettings(
                    USUAL_MAX_PODS,
                    ShutdownSettings.OFF,
                    LogSettings.USUAL,
                    ImageCollector.Policy.USUAL,
                    EvictionSettings.USUAL,
                    List.of());

    private static final String MAX_PODS = "maxPods";
    private static final String UNSAFE_SYSCTLS = "allowedUnsafeSysctls";
    private static final Set<String> KNOWN =
            new TreeSet<>(Set.of("apiVersion", "kind", MAX_PODS, UNSAFE_SYSCTLS));

    static {
        KNOWN.addAll(ShutdownSettings.FIELDS);
        KNOWN.addAll(LogSettings.FIELDS);
        KNOWN.addAll(ImageSettings.FIELDS);
        KNOWN.addAll(EvictionSettings.FIELDS);
    }

    public NodeSettings {
        if (maxPods < 1) {
            throw new IllegalArgumentException(
                    "invalid configuration: maxPods (--max-pods) " + maxPods + " must be positive");
        }
        unsafeSysctls = List.copyOf(unsafeSysctls);
    }

    /// @param tree a KubeletConfiguration
    /// @throws IllegalArgumentException with a sentence for its author
    public static NodeSettings parse(JsonObject tree) {
        if (!tree.string("apiVersion").equals(API_VERSION) || !tree.string("kind").equals(KIND)) {
            throw new IllegalArgumentException("this is no " + KIND + " of " + API_VERSION);
        }
        Fields fields = new Fields(tree);
        fields.requireOnly(KNOWN, KIND);
        return new NodeSettings(
                fields.number(MAX_PODS, USUAL_MAX_PODS),
                ShutdownSettings.of(fields),
                LogSettings.of(fields),
                ImageSettings.of(fields),
                EvictionSettings.of(fields),
                tree.array(UNSAFE_SYSCTLS).strings());
    }

    /// Adds the fields to a KubeletConfiguration.
    public void addTo(JsonObject.Builder json) {
        json.put(MAX_PODS, maxPods);
        if (!unsafeSysctls.isEmpty()) {
            json.put(UNSAFE_SYSCTLS, JsonArray.ofStrings(unsafeSysctls));
        }
        shutdown.addTo(json);
        logs.addTo(json);
        ImageSettings.add(images, json);
        eviction.addTo(json);
    }
}
