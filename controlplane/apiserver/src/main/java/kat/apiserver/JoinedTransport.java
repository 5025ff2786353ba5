package kat.apiserver;

import java.net.URI;
import kat.api.Kind;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.apiserver.aggregation.RemoteCarrier;
import kat.apiserver.auth.Authorizer.Action;
import kat.apiserver.auth.Authorizer.Decision;
import kat.apiserver.auth.Forbidden;
import kat.apiserver.auth.User;
import kat.client.DeleteOptions;
import kat.client.HttpTransport;
import kat.client.ListQuery;
import kat.client.ObjectList;
import kat.client.Patch;
import kat.client.Transport;
import kat.client.WatchQuery;
import kat.client.WatchStream;
import kat.client.WriteOptions;
import kat.client.Written;

/// The API for components in the server's process, with the kinds that other servers have.
///
/// What is passed on must be permitted here first, as everybody's requests must.
final class JoinedTransport implements Transport {

    private final Transport own;
    private final Transport others;
    private final ServedEverywhere served;
    private final Core core;
    private final User user;

    JoinedTransport(Transport own, ServedEverywhere served, Core core, User user) {
        this.own = own;
        this.served = served;
        this.core = core;
        this.user = user;
        this.others =
                new HttpTransport(
                        URI.create("https://extension"),
                        new RemoteCarrier(served.aggregation(), user));
    }

    private Transport of(Kind kind, String verb, ObjectKey key, String subresource) {
        if (!served.isForeign(kind)) {
            return own;
        }
        Action action = LocalAudit.action(kind, verb, key, subresource);
        if (!user.isMaster()) {
            Decision decision = core.authorizer().authorize(user, action);
            if (!decision.allowed()) {
                throw Forbidden.of(user, action, decision.reason()).asException();
            }
        }
        return others;
    }

    @Override
    public KubeObject get(Kind kind, ObjectKey key) {
        return of(kind, "get", key, "").get(kind, key);
    }

    @Override
    public ObjectList list(Kind kind, ListQuery query) {
        ObjectKey all = new ObjectKey(query.namespace(), "");
        return of(kind, "list", all, "").list(kind, query);
    }

    @Override
    public Written create(Kind kind, KubeObject object, WriteOptions options) {
        return of(kind, "create", object.key(), options.subresource())
                .create(kind, object, options);
    }

    @Override
    public Written update(Kind kind, KubeObject object, WriteOptions options) {
        return of(kind, "update", object.key(), options.subresource())
                .update(kind, object, options);
    }

    @Override
    public Written patch(Kind kind, ObjectKey key, Patch patch, WriteOptions options) {
        return of(kind, "patch", key, options.subresource()).patch(kind, key, patch, options);
    }

    @Override
    public Written delete(Kind kind, ObjectKey key, DeleteOptions options) {
        return of(kind, "delete", key, "").delete(kind, key, options);
    }

    @Override
    public WatchStream watch(Kind kind, WatchQuery query) {
        ObjectKey all = new ObjectKey(query.namespace(), "");
        return of(kind, "watch", all, "").watch(kind, query);
    }
}
