package kat.apiserver.registry;

import java.util.ArrayList;
import java.util.List;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.Status;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.api.strategy.Strategy;
import kat.apiserver.registry.Admission.Attributes;
import kat.apiserver.registry.Admission.Operation;
import kat.apiserver.registry.Writer.Target;
import kat.base.Ticker;
import kat.client.DeleteOptions;
import kat.store.Entry;
import org.jspecify.annotations.Nullable;

/// Deletes objects, at once or, where a kubelet, a finalizer or a dependent has to act first, by
/// marking them.
///
/// | object | grace asked | what happens |
/// |---|---|---|
/// | no finalizers, not graceful | – | removed |
/// | finalizers | – | marked, grace 0; the update that takes the last finalizer removes it |
/// | Pod on no node, or grace 0 | – | marked, grace 0, and removed |
/// | Pod on a node | none | marked with its own grace; the kubelet deletes it with grace 0 |
/// | marked | shorter | the mark is moved forward |
/// | marked | same or longer | nothing |
///
/// **Source:** `apiserver/pkg/registry/rest/delete.go`, `registry/generic/registry/store.go`.
///
/// **Threads:** any; blocks until the write is forced to disk.
public final class Deleter {

    private static final String ORPHAN = "orphan";
    private static final String FOREGROUND = "foregroundDeletion";
    private static final long DEFAULT_POD_GRACE_SECONDS = 30;

    private final Reader reader;
    private final Writer writer;
    private final Admission admission;
    private final Ticker ticker;

    public Deleter(Reader reader, Writer writer, Admission admission, Ticker ticker) {
        this.reader = reader;
        this.writer = writer;
        this.admission = admission;
        this.ticker = ticker;
    }

    public Outcome delete(Target target, DeleteOptions options, WriteCall call) {
        while (true) {
            Entry entry = reader.require(target.resource(), target.key());
            KubeObject live = target.resource().object(entry);
            requirePreconditions(target, live, options);
            Attributes attributes =
                    new Attributes(
                            Operation.DELETE,
                            target.resource(),
                            target,
                            live.tree(),
                            told(target, live, call));
            admission.admit(attributes, JsonObject.EMPTY);
            admission.validate(attributes, JsonObject.EMPTY);
            Outcome outcome = attempt(target, entry, live, options, call);
            if (outcome != null) {
                return outcome;
            }
            if (!options.resourceVersion().isEmpty()) {
                throw Status.modified(target.kind(), target.name()).asException();
            }
        }
    }

    /// A namespace is deleted only as the one that was found; admission sees that in the
    /// options.
    private static WriteCall told(Target target, KubeObject live, WriteCall call) {
        return target.kind() == Kinds.NAMESPACE
                ? call.with(call.options().withAt(Json.of(live.uid()), "preconditions", "uid"))
                : call;
    }

    private static void requirePreconditions(
            Target target, KubeObject live, DeleteOptions options) {
        String uid = options.uid();
        if (!uid.isEmpty() && !uid.equals(live.uid())) {
            throw precondition(
                    target,
                    "the UID in the precondition ("
                            + uid.strip()
                            + ") does not match the UID in record ("
                            + live.uid()
                            + "). The object might have been deleted and then recreated");
        }
        String version = options.resourceVersion();
        if (!version.isEmpty() && !version.equals(live.resourceVersion())) {
            throw precondition(
                    target,
                    "the ResourceVersion in the precondition ("
                            + version
                            + ") does not match the ResourceVersion in record ("
                            + live.resourceVersion()
                            + "). The object might have been modified");
        }
    }

    /// Kubernetes names the kind here, not the resource.
    private static kat.api.StatusException precondition(Target target, String why) {
        Kind kind = target.kind();
        String qualified = kind.group().isEmpty() ? kind.kind() : kind.kind() + "." + kind.group();
        return new Status(
                        409,
                        "Conflict",
                        "Operation cannot be fulfilled on "
                                + qualified
                                + " \""
                                + target.name()
                                + "\": "
                                + why,
                        new Status.Details(
                                target.name(), kind.group(), kind.kind(), "", List.of(), 0))
                .asException();
    }

    private @Nullable Outcome attempt(
            Target target, Entry entry, KubeObject live, DeleteOptions options, WriteCall call) {
        JsonObject tree = live.tree();
        if (Strategy.isMarkedFirst(target.kind()) && !live.isDeleting()) {
            return writer.mark(target, entry, Strategy.marked(live, ticker.now()).tree(), call);
        }
        List<String> finalizers = finalizers(live, options.propagation());
        JsonObject marked =
                finalizers.equals(live.finalizers())
                        ? tree
                        : tree.withAt(JsonArray.ofStrings(finalizers), "metadata", "finalizers");
        if (finalizers.isEmpty()) {
            marked = marked.withoutAt("metadata", "finalizers");
        }
        long grace = grace(target.kind(), live, options.graceSeconds());
        boolean waits =
                grace > 0
                        || !finalizers.isEmpty()
                        || (target.kind().kind().equals("Namespace")
                                && !tree.object("spec").array("finalizers").isEmpty());
        if (!waits) {
            return isPod(target.kind())
                    ? end(target, entry, live, mark(target.kind(), live, marked, 0), call)
                    : writer.remove(target, entry, tree, call);
        }
        marked = mark(target.kind(), live, marked, grace);
        if (marked.equals(tree)) {
            return new Outcome(entry, tree, entry.modRevision(), false, false);
        }
        return writer.mark(target, entry, marked, call);
    }

    /// A pod that need not wait is marked too before it goes, which watchers see. Whoever writes it
    /// between the two may end it as well, and another may have its name by then.
    private @Nullable Outcome end(
            Target target, Entry entry, KubeObject live, JsonObject marked, WriteCall call) {
        if (call.isDryRun() || marked.equals(live.tree())) {
            return writer.remove(target, entry, marked, call);
        }
        Outcome told = writer.announce(target, entry, marked, call);
        Entry last = told == null ? null : told.entry();
        while (last != null) {
            Outcome gone = writer.remove(target, last, marked, call);
            if (gone != null) {
                return gone;
            }
            Entry now = reader.find(target.resource(), target.key());
            boolean isSame = now != null && target.resource().object(now).uid().equals(live.uid());
            last = isSame ? now : null;
        }
        return told;
    }

    private static boolean isPod(Kind kind) {
        return kind.kind().equals("Pod") && kind.group().isEmpty();
    }

    private JsonObject mark(Kind kind, KubeObject live, JsonObject marked, long grace) {
        JsonObject result = marked;
        if (live.isDeleting()) {
            long known = live.metadata().integer("deletionGracePeriodSeconds", 0);
            if (grace >= known) {
                return result;
            }
        } else {
            if (live.generation() > 0) {
                result = result.withAt(Json.of(live.generation() + 1), "metadata", "generation");
            }
            if (kind.kind().equals("Namespace") && kind.group().isEmpty()) {
                result = result.withAt(Json.of("Terminating"), "status", "phase");
                return result.withAt(
                        Json.of(Times.format(ticker.now())), "metadata", "deletionTimestamp");
            }
        }
        return result.withAt(
                        Json.of(Times.format(ticker.now().plusSeconds(grace))),
                        "metadata",
                        "deletionTimestamp")
                .withAt(Json.of(grace), "metadata", "deletionGracePeriodSeconds");
    }

    /// Whether a deletion that waited for its last finalizer can now be done.
    static boolean isFinished(JsonObject next) {
        JsonObject metadata = next.object("metadata");
        return metadata.has("deletionTimestamp")
                && metadata.array("finalizers").isEmpty()
                && metadata.integer("deletionGracePeriodSeconds", 0) == 0
                && next.object("spec").array("finalizers").isEmpty();
    }

    private static long grace(Kind kind, KubeObject live, long asked) {
        if (!isPod(kind)) {
            return 0;
        }
        String phase = live.status().string("phase");
        if (live.spec().string("nodeName").isEmpty()
                || phase.equals("Failed")
                || phase.equals("Succeeded")) {
            return 0;
        }
        long grace =
                asked >= 0
                        ? asked
                        : live.spec()
                                .integer(
                                        "terminationGracePeriodSeconds", DEFAULT_POD_GRACE_SECONDS);
        long known = live.metadata().integer("deletionGracePeriodSeconds", grace);
        return live.isDeleting() ? Math.min(grace, known) : grace;
    }

    private static List<String> finalizers(KubeObject live, String propagation) {
        List<String> all = new ArrayList<>(live.finalizers());
        switch (propagation) {
            case "Orphan" -> {
                all.remove(FOREGROUND);
                addOnce(all, ORPHAN);
            }
            case "Foreground" -> {
                all.remove(ORPHAN);
                addOnce(all, FOREGROUND);
            }
            case "Background" -> {
                all.remove(ORPHAN);
                all.remove(FOREGROUND);
            }
            default -> {}
        }
        return all;
    }

    private static void addOnce(List<String> all, String finalizer) {
        if (!all.contains(finalizer)) {
            all.add(finalizer);
        }
    }
}
