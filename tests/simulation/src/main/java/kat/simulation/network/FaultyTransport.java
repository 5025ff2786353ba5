package kat.simulation.network;

import java.time.Duration;
import java.util.function.Function;
import kat.api.Kind;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.Status;
import kat.api.StatusException;
import kat.client.DeleteOptions;
import kat.client.ListQuery;
import kat.client.ObjectList;
import kat.client.Patch;
import kat.client.Transport;
import kat.client.WatchQuery;
import kat.client.WatchStream;
import kat.client.WriteOptions;
import kat.client.Written;
import kat.simulation.world.SimulatedProcess;

/// The API over a network: a call takes time, may not arrive, may be carried out although the
/// caller hears nothing of it, and fails while the server is away.
final class FaultyTransport implements Transport {

    private final Network network;
    private final SimulatedProcess process;
    private final String user;

    FaultyTransport(Network network, SimulatedProcess process, String user) {
        this.network = network;
        this.process = process;
        this.user = user;
    }

    @Override
    public KubeObject get(Kind kind, ObjectKey key) {
        return call(server -> server.get(kind, key));
    }

    @Override
    public ObjectList list(Kind kind, ListQuery query) {
        return call(server -> server.list(kind, query));
    }

    @Override
    public Written create(Kind kind, KubeObject object, WriteOptions options) {
        return write(server -> server.create(kind, object, options));
    }

    @Override
    public Written update(Kind kind, KubeObject object, WriteOptions options) {
        return write(server -> server.update(kind, object, options));
    }

    @Override
    public Written patch(Kind kind, ObjectKey key, Patch patch, WriteOptions options) {
        return write(server -> server.patch(kind, key, patch, options));
    }

    @Override
    public Written delete(Kind kind, ObjectKey key, DeleteOptions options) {
        return write(server -> server.delete(kind, key, options));
    }

    @Override
    public WatchStream watch(Kind kind, WatchQuery query) {
        int life = network.life();
        WatchStream stream = call(server -> server.watch(kind, query));
        if (network.life() != life) {
            stream.close();
            throw unavailable("the server went away");
        }
        network.opened(stream);
        return new FaultyWatch(network, process, stream);
    }

    private <T> T write(Function<Transport, T> request) {
        if (!Odds.happens(network.odds().doubledRequests(), network.chance())) {
            return call(request);
        }
        return call(
                server -> {
                    T first = request.apply(server);
                    try {
                        T unused = request.apply(server);
                    } catch (StatusException again) {
                        return first;
                    }
                    return first;
                });
    }

    private <T> T call(Function<Transport, T> request) {
        Odds odds = network.odds();
        travel(odds);
        Function<String, Transport> server = network.server();
        int life = network.life();
        boolean isLost = Odds.happens(odds.lostRequests(), network.chance());
        if (server == null || isLost || network.isCutOff(process)) {
            throw unavailable("cannot reach the server");
        }
        T answer;
        try {
            answer = request.apply(server.apply(user));
        } catch (StatusException refused) {
            requireSame(life);
            travel(odds);
            throw refused;
        }
        requireSame(life);
        travel(odds);
        boolean isLostOnItsWay = Odds.happens(odds.lostAnswers(), network.chance());
        if (isLostOnItsWay || network.isCutOff(process)) {
            throw unavailable("the connection ended within an answer");
        }
        return answer;
    }

    private void requireSame(int life) {
        if (network.life() != life) {
            throw unavailable("the server went away");
        }
    }

    private void travel(Odds odds) {
        boolean late = Odds.happens(odds.lateCalls(), network.chance());
        Duration most = late ? Odds.LATE : Odds.USUAL;
        try {
            process.sleep(Odds.upTo(most, network.chance()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable("interrupted while waiting for an answer");
        }
    }

    private static StatusException unavailable(String why) {
        return Status.serviceUnavailable(why).asException();
    }
}
