package kat.apiserver.usage;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.StatusException;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.apiserver.registry.Reader;
import kat.apiserver.registry.Resource;
import kat.apiserver.registry.Resources;
import kat.base.Ticker;
import kat.client.node.NodeAnswer;
import kat.client.node.NodeGateway;
import kat.store.Entry;
import org.jspecify.annotations.Nullable;

/// What nodes and pods use at present: asked of the nodes each time, as NodeMetrics and PodMetrics.
/// A node that does not answer is left out, and so are its pods.
///
/// Simulated pods use what their annotations `kat.dev/cpu-usage` and `kat.dev/memory-usage` say,
/// else nothing.
///
/// **Threads:** any; blocks until the nodes have answered.
///
/// **Source:** metrics.k8s.io/v1beta1; `metrics-server`'s forms of quantities.
public final class Usage {

    public static final String GROUP = "metrics.k8s.io";
    public static final String VERSION = "v1beta1";

    /// As discovery lists them.
    public static final List<Kind> KINDS =
            List.of(kind("NodeMetrics", "nodes", false), kind("PodMetrics", "pods", true));

    /// How long ago what is compared with the present may lie; metrics-server says so, too.
    private static final String WINDOW = "10s";

    private static final String SIMULATED = "kat.dev/simulated";
    private static final String CPU = "kat.dev/cpu-usage";
    private static final String MEMORY = "kat.dev/memory-usage";
    private static final byte[] NO_BODY = {};
    private static final long KIBI = 1024;

    private final NodeGateway nodes;
    private final Reader reader;
    private final Resources resources;
    private final Ticker ticker;

    public Usage(NodeGateway nodes, Reader reader, Resources resources, Ticker ticker) {
        this.nodes = nodes;
        this.reader = reader;
        this.resources = resources;
        this.ticker = ticker;
    }

    private static Kind kind(String name, String plural, boolean namespaced) {
        return new Kind(
                GROUP,
                VERSION,
                name,
                plural,
                "",
                namespaced,
                List.of(),
                List.of(),
                List.of(),
                List.of("get", "list"),
                "");
    }

    /// NodeMetrics, sorted by name.
    public List<KubeObject> ofNodes() {
        List<KubeObject> all = new ArrayList<>();
        for (KubeObject node : list(Kinds.NODE, "")) {
            JsonObject told = node.annotation(SIMULATED).isEmpty() ? ask(node.name()) : IDLE;
            if (!told.isEmpty()) {
                JsonObject usage = usage(told.object("node"));
                all.add(metrics("NodeMetrics", node).withTree(tree -> tree.with("usage", usage)));
            }
        }
        return all;
    }

    private static final JsonObject IDLE =
            JsonObject.EMPTY
                    .withAt(Json.of(0), "node", "cpu", "usageNanoCores")
                    .withAt(Json.of(0), "node", "memory", "workingSetBytes");

    /// PodMetrics of the pods that run, sorted by namespace and name.
    ///
    /// @param namespace empty for all
    public List<KubeObject> ofPods(String namespace) {
        Map<String, Map<ObjectKey, JsonObject>> byNode = new LinkedHashMap<>();
        List<KubeObject> all = new ArrayList<>();
        for (KubeObject pod : list(Kinds.POD, namespace)) {
            if (!pod.status().string("phase").equals("Running")) {
                continue;
            }
            String name = pod.spec().string("nodeName");
            List<Json> containers =
                    isSimulated(name)
                            ? simulated(pod)
                            : containers(byNode.computeIfAbsent(name, this::podsOf).get(pod.key()));
            if (!containers.isEmpty()) {
                all.add(
                        metrics("PodMetrics", pod)
                                .withTree(
                                        tree ->
                                                tree.with(
                                                        "containers", new JsonArray(containers))));
            }
        }
        return all;
    }

    private boolean isSimulated(String name) {
        Resource resource = resources.require(Kinds.NODE);
        Entry entry = reader.find(resource, new ObjectKey("", name));
        return entry != null && !resource.object(entry).annotation(SIMULATED).isEmpty();
    }

    private static List<Json> simulated(KubeObject pod) {
        String cpu = pod.annotation(CPU);
        String memory = pod.annotation(MEMORY);
        JsonObject usage =
                JsonObject.EMPTY
                        .with("cpu", cpu.isEmpty() ? "0" : cpu)
                        .with("memory", memory.isEmpty() ? "0" : memory);
        List<Json> containers = new ArrayList<>();
        for (JsonObject each : pod.spec().array("containers").objects()) {
            containers.add(JsonObject.EMPTY.with("name", each.string("name")).with("usage", usage));
        }
        return containers;
    }

    private Map<ObjectKey, JsonObject> podsOf(String node) {
        Map<ObjectKey, JsonObject> pods = new LinkedHashMap<>();
        for (JsonObject pod : ask(node).array("pods").objects()) {
            JsonObject reference = pod.object("podRef");
            pods.put(ObjectKey.of(reference.string("namespace"), reference.string("name")), pod);
        }
        return pods;
    }

    private static List<Json> containers(@Nullable JsonObject pod) {
        List<Json> containers = new ArrayList<>();
        if (pod != null) {
            for (JsonObject each : pod.array("containers").objects()) {
                containers.add(
                        JsonObject.EMPTY
                                .with("name", each.string("name"))
                                .with("usage", usage(each)));
            }
        }
        return containers;
    }

    private JsonObject ask(String node) {
        try {
            NodeAnswer answer = nodes.request(node, "GET", "/stats/summary", NO_BODY);
            try (InputStream body = answer.body()) {
                Json told = answer.code() == 200 ? Json.parse(body.readAllBytes()) : null;
                return told instanceof JsonObject summary ? summary : JsonObject.EMPTY;
            }
        } catch (StatusException e) {
            return JsonObject.EMPTY;
        } catch (IOException e) {
            throw new UncheckedIOException("reading what is used on node=" + node, e);
        }
    }

    private static JsonObject usage(JsonObject stats) {
        long memory = stats.object("memory").integer("workingSetBytes", 0);
        return JsonObject.EMPTY
                .with("cpu", stats.object("cpu").integer("usageNanoCores", 0) + "n")
                .with("memory", memory / KIBI + "Ki");
    }

    private KubeObject metrics(String kind, KubeObject of) {
        Instant now = ticker.now().truncatedTo(ChronoUnit.SECONDS);
        JsonObject.Builder metadata = JsonObject.builder().put("name", of.name());
        metadata.putUnlessEmpty("namespace", of.namespace());
        metadata.put("creationTimestamp", now.toString());
        if (!of.labels().isEmpty()) {
            metadata.put("labels", of.metadata().object("labels"));
        }
        return new KubeObject(
                JsonObject.builder()
                        .put("kind", kind)
                        .put("apiVersion", GROUP + "/" + VERSION)
                        .put("metadata", metadata.build())
                        .put("timestamp", now.toString())
                        .put("window", WINDOW)
                        .build());
    }

    private List<KubeObject> list(Kind kind, String namespace) {
        Resource resource = resources.require(kind);
        List<KubeObject> found = new ArrayList<>();
        for (Entry entry :
                reader.page(resource, new Reader.Query(namespace, null, 0, 0, "")).entries()) {
            found.add(resource.object(entry));
        }
        return found;
    }
}
