package kat.apiserver;

import java.security.KeyPair;
import java.util.Map;
import kat.api.Kinds;
import kat.apiserver.auth.Authenticator;
import kat.apiserver.auth.User;
import kat.apiserver.registry.EventExpiry;
import kat.base.Randomness;
import kat.base.Ticker;
import kat.base.metrics.Metrics;
import kat.client.ServedKinds;
import kat.client.Transport;
import kat.store.Store;

/// The API server without a network and without files: the same pipeline as [ApiServer], reached
/// by [#transport] only. For simulation, and for tests of what stands above it.
///
/// **Threads:** [#start] and [#close] by the owner, the rest by any.
public final class LocalServer implements AutoCloseable {

    private final Core core;
    private final EventExpiry eventExpiry;
    private final Ticker ticker;

    /// @param tokenKey signs the tokens of service accounts
    public LocalServer(Store store, Ticker ticker, Randomness randomness, KeyPair tokenKey) {
        this.ticker = ticker;
        this.core =
                Core.create(
                        ApiServerConfig.Services.DEFAULT,
                        new Core.Outside(
                                store,
                                ticker,
                                randomness,
                                tokenKey,
                                Map.of(),
                                null,
                                null,
                                Authenticator.Further.NONE,
                                ApiServerConfig.Guards.NONE,
                                new Metrics()));
        this.eventExpiry = new EventExpiry(store, core.resources().require(Kinds.EVENT), ticker);
    }

    /// Serves stored definitions and creates what every cluster has.
    public void start() {
        core.definitions().start();
        new Bootstrap(core, ticker).run(ApiServerConfig.Services.DEFAULT, Map.of());
        eventExpiry.start();
    }

    /// The API as one user sees it.
    public Transport transport(User user) {
        return new LocalTransport(core, user, new LocalAudit(null, user));
    }

    /// Every kind that is served; custom resources come and go.
    public ServedKinds kinds() {
        return ServedKinds.of(core.resources()::kinds, core.resources()::onChange);
    }

    /// Ends its threads; the store is left open.
    @Override
    public void close() {
        eventExpiry.close();
        core.definitions().close();
        core.dynamic().close();
        core.roles().close();
    }
}
