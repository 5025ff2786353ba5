package kat.apiserver.registry;

import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import kat.api.Kind;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.Status;
import kat.api.StatusException;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.strategy.Strategy;
import kat.apiserver.measure.StoreMetrics;
import kat.apiserver.registry.Admission.Attributes;
import kat.apiserver.registry.Admission.Charge;
import kat.apiserver.registry.Admission.Operation;
import kat.apiserver.registry.ChargedWrites.LostReservation;
import kat.apiserver.registry.ChargedWrites.Step;
import kat.apiserver.registry.Reservations.Guard;
import kat.apiserver.registry.Reservations.Reservation;
import kat.base.Ticker;
import kat.store.Entry;
import kat.store.Store;
import org.jspecify.annotations.Nullable;

/// Creates and updates objects: the middle of the write flow.
///
/// ```
/// default → managedFields → admit → prepare → reserve → validate → charge → store
/// ```
///
/// An update bound to no version is made again on what is stored when another writer was faster.
///
/// **Threads:** any; blocks until the write is forced to disk.
public final class Writer {

    private static final System.Logger LOG = System.getLogger(Writer.class.getName());
    private static final String TERMINATING =
            "create not allowed while custom resource definition is terminating";
    private static final int NAME_TRIES = 8;

    /// More than this many writers of one object at once mean something is wrong.
    private static final int UPDATE_TRIES = 64;

    private final Store store;
    private final Machinery machinery;
    private final Admission admission;
    private final Reservations reservations;
    private final Ticker ticker;
    private final Names names;
    private final ChargedWrites writes;

    /// Where it writes, and who counts that.
    public record Below(Store store, StoreMetrics metrics) {}

    public Writer(
            Below below,
            Machinery machinery,
            Admission admission,
            Reservations reservations,
            Clock clock) {
        this.store = below.store();
        this.machinery = machinery;
        this.admission = admission;
        this.reservations = reservations;
        this.ticker = clock.ticker();
        this.names = clock.names();
        this.writes = new ChargedWrites(store, machinery, below.metrics());
    }

    /// Time and chance.
    public record Clock(Ticker ticker, Names names) {}

    /// The object that a request is about.
    public record Target(Resource resource, ObjectKey key) {
        public Kind kind() {
            return resource.kind();
        }

        public String name() {
            return key.name();
        }

        public String namespace() {
            return key.namespace();
        }

        String storeKey() {
            return resource.key(key);
        }
    }

    /// An object with every default filled in, as nothing was admitted or stored yet.
    public JsonObject defaulted(Resource resource, JsonObject object) {
        return machinery.defaulted(resource, object);
    }

    /// Creates an object in a namespace.
    ///
    /// @param namespace empty for kinds without
    public Outcome create(Resource resource, String namespace, JsonObject object, WriteCall call) {
        String wish = object.object("metadata").string("name");
        Target target = new Target(resource, new ObjectKey(namespace, wish));
        JsonObject alive =
                object.change(
                        "metadata",
                        metadata ->
                                metadata.without("deletionTimestamp")
                                        .without("deletionGracePeriodSeconds"));
        return createOwned(target, ofSent(resource, alive, call), call, false);
    }

    /// With its defaults, and with who owns what in it.
    private JsonObject ofSent(Resource resource, JsonObject object, WriteCall call) {
        JsonObject complete = Owners.ofSent(machinery.defaulted(resource, object), call);
        return machinery.owned(resource, call, JsonObject.EMPTY, complete);
    }

    private static StatusException notGenerated(Status taken) {
        String more = ", the server was not able to generate a unique name for the object";
        return new Status(taken.code(), taken.reason(), taken.message() + more, taken.details())
                .withRetryAfter(1)
                .asException();
    }

    /// Whether a text is a version of some object; other texts say nothing.
    private static boolean isVersion(String text) {
        try {
            return !text.isEmpty() && Long.parseUnsignedLong(text) != 0;
        } catch (NumberFormatException none) {
            return false;
        }
    }

    /// @param byUpdate whether it was sent as an update of what is not there yet
    private Outcome createOwned(
            Target target, JsonObject object, WriteCall call, boolean byUpdate) {
        Resource resource = target.resource();
        // the path of a namespace names one, in which it does not lie
        String namespace = target.kind().namespaced() ? target.namespace() : "";
        String wish = target.name();
        if (resource.isTerminating()) {
            throw Status.forbidden(target.kind(), wish, TERMINATING).asException();
        }
        JsonObject complete = object;
        Attributes attributes =
                new Attributes(Operation.CREATE, resource, target, JsonObject.EMPTY, call);
        complete = admission.admit(attributes, Agreement.inNamespace(target, complete));
        Agreement.requireNamespace(target, complete);
        complete = Owners.ofAdmitted(complete, call);
        complete = stamped(complete, namespace, call, byUpdate);
        String base = complete.object("metadata").string("generateName");
        boolean generated = wish.isEmpty() && !base.isEmpty();
        for (int tries = 1; ; tries++) {
            JsonObject named =
                    generated
                            ? complete.withAt(Json.of(names.generate(base)), "metadata", "name")
                            : complete;
            try {
                return insertReserved(
                        attributes, machinery.preparedForCreate(resource, call, named));
            } catch (StatusException e) {
                boolean taken = !base.isEmpty() && e.is("AlreadyExists");
                if (!generated || !taken || tries == NAME_TRIES) {
                    throw taken ? notGenerated(e.status()) : e;
                }
            }
        }
    }

    /// With what every new object has, and without what it cannot have.
    /// An update may bring the marks of a deletion, and the version that it names counts for
    /// nothing.
    private JsonObject stamped(
            JsonObject object, String namespace, WriteCall call, boolean byUpdate) {
        boolean stored = !call.isDryRun();
        return object.change(
                "metadata",
                metadata -> {
                    boolean named = !byUpdate && isVersion(metadata.string("resourceVersion"));
                    JsonObject fresh =
                            metadata.without(stored && !named ? "resourceVersion" : "")
                                    .without(byUpdate && !stored ? "" : "selfLink")
                                    .without(byUpdate ? "" : "deletionTimestamp")
                                    .without(byUpdate ? "" : "deletionGracePeriodSeconds")
                                    .with("uid", names.uid())
                                    .with("creationTimestamp", Times.format(ticker.now()));
                    return namespace.isEmpty()
                            ? fresh.without("namespace")
                            : fresh.with("namespace", namespace);
                });
    }

    private Outcome insertReserved(Attributes attributes, JsonObject object) {
        for (int tries = 1; tries < UPDATE_TRIES; tries++) {
            try {
                return insert(attributes, object);
            } catch (LostReservation lost) {
                LOG.log(System.Logger.Level.DEBUG, "reserving anew reason={0}", lost.getMessage());
            }
        }
        return insert(attributes, object);
    }

    private Outcome insert(Attributes attributes, JsonObject object) {
        Resource resource = attributes.resource();
        Kind kind = resource.kind();
        WriteCall call = attributes.call();
        JsonObject metadata = object.object("metadata");
        String name = metadata.string("name");
        Reservation reservation =
                reservations.reserve(kind, JsonObject.EMPTY, object, call.isDryRun());
        try {
            JsonObject complete = reservation.object();
            List<Status.Cause> faults = machinery.faultsOfCreate(resource, complete);
            if (!faults.isEmpty()) {
                throw invalid(resource, complete, name, faults);
            }
            if (call.groups() != null) {
                machinery.warningsOfCreate(resource, complete).forEach(call::warn);
            }
            call.requireCreation();
            Target target = new Target(resource, new ObjectKey(metadata.string("namespace"), name));
            Attributes named = attributes.of(target);
            admission.validate(named, complete);
            // of a dry run nothing is stored, and it is the store that refuses
            if (isVersion(metadata.string("resourceVersion")) && !call.isDryRun()) {
                throw Status.badRequest(
                                "resourceVersion should not be set on objects to be created")
                        .asException();
            }
            Supplier<List<Charge>> charges = () -> admission.charges(named, complete);
            List<Charge> first = charges.get();
            Entry present = store.get(target.storeKey());
            if (present != null) {
                throw exists(target, present);
            }
            Outcome outcome =
                    call.isDryRun()
                            ? new Outcome(
                                    null,
                                    resource.typed(machinery.readBack(resource, complete)),
                                    0,
                                    false,
                                    true)
                            : writes.commit(
                                    new Step(
                                            target,
                                            0,
                                            machinery.readBack(resource, complete),
                                            call,
                                            reservation.guards()),
                                    first,
                                    charges);
            if (outcome == null) {
                throw exists(target, store.get(target.storeKey()));
            }
            reservation.commit();
            return outcome;
        } catch (StatusException | LostReservation e) {
            reservation.undo();
            throw e;
        }
    }

    /// Refusals of custom resources name the kind that was sent; Events of both groups are one kind
    /// inside of Kubernetes, by which it names faulty ones.
    private static StatusException invalid(
            Resource resource, JsonObject object, String name, List<Status.Cause> faults) {
        boolean isEvent = resource.kind().group().equals("events.k8s.io");
        Kind kind = isEvent ? Kinds.EVENT : resource.kind();
        String shown = resource.custom() == null ? kind.kind() : object.string("kind", kind.kind());
        return Status.invalid(kind.group(), shown, name, faults).asException();
    }

    private static StatusException exists(Target target, @Nullable Entry present) {
        Status plain = Status.alreadyExists(target.kind(), target.name());
        if (present != null && target.resource().object(present).isDeleting()) {
            return new Status(
                            plain.code(),
                            plain.reason(),
                            "object is being deleted: " + plain.message(),
                            plain.details())
                    .asException();
        }
        return plain.asException();
    }

    /// Replaces an object by what a client sent; creates it for the kinds of which Kubernetes does.
    ///
    /// @param wish a uid in it must be the stored one
    public Outcome replace(Target target, KubeObject wish, WriteCall call) {
        Agreement.requireAddress(target, wish);
        boolean creates = Strategy.allowsCreateOnUpdate(target.kind(), call.subresource());
        if (creates && store.get(target.storeKey()) == null) {
            Agreement.requireUid(target, "", wish, call);
            Agreement.requireReadable(wish);
            JsonObject fresh = ofSent(target.resource(), wish.tree(), call);
            Outcome created = created(target, fresh, call);
            if (created != null) {
                return created;
            }
        }
        KubeObject sent = new KubeObject(Owners.ofSent(wish.tree(), call));
        return update(
                target,
                live -> {
                    Agreement.requireUid(target, live.uid(), wish, call);
                    return sent;
                },
                call);
    }

    /// Changes an object.
    ///
    /// @param change gives from the stored object what it shall be; a resourceVersion in it must
    ///     be the stored one
    public Outcome update(Target target, UnaryOperator<KubeObject> change, WriteCall call) {
        for (int tries = 1; ; tries++) {
            Entry entry = store.get(target.storeKey());
            if (entry == null) {
                throw Status.notFound(target.kind(), target.name()).asException();
            }
            KubeObject live = target.resource().object(entry);
            KubeObject wish = change.apply(live);
            Agreement.requireAddress(target, wish);
            Agreement.requireVersion(target, live, wish);
            JsonObject next =
                    machinery.defaulted(
                            target.resource(), Agreement.kept(live.tree(), wish.tree()));
            next = machinery.owned(target.resource(), call, live.tree(), next);
            Outcome outcome = replace(target, entry, live.tree(), next, call);
            if (outcome != null) {
                return outcome;
            }
            if (tries == UPDATE_TRIES) {
                throw Status.modified(target.kind(), target.name()).asException();
            }
        }
    }

    /// Server-side apply: merges a configuration into an object, or creates it from that.
    ///
    /// @param force whether fields are taken from other managers
    /// @param seen the live object as the wish is compared with it
    public Outcome apply(
            Target target,
            KubeObject wish,
            boolean force,
            WriteCall call,
            UnaryOperator<KubeObject> seen) {
        for (int tries = 1; ; tries++) {
            Entry entry = store.get(target.storeKey());
            KubeObject live = entry == null ? null : target.resource().object(entry);
            if (live == null && !Strategy.allowsCreateByApply(target.kind(), call.subresource())) {
                throw Status.notFound(target.kind(), target.name()).asException();
            }
            KubeObject before = live == null ? null : seen.apply(live);
            JsonObject merged =
                    machinery.applied(target.resource(), call, before, wish, force).tree();
            Agreement.requireApplied(target, live, new KubeObject(merged));
            Outcome outcome =
                    entry == null || live == null
                            ? created(target, machinery.defaulted(target.resource(), merged), call)
                            : replace(
                                    target,
                                    entry,
                                    live.tree(),
                                    machinery.defaulted(
                                            target.resource(), Agreement.kept(live.tree(), merged)),
                                    call);
            if (outcome != null) {
                return outcome;
            }
            if (tries == UPDATE_TRIES) {
                throw Status.modified(target.kind(), target.name()).asException();
            }
        }
    }

    /// Null when another writer created the object meanwhile.
    private @Nullable Outcome created(Target target, JsonObject complete, WriteCall call) {
        try {
            return createOwned(target, complete, call, true);
        } catch (StatusException e) {
            if (e.is("AlreadyExists")) {
                return null;
            }
            throw e;
        }
    }

    private @Nullable Outcome replace(
            Target target, Entry entry, JsonObject before, JsonObject wish, WriteCall call) {
        Kind kind = target.kind();
        Attributes attributes =
                new Attributes(Operation.UPDATE, target.resource(), target, before, call);
        JsonObject next = Owners.ofAdmitted(admission.admit(attributes, wish), call);
        next = machinery.preparedForUpdate(target.resource(), call.subresource(), next, before);
        Reservation reservation = reservations.reserve(kind, before, next, call.isDryRun());
        try {
            next = reservation.object();
            List<Status.Cause> faults =
                    machinery.faultsOfUpdate(target.resource(), call, next, before);
            if (!faults.isEmpty()) {
                throw invalid(target.resource(), next, target.name(), faults);
            }
            warn(target, before, next, call);
            admission.validate(attributes, next);
            JsonObject complete = machinery.readBack(target.resource(), next);
            Outcome outcome =
                    write(
                            target,
                            entry,
                            complete,
                            call,
                            new Beside(
                                    () -> admission.charges(attributes, complete),
                                    reservation.guards()));
            if (outcome == null) {
                reservation.undo();
            } else {
                reservation.commit();
            }
            return outcome;
        } catch (LostReservation e) {
            reservation.undo();
            return null; // as when the object itself was changed
        } catch (StatusException e) {
            reservation.undo();
            throw e;
        }
    }

    private void warn(Target target, JsonObject before, JsonObject next, WriteCall call) {
        // the server's own writes have no reader
        if (call.groups() != null) {
            machinery
                    .warningsOfUpdate(target.resource(), call.subresource(), next, before)
                    .forEach(call::warn);
        }
    }

    /// What is written with an object.
    private record Beside(Supplier<List<Charge>> charges, List<Guard> guards) {}

    private @Nullable Outcome write(
            Target target, Entry entry, JsonObject wish, WriteCall call, Beside beside) {
        List<Charge> first = beside.charges().get();
        Resource resource = target.resource();
        if (call.isDryRun()) {
            return new Outcome(null, resource.typed(wish), entry.modRevision(), false, false);
        }
        // it is the store that drops what only a dry run shows
        JsonObject next = wish.withoutAt("metadata", "selfLink");
        JsonObject typed = resource.typed(next);
        if (resource.isCurrent(entry) && typed.equals(resource.object(entry).tree())) {
            return new Outcome(entry, typed, entry.modRevision(), false, false);
        }
        if (Deleter.isFinished(next)) {
            return remove(target, entry, typed, call);
        }
        Step step = new Step(target, entry.modRevision(), next, call, beside.guards());
        return writes.commit(step, first, beside.charges());
    }

    /// Removes an object that was `typed` at the end; null when another write came first.
    @Nullable Outcome remove(Target target, Entry entry, JsonObject typed, WriteCall call) {
        if (call.isDryRun()) {
            return new Outcome(null, typed, entry.modRevision(), true, false);
        }
        // what went with the last change it still had until now
        JsonObject before = target.resource().object(entry).tree();
        long revision =
                writes.remove(
                        target, entry, call, () -> reservations.releasing(target.kind(), before));
        if (revision == 0) {
            return null;
        }
        reservations.release(target.kind(), typed);
        return new Outcome(null, Resource.withVersion(typed, revision), revision, true, false);
    }

    /// Writes an object as it is, without rules: marks of deletion.
    @Nullable Outcome mark(Target target, Entry entry, JsonObject next, WriteCall call) {
        return write(target, entry, next, call, new Beside(List::of, List.of()));
    }

    /// Tells watchers that an object ends now, before it is removed; not for dry runs.
    @Nullable Outcome announce(Target target, Entry entry, JsonObject next, WriteCall call) {
        Step step = new Step(target, entry.modRevision(), next, call, List.of());
        return writes.commit(step, List.of(), List::of);
    }
}
