package kat.apiserver;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import kat.api.Kind;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.Status;
import kat.api.json.JsonObject;
import kat.apiserver.auth.Authorizer;
import kat.apiserver.auth.Authorizer.Action;
import kat.apiserver.auth.Forbidden;
import kat.apiserver.auth.User;
import kat.apiserver.registry.Filters;
import kat.apiserver.registry.Outcome;
import kat.apiserver.registry.Reader;
import kat.apiserver.registry.Resource;
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

/// The API for components in the server's process: the same pipeline without bytes. Objects that
/// come out are those that every other component in the process gets.
final class LocalTransport implements Transport {

    private final Core core;
    private final Authorizer authorizer;
    private final User user;

    LocalTransport(Core core, Authorizer authorizer, User user) {
        this.core = core;
        this.authorizer = authorizer;
        this.user = user;
    }

    /// A custom kind may cease to be served at any time.
    private static final Status NOT_SERVED =
            new Status(
                    404,
                    "NotFound",
                    "the server could not find the requested resource",
                    Status.Details.NONE);

    private Resource require(Kind kind, String verb, ObjectKey key, String subresource) {
        return require(kind, verb, key, subresource, "");
    }

    private Resource require(
            Kind kind, String verb, ObjectKey key, String subresource, String fields) {
        Resource resource = core.resources().find(kind);
        if (resource == null) {
            throw NOT_SERVED.asException();
        }
        if (!user.isMaster()) {
            Action action =
                    new Action(
                            verb,
                            kind.group(),
                            kind.version(),
                            kind.plural(),
                            subresource,
                            key.namespace(),
                            key.name(),
                            "",
                            fields);
            Authorizer.Decision decision = authorizer.authorize(user, action);
            if (!decision.allowed()) {
                throw Forbidden.of(user, action, decision.reason()).asException();
            }
        }
        return resource;
    }

    @Override
    public KubeObject get(Kind kind, ObjectKey key) {
        Resource resource = require(kind, "get", key, "");
        return resource.object(core.reader().require(resource, key));
    }

    @Override
    public ObjectList list(Kind kind, ListQuery query) {
        ObjectKey all = new ObjectKey(query.namespace(), "");
        Resource resource = require(kind, "list", all, "", query.fieldSelector());
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
        Resource resource = require(kind, "create", object.key(), options.subresource());
        WriteCall call = call(options);
        if (!options.subresource().isEmpty()) {
            Target target = new Target(resource, object.key());
            JsonObject answer = core.actions().create(target, object.tree(), user, call);
            return new Written(new KubeObject(answer), core.reader().revision());
        }
        JsonObject typed = core.intake().read(resource, typed(kind, object.tree()), call);
        return written(resource, core.writer().create(resource, object.namespace(), typed, call));
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
        Resource resource = require(kind, "update", object.key(), options.subresource());
        Target target = new Target(resource, object.key());
        WriteCall call = call(options);
        boolean whole = !call.subresource().equals("scale");
        JsonObject typed = typed(kind, object.tree());
        KubeObject wish = new KubeObject(whole ? core.intake().read(resource, typed, call) : typed);
        return written(resource, core.actions().update(target, wish, call));
    }

    @Override
    public Written patch(Kind kind, ObjectKey key, Patch patch, WriteOptions options) {
        Resource resource = require(kind, "patch", key, options.subresource());
        Target target = new Target(resource, key);
        return written(
                resource,
                core.actions()
                        .patch(
                                target,
                                patch.mediaType(),
                                patch.body(),
                                patch.force(),
                                call(options)));
    }

    @Override
    public Written delete(Kind kind, ObjectKey key, DeleteOptions options) {
        Resource resource = require(kind, "delete", key, "");
        WriteCall call =
                new WriteCall(user.name(), options.cause(), user.name(), false, "")
                        .by(user.toSender());
        return written(resource, core.deleter().delete(new Target(resource, key), options, call));
    }

    @Override
    public WatchStream watch(Kind kind, WatchQuery query) {
        ObjectKey all = new ObjectKey(query.namespace(), "");
        Resource resource = require(kind, "watch", all, "", query.fieldSelector());
        Predicate<KubeObject> filter =
                Filters.of(resource, query.labelSelector(), query.fieldSelector());
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
