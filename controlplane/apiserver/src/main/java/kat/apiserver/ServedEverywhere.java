package kat.apiserver;

import java.util.List;
import kat.api.Kind;
import kat.api.KindTable;
import kat.apiserver.aggregation.Aggregation;
import kat.apiserver.aggregation.RemoteGroups;
import kat.apiserver.registry.Resources;
import kat.client.ServedKinds;

/// The kinds of this server and of those that it passes requests on to.
///
/// **Threads:** any.
final class ServedEverywhere implements ServedKinds {

    private final Resources resources;
    private final Aggregation aggregation;
    private volatile Joined joined;

    /// @param own of this server
    /// @param remote the groups that were joined with it
    private record Joined(KindTable own, RemoteGroups remote, KindTable all) {}

    ServedEverywhere(Resources resources, Aggregation aggregation) {
        this.resources = resources;
        this.aggregation = aggregation;
        this.joined = new Joined(resources.kinds(), aggregation.remote(), resources.kinds());
    }

    Aggregation aggregation() {
        return aggregation;
    }

    @Override
    public KindTable now() {
        Joined last = joined;
        KindTable own = resources.kinds();
        RemoteGroups remote = aggregation.remote();
        if (last.own() != own || last.remote() != remote) {
            List<Kind> foreign = remote.kinds().stream().filter(this::isForeign).toList();
            last = new Joined(own, remote, foreign.isEmpty() ? own : own.with(foreign));
            joined = last;
        }
        return last.all();
    }

    @Override
    public List<String> away() {
        return aggregation.remote().away();
    }

    @Override
    public boolean isForeign(Kind kind) {
        RemoteGroups remote = aggregation.remote();
        return !remote.isEmpty()
                && remote.find(kind.group(), kind.version()) != null
                && resources.find(kind.group(), kind.version(), kind.plural()) == null;
    }

    @Override
    public Runnable onChange(Runnable callback) {
        Runnable ownEnd = resources.onChange(callback);
        Runnable remoteEnd = aggregation.onChange(callback);
        return () -> {
            ownEnd.run();
            remoteEnd.run();
        };
    }
}
