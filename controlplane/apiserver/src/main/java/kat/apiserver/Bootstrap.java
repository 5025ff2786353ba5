package kat.apiserver;

import java.io.IOException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.ObjectKey;
import kat.api.StatusException;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.apiserver.registry.Resource;
import kat.apiserver.registry.WriteCall;
import kat.apiserver.registry.Writer.Target;
import kat.base.TaskGroup;
import kat.base.Ticker;
import kat.store.Entry;

/// Creates what every cluster has from its first moment. What is there already is left alone.
final class Bootstrap {

    private static final String ACTOR = "system:apiserver";
    private static final List<String> NAMESPACES =
            List.of("default", "kube-system", "kube-public", "kube-node-lease");

    private final Core core;
    private final Ticker ticker;

    Bootstrap(Core core, Ticker ticker) {
        this.core = core;
        this.ticker = ticker;
    }

    /// @param trust the data of `extension-apiserver-authentication`
    void run(ApiServerConfig.Services services, Map<String, String> trust) {
        for (String namespace : NAMESPACES) {
            create(Kinds.NAMESPACE, "", meta(namespace));
        }
        // The rest is written at once, so that a few forces of the log serve for all of it.
        try (TaskGroup group = new TaskGroup("bootstrap", core.threads())) {
            rest(
                    services.address(1),
                    services.ranges(),
                    (kind, namespace, object) -> {
                        var _ = group.fork(() -> create(kind, namespace, object));
                    });
            var _ = group.fork(() -> keepTrust(trust));
            var _ = group.fork(this::track);
            group.join();
        } catch (ExecutionException e) {
            throw new IllegalStateException("cannot create what every cluster has", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while creating what every cluster has", e);
        }
    }

    /// Takes an object that is to be created.
    @FunctionalInterface
    private interface Sink {
        void accept(Kind kind, String namespace, JsonObject object);
    }

    private static void rest(String serviceAddress, List<String> ranges, Sink sink) {
        sink.accept(
                Kinds.PRIORITY_CLASS, "", priority("system-node-critical", 2_000_001_000L, NODE));
        sink.accept(
                Kinds.PRIORITY_CLASS,
                "",
                priority("system-cluster-critical", 2_000_000_000L, CLUSTER));
        sink.accept(Kinds.SERVICE, "default", service(serviceAddress));
        sink.accept(
                Kinds.SERVICE_CIDR,
                "",
                meta("kubernetes").withAt(JsonArray.ofStrings(ranges), "spec", "cidrs"));
        for (JsonObject object : BootstrapData.flowControl()) {
            Kind kind = Kinds.builtIn().require(object.string("apiVersion"), object.string("kind"));
            sink.accept(kind, "", object);
        }
        for (JsonObject object : BootstrapData.roles()) {
            Kind kind = Kinds.builtIn().require(object.string("apiVersion"), object.string("kind"));
            sink.accept(kind, object.object("metadata").string("namespace"), object);
        }
    }

    private static final String NODE =
            "Used for system critical pods that must not be moved from their current node.";
    private static final String CLUSTER =
            "Used for system critical pods that must run in the cluster, but can be moved to"
                    + " another node if necessary.";

    /// Tells since when the use of tokens in Secrets is noted: from when on one that was not used
    /// can be told.
    private boolean track() {
        String today = LocalDate.ofInstant(ticker.now(), ZoneOffset.UTC).toString();
        return create(
                Kinds.CONFIG_MAP,
                "kube-system",
                meta("kube-apiserver-legacy-service-account-token-tracking")
                        .with("data", JsonObject.of("since", Json.of(today))));
    }

    /// Tells extension servers whom to trust, beside whom other servers want trusted. Nothing is
    /// written when that is told already.
    private boolean keepTrust(Map<String, String> trust) throws IOException {
        JsonObject data = PublishedTrust.merged(JsonObject.EMPTY, trust, ticker.now());
        String name = "extension-apiserver-authentication";
        if (create(Kinds.CONFIG_MAP, "kube-system", meta(name).with("data", data))) {
            return true;
        }
        Resource maps = core.resources().require(Kinds.CONFIG_MAP);
        Target target = new Target(maps, new ObjectKey("kube-system", name));
        Entry stored = core.reader().find(maps, target.key());
        if (stored == null) {
            return false;
        }
        JsonObject before = maps.object(stored).tree().object("data");
        JsonObject merged = PublishedTrust.merged(before, trust, ticker.now());
        if (!merged.equals(before)) {
            WriteCall call = new WriteCall(ACTOR, 0, "kube-apiserver", false, "");
            core.writer().update(target, live -> live.withTree(t -> t.with("data", merged)), call);
        }
        return false;
    }

    /// @return whether it was not there
    private boolean create(Kind kind, String namespace, JsonObject object) {
        Resource resource = core.resources().require(kind);
        String name = object.object("metadata").string("name");
        if (core.reader().find(resource, new ObjectKey(namespace, name)) != null) {
            return false;
        }
        JsonObject typed = object.with("apiVersion", kind.apiVersion()).with("kind", kind.kind());
        boolean flows = kind.group().equals("flowcontrol.apiserver.k8s.io");
        String manager = flows ? FlowKeeper.PRODUCER : "kube-apiserver";
        WriteCall call = new WriteCall(ACTOR, 0, manager, false, "");
        try {
            JsonObject read = core.intake().read(resource, typed, call);
            core.writer().create(resource, namespace, read, call);
            return true;
        } catch (StatusException e) {
            if (!e.is("AlreadyExists")) {
                throw e;
            }
            return false;
        }
    }

    private static JsonObject meta(String name) {
        return JsonObject.of("metadata", JsonObject.of("name", Json.of(name)));
    }

    private static JsonObject priority(String name, long value, String description) {
        return meta(name).with("value", Json.of(value)).with("description", description);
    }

    private static JsonObject service(String address) {
        JsonObject port =
                JsonObject.builder()
                        .put("name", "https")
                        .put("port", 443)
                        .put("protocol", "TCP")
                        .put("targetPort", 6443)
                        .build();
        JsonObject labels =
                JsonObject.of("component", Json.of("apiserver"), "provider", Json.of("kubernetes"));
        return meta("kubernetes")
                .withAt(labels, "metadata", "labels")
                .with(
                        "spec",
                        JsonObject.builder()
                                .put("clusterIP", address)
                                .put("clusterIPs", JsonArray.of(Json.of(address)))
                                .put("ports", JsonArray.of(port))
                                .put("sessionAffinity", "None")
                                .put("type", "ClusterIP")
                                .build());
    }
}
