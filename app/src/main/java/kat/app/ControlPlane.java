package kat.app;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import kat.apiserver.ApiServer;
import kat.apiserver.ApiServerConfig;
import kat.apiserver.auth.User;
import kat.apiserver.encryption.Encryption;
import kat.apiserver.encryption.EncryptionConfig;
import kat.apiserver.encryption.EncryptionReload;
import kat.base.Randomness;
import kat.base.Ticker;
import kat.base.metrics.Metric;
import kat.client.Informers;
import kat.client.LeaderElection;
import kat.client.Transport;
import kat.controllers.endpointslice.ApiServerService;
import kat.controllers.endpointslice.ApiServerService.Server;
import kat.etcd.EtcdStore;
import kat.scheduler.SchedulerConfig;
import kat.store.BoundedStore;
import kat.store.EmbeddedStore;
import kat.store.Store;
import kat.store.StoreConfig;

/// Store, API server, controllers and scheduler.
///
/// Where several servers share a store, controllers and scheduler run in one of them: each has a
/// Lease by which its leader is elected. Whoever is alone elects nobody.
///
/// **Threads:** one owner.
final class ControlPlane {

    private static final String CONTROLLER_MANAGER = "kube-controller-manager";
    private static final String SCHEDULER = "kube-scheduler";
    private static final Metric LEADS =
            Metric.gauge(
                    "leader_election_master_status", "1 where this server has the Lease.", "name");
    private static final String ENDED = "it does not run: it was stopped";

    private final ApiServerConfig config;
    private final Path volumes;
    private final Store store;
    private final ApiServer apiServer;
    private final Ticker ticker;
    private final Randomness randomness;
    private final Informers informers;
    private final List<AutoCloseable> running = new ArrayList<>();

    /// Opens the store and prepares the server; nothing runs yet but the store.
    ///
    /// @param opened runs once the store is this process's alone
    /// @throws IOException when files cannot be read or written
    ControlPlane(
            ClusterFiles files,
            ApiServerConfig config,
            EtcdChoice etcd,
            Runnable opened,
            Ticker ticker,
            Randomness randomness)
            throws IOException {
        this.config = config;
        this.volumes = files.volumes();
        this.ticker = ticker;
        this.randomness = randomness;
        EncryptionConfig sealing = config.guards().encryption();
        Encryption encryption = new Encryption(sealing.rules(), randomness);
        Store kept =
                etcd.isChosen()
                        ? EtcdStore.open(etcd.config(), encryption, ticker)
                        : EmbeddedStore.open(
                                files.store(),
                                StoreConfig.within(Runtime.getRuntime().maxMemory()),
                                encryption,
                                ticker,
                                randomness);
        this.store = new BoundedStore(kept, HeapRoom.ofThisProcess(ticker));
        opened.run();
        if (sealing.reloaded() != null) {
            EncryptionReload reload =
                    new EncryptionReload(
                            sealing.reloaded(), sealing.rules(), encryption, store::reseal, ticker);
            reload.start();
            running.add(reload);
        }
        this.apiServer = new ApiServer(config, store, ticker, randomness);
        if (store.isShared()) {
            ClusterKeys.require(store, apiServer, files.pki());
        }
        this.informers = newInformers();
    }

    ApiServer apiServer() {
        return apiServer;
    }

    /// What the components of this process share of what they see.
    Informers informers() {
        return informers;
    }

    /// Of whoever closes them.
    Informers newInformers() {
        return new Informers(transport("system:kat"), ticker);
    }

    /// The API as a component of KAT.
    Transport transport(String user) {
        return apiServer.transport(User.component(user));
    }

    void startServer() throws IOException {
        apiServer.start();
    }

    /// @param published address of the API server in Endpoints
    /// @param balancers addresses of this machine for Services of type LoadBalancer
    /// @param scheduler its profiles
    /// @param addons where programs of add-ons come from and run
    void startControllers(
            String published,
            List<String> balancers,
            SchedulerConfig scheduler,
            AddonPlace addons) {
        Components.Around around =
                new Components.Around(
                        config.services().address(1),
                        servers(published),
                        volumes,
                        balancers,
                        addons,
                        config.guards().gates());
        if (!store.isShared()) {
            Components components = new Components(apiServer, informers, ticker);
            components.startControllers(around);
            components.startScheduler(scheduler, randomness);
            running.add(components::stop);
            for (String part : List.of("controller-manager", "scheduler")) {
                apiServer.components().tell(part, () -> components.isRunning() ? "" : ENDED);
            }
            return;
        }
        elect(CONTROLLER_MANAGER, components -> components.startControllers(around));
        elect(SCHEDULER, components -> components.startScheduler(scheduler, randomness));
    }

    /// This server, and those that share its store.
    private ApiServerService.Servers servers(String address) {
        Server own = new Server(address, apiServer.address().getPort());
        if (!store.isShared()) {
            return ApiServerService.Servers.one(own);
        }
        ServerLeases leases = new ServerLeases(store, ticker, own);
        leases.start();
        running.add(leases);
        return new ApiServerService.Servers(own.port(), leases::alive, ServerLeases.PERIOD);
    }

    /// Has `start` run in whichever server leads, each time with informers of its own.
    private void elect(String lease, Consumer<Components> start) {
        byte[] chance = new byte[8];
        randomness.nextBytes(chance);
        String identity = MachineAddress.hostName() + "_" + HexFormat.of().formatHex(chance);
        LeaderElection election =
                new LeaderElection(
                        new LeaderElection.Candidate(lease, identity),
                        LeaderElection.Timing.DEFAULT,
                        transport("system:" + lease),
                        new ComponentsTerm(
                                this::newInformers,
                                seen -> new Components(apiServer, seen, ticker),
                                start),
                        new LeaderElection.Clock(ticker, randomness));
        election.start();
        running.add(election);
        running.add(
                apiServer.metrics().add(to -> to.value(LEADS, election.isLeader() ? 1 : 0, lease)));
    }

    /// Ends everything in the opposite order; what was acknowledged is on disk.
    void stop() throws Exception {
        for (AutoCloseable each : running.reversed()) {
            each.close();
        }
        informers.close();
        apiServer.close();
        store.close();
    }
}
