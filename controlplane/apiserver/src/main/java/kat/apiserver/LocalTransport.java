package kat.apiserver;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import kat.api.Kind;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.Status;
import kat.api.StatusException;
import kat.api.json.JsonObject;
import kat.apiserver.audit.AuditRecord;
import kat.apiserver.auth.Authorizer;
import kat.apiserver.auth.Authorizer.Action;
import kat.apiserver.auth.Forbidden;
import kat.apiserver.auth.User;
import kat.apiserver.registry.Filters;
import kat.apiserver.registry.Outcome;
import kat.apiserver.registry.Reader;
import kat.apiserver.registry.Resource;
import kat.apiserver.registry.StoreFailures;
import kat.apiserver.registry.WatchFeed;
import kat.apiserver.registry.WriteCall;
import kat.apiserver.registry.Writer.Target;
import kat.client.DeleteOptions;
import kat.client.ListQuery;
import kat.client.ObjectList;
import kat.client.Patch;
import kat.client.Transport;
import kat.client.WatchQuery;
import kat.client.WatchStream;
import kat.client.WriteOptions;
import kat.client.Written;
import kat.store.Entry;
import kat.store.StoreException;
import org.jspecify.annotations.Nullable;

/// The API for components in the server's process: the same pipeline without bytes. Objects
/// that come out are those that every other component in the process gets.
final class LocalTransport implements Transport {

    private final Core core;
    private final User user;
    private final LocalAudit audit;

    LocalTransport(Core core, User user, LocalAudit audit) {
        this.core = core;
        this.user = user;
        this.audit = audit;
    }

    /// A custom kind may cease to be served at any time.
    private static final Status NOT_SERVED =
            new Status(
                    404,
                    "NotFound",
                    "the server could not find the requested resource",
                    Status.Details.NONE);

    private Resource require(Action action, @Nullable AuditRecord record) {
        Resource resource =
                core.resources().find(action.group(), action.version(), action.resource());
        if (resource == null) {
            throw NOT_SERVED.asException();
        }
        Authorizer.Decision decision =
                user.isMaster() ? MASTERS : core.authorizer().authorize(user, action);
        if (decision.isFailure()) {
            if (record != null) {
                record.undecided();
            }
            throw Status.internalError(decision.fault()).asException();
        }
        if (record != null) {
            record.decided(decision.allowed(), decision.reason());
        }
        if (!decision.allowed()) {
            throw Forbidden.of(user, action, decision.reason()).asException();
        }
        return resource;
    }

    /// What components write follows from what they saw here, so only their reads wait.
    private void awaitNewest() {
        try {
            core.store().awaitNewest();
        } catch (StoreException e) {
            throw StoreFailures.status(e).asException();
        }
    }

    private static final Authorizer.Decision MASTERS = new Authorizer.Decision(true, "");

    @Override
    public KubeObject get(Kind kind, ObjectKey key) {
        Action action = LocalAudit.action(kind, "get", key, "");
        AuditRecord record = audit.begin(action, "");
        return LocalAudit.told(
                record,
                action,
                () -> {
                    Resource resource = require(action, record);
                    awaitNewest();
                    return answered(record, resource.object(core.reader().require(resource, key)));
                });
    }

    private static KubeObject answered(@Nullable AuditRecord record, KubeObject object) {
        if (record != null) {
            record.answered(object.tree());
        }
        return object;
    }

    @Override
    public ObjectList list(Kind kind, ListQuery query) {
        ObjectKey all = new ObjectKey(query.namespace(), "");
        Action action = LocalAudit.action(kind, "list", all, "").selecting(query.fieldSelector());
        AuditRecord record = audit.begin(action, "");
        return LocalAudit.told(record, action, () -> list(require(action, record), query));
    }

    private ObjectList list(Resource resource, ListQuery query) {
        awaitNewest();
        Predicate<KubeObject> filter =
                Filters.of(resource, query.labelSelector(), query.fieldSelector());
        long revision = 0;
        String start = "";
        String token = query.continueToken();
        if (!token.isEmpty()) {
            int at = token.indexOf(':');
            revision = Long.parseLong(token.substring(0, at));
            start = token.substring(at + 1);
        }
        Reader.Page page =
                core.reader()
                        .page(
                                resource,
                                new Reader.Query(
                                        query.namespace(), filter, query.limit(), revision, start));
        List<KubeObject> items = new ArrayList<>(page.entries().size());
        for (Entry entry : page.entries()) {
            items.add(resource.object(entry));
        }
        String next = page.next().isEmpty() ? "" : page.revision() + ":" + page.next();
        return new ObjectList(items, page.revision(), next);
    }

    @Override
    public Written create(Kind kind, KubeObject object, WriteOptions options) {
        Action action = LocalAudit.action(kind, "create", object.key(), options.subresource());
        return write(
                action,
                options,
                object.tree(),
                (resource, call) -> create(resource, object, options, call));
    }

    private Written create(
            Resource resource, KubeObject object, WriteOptions options, WriteCall call) {
        if (!options.subresource().isEmpty()) {
            Target target = new Target(resource, object.key());
            JsonObject answer = core.actions().create(target, object.tree(), user, call);
            return new Written(new KubeObject(answer), core.reader().revision());
        }
        JsonObject typed =
                core.intake().read(resource, typed(resource.kind(), object.tree()), call);
        return written(resource, core.writer().create(resource, object.namespace(), typed, call));
    }

    /// Makes a write, and tells the audit log of it.
    ///
    /// @param sent an object; null for none
    private Written write(
            Action action,
            WriteOptions options,
            @Nullable JsonObject sent,
            BiFunction<Resource, WriteCall, Written> work) {
        AuditRecord record = audit.begin(action, options.dryRun() ? "dryRun=All" : "");
        return LocalAudit.told(
                record,
                action,
                () -> {
                    Resource resource = require(action, record);
                    WriteCall call = call(options);
                    if (record != null && sent != null) {
                        record.sent(sent);
                    }
                    try {
                        Written written = work.apply(resource, call);
                        answered(record, written.object());
                        return written;
                    } finally {
                        if (record != null) {
                            record.annotate(call.annotations(record.wantsRequest()));
                        }
                    }
                });
    }

    private static JsonObject typed(Kind kind, JsonObject tree) {
        return tree.with("apiVersion", kind.apiVersion()).with("kind", kind.kind());
    }

    private WriteCall call(WriteOptions options) {
        String manager = options.fieldManager().isEmpty() ? user.name() : options.fieldManager();
        return new WriteCall(
                        user.name(),
                        options.cause(),
                        manager,
                        options.dryRun(),
                        options.subresource())
                .by(user.toSender());
    }

    private static Written written(Resource resource, Outcome outcome) {
        return new Written(outcome.object(resource), outcome.revision());
    }

    @Override
    public Written update(Kind kind, KubeObject object, WriteOptions options) {
        Action action = LocalAudit.action(kind, "update", object.key(), options.subresource());
        return write(
                action,
                options,
                object.tree(),
                (resource, call) -> {
                    Target target = new Target(resource, object.key());
                    boolean whole = !call.subresource().equals("scale");
                    JsonObject typed = typed(kind, object.tree());
                    KubeObject wish =
                            new KubeObject(
                                    whole ? core.intake().read(resource, typed, call) : typed);
                    return written(resource, core.actions().update(target, wish, call));
                });
    }

    @Override
    public Written patch(Kind kind, ObjectKey key, Patch patch, WriteOptions options) {
        Action action = LocalAudit.action(kind, "patch", key, options.subresource());
        return write(
                action,
                options,
                null,
                (resource, call) ->
                        written(
                                resource,
                                core.actions()
                                        .patch(
                                                new Target(resource, key),
                                                patch.mediaType(),
                                                patch.body(),
                                                patch.force(),
                                                call)));
    }

    @Override
    public Written delete(Kind kind, ObjectKey key, DeleteOptions options) {
        Action action = LocalAudit.action(kind, "delete", key, "");
        WriteOptions same = WriteOptions.NONE.because(options.cause());
        return write(
                action,
                same,
                null,
                (resource, call) ->
                        written(
                                resource,
                                core.deleter().delete(new Target(resource, key), options, call)));
    }

    @Override
    public WatchStream watch(Kind kind, WatchQuery query) {
        ObjectKey all = new ObjectKey(query.namespace(), "");
        Action action = LocalAudit.action(kind, "watch", all, "").selecting(query.fieldSelector());
        AuditRecord record = audit.begin(action, "watch=true");
        WatchStream stream;
        try {
            stream = watch(require(action, record), query);
        } catch (StatusException e) {
            throw LocalAudit.refused(record, e);
        }
        return record == null ? stream : LocalAudit.told(record, stream);
    }

    private WatchStream watch(Resource resource, WatchQuery query) {
        Predicate<KubeObject> filter =
                Filters.of(resource, query.labelSelector(), query.fieldSelector());
        if (query.afterRevision() == 0) {
            awaitNewest();
        }
        Reader.Page existing =
                query.afterRevision() > 0
                        ? null
                        : core.reader()
                                .page(
                                        resource,
                                        new Reader.Query(query.namespace(), filter, 0, 0, ""));
        long after = existing == null ? query.afterRevision() : existing.revision();
        WatchFeed feed = WatchFeed.open(core.store(), resource, query.namespace(), filter, after);
        return new LocalWatch(feed, existing, core.threads());
    }
}
