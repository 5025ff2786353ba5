package kat.apiserver;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
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
import kat.apiserver.registry.WriteCall;
import kat.apiserver.registry.Writer.Target;
import kat.base.Threads;
import kat.base.Ticker;
import kat.client.DeleteOptions;
import kat.store.Entry;
import kat.store.StoreException;
import kat.store.Watch;
import kat.store.WatchQuery;
import org.jspecify.annotations.Nullable;

/// Keeps the FlowSchemas and PriorityLevelConfigurations that every cluster has, and tells of each
/// schema whether its level exists.
///
/// | object | what is kept |
/// |---|---|
/// | `exempt`, `catch-all` | there, with the spec they must have |
/// | the other ones of a new cluster | there; their spec while `autoupdate-spec` is `true` |
/// | others | the condition `Dangling` of schemas |
///
/// **Threads:** one of its own between [#start] and [#close].
///
/// **Source:** `pkg/registry/flowcontrol/rest/storage_flowcontrol.go`, `ensurer/strategy.go`.
final class FlowKeeper implements AutoCloseable {

    private static final String GROUP = "flowcontrol.apiserver.k8s.io/v1";
    private static final Kind SCHEMA = Kinds.builtIn().require(GROUP, "FlowSchema");
    private static final Kind LEVEL = Kinds.builtIn().require(GROUP, "PriorityLevelConfiguration");
    private static final Set<String> MANDATORY = Set.of("exempt", "catch-all");
    private static final String AUTO_UPDATE = "apf.kubernetes.io/autoupdate-spec";
    private static final String ACTOR = "system:apiserver";
    static final String PRODUCER = "api-priority-and-fairness-config-producer-v1";
    private static final String DANGLING = "Dangling";
    private static final String CONSUMER = "api-priority-and-fairness-config-consumer-v1";
    private static final int PER_POLL = 256;
    private static final System.Logger LOG = System.getLogger(FlowKeeper.class.getName());

    private final Core core;
    private final Ticker ticker;
    private final Threads.Permits signal;
    private final List<Watch> watches = new ArrayList<>();
    private volatile Threads.@Nullable Running thread;

    FlowKeeper(Core core, Ticker ticker) {
        this.core = core;
        this.ticker = ticker;
        this.signal = ticker.threads().permits(1);
    }

    void start() {
        for (Kind kind : List.of(SCHEMA, LEVEL)) {
            Resource resource = core.resources().require(kind);
            long now = core.store().revision();
            Watch watch = core.store().watch(new WatchQuery(resource.keys(""), now));
            watches.add(watch);
            listen(watch);
        }
        thread = ticker.threads().start("kat-flow-keeper", this::run);
    }

    private void listen(Watch watch) {
        while (watch.poll(PER_POLL) instanceof Watch.Events events && !events.events().isEmpty()) {
            signal.release();
        }
        watch.onReady(
                () -> {
                    signal.release();
                    if (!(watch.poll(1) instanceof Watch.Ended)) {
                        listen(watch);
                    }
                });
    }

    private void run() {
        try {
            while (true) {
                signal.acquire();
                signal.drain();
                turn();
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private void turn() {
        try {
            keep();
            tell();
        } catch (StatusException | StoreException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "objects of fair share are not kept until the next change",
                    e);
        }
    }

    private void keep() {
        Set<String> known = new HashSet<>();
        for (JsonObject object : BootstrapData.flowControl()) {
            Kind kind = object.string("kind").equals(SCHEMA.kind()) ? SCHEMA : LEVEL;
            String name = object.object("metadata").string("name");
            known.add(kind.kind() + "/" + name);
            keep(core.resources().require(kind), name, object);
        }
        for (Kind kind : List.of(SCHEMA, LEVEL)) {
            Resource resource = core.resources().require(kind);
            for (KubeObject object : list(resource)) {
                boolean left = !known.contains(kind.kind() + "/" + object.name());
                if (left && autoUpdate(object).equals("true")) {
                    remove(resource, object);
                }
            }
        }
    }

    private void keep(Resource resource, String name, JsonObject wanted) {
        WriteCall call = new WriteCall(ACTOR, 0, PRODUCER, false, "");
        JsonObject read = core.intake().read(resource, wanted, call);
        Entry entry = core.reader().find(resource, new ObjectKey("", name));
        if (entry == null) {
            core.writer().create(resource, "", read, call);
            return;
        }
        KubeObject live = resource.object(entry);
        boolean follows =
                MANDATORY.contains(name)
                        || autoUpdate(live).equals("true")
                        || (autoUpdate(live).isEmpty() && live.generation() == 1);
        if (follows && !live.isDeleting()) {
            // Writes nothing when the spec is what it should be, defaults included.
            core.writer()
                    .update(
                            new Target(resource, live.key()),
                            before ->
                                    before.withTree(tree -> tree.with("spec", read.object("spec"))),
                            call);
        }
    }

    private static String autoUpdate(KubeObject object) {
        return object.metadata().object("annotations").string(AUTO_UPDATE);
    }

    private void remove(Resource resource, KubeObject object) {
        core.deleter()
                .delete(
                        new Target(resource, object.key()),
                        DeleteOptions.of(object.uid()),
                        new WriteCall(ACTOR, 0, PRODUCER, false, ""));
    }

    private void tell() {
        Resource schemas = core.resources().require(SCHEMA);
        Set<String> levels = new HashSet<>();
        list(core.resources().require(LEVEL)).forEach(level -> levels.add(level.name()));
        for (KubeObject schema : list(schemas)) {
            String level = schema.tree().at("spec", "priorityLevelConfiguration").string("name");
            JsonObject status = schema.tree().object("status");
            JsonObject told = dangling(level, levels.contains(level), ticker.now());
            if (!isTold(status.array("conditions"), told)) {
                apply(new Target(schemas, schema.key()), told);
            }
        }
    }

    private void apply(Target target, JsonObject condition) {
        JsonObject applied =
                JsonObject.builder()
                        .put("apiVersion", SCHEMA.apiVersion())
                        .put("kind", SCHEMA.kind())
                        .put("metadata", JsonObject.of("name", Json.of(target.name())))
                        .put("status", JsonObject.of("conditions", JsonArray.of(condition)))
                        .build();
        core.writer()
                .apply(
                        target,
                        new KubeObject(applied),
                        true,
                        new WriteCall(ACTOR, 0, CONSUMER, false, "status"),
                        UnaryOperator.identity());
    }

    private static boolean isTold(JsonArray conditions, JsonObject told) {
        for (JsonObject each : conditions.objects()) {
            if (each.string("type").equals(DANGLING)) {
                return each.string("status").equals(told.string("status"))
                        && each.string("message").equals(told.string("message"));
            }
        }
        return false;
    }

    /// The condition that tells of a schema's level.
    static JsonObject dangling(String level, boolean exists, Instant now) {
        String start =
                "This FlowSchema references the PriorityLevelConfiguration object named \""
                        + level
                        + "\" ";
        return JsonObject.builder()
                .put("lastTransitionTime", now.truncatedTo(ChronoUnit.SECONDS).toString())
                .put("message", start + (exists ? "and it exists" : "but there is no such object"))
                .put("reason", exists ? "Found" : "NotFound")
                .put("status", exists ? "False" : "True")
                .put("type", DANGLING)
                .build();
    }

    private List<KubeObject> list(Resource resource) {
        Reader.Query all = new Reader.Query("", null, 0, 0, "");
        return core.reader().page(resource, all).entries().stream().map(resource::object).toList();
    }

    @Override
    public void close() {
        watches.forEach(Watch::close);
        Threads.Running running = thread;
        if (running != null) {
            running.interrupt();
        }
    }
}
