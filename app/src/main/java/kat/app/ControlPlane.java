package kat.app;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import kat.apiserver.ApiServer;
import kat.apiserver.ApiServerConfig;
import kat.apiserver.auth.User;
import kat.apiserver.encryption.Encryption;
import kat.apiserver.encryption.EncryptionConfig;
import kat.apiserver.encryption.EncryptionReload;
import kat.apiserver.pki.Pem;
import kat.base.Randomness;
import kat.base.Ticker;
import kat.client.Controller;
import kat.client.ControllerRunner;
import kat.client.EventRecorder;
import kat.client.Informers;
import kat.client.PlanRunner;
import kat.client.ServedKinds;
import kat.client.Transport;
import kat.controllers.Controllers;
import kat.controllers.certificate.CertificateApprover;
import kat.controllers.certificate.CertificateCleaner;
import kat.controllers.certificate.CertificateSigner;
import kat.controllers.endpointslice.ApiServerService;
import kat.controllers.garbage.GarbageCollector;
import kat.controllers.namespace.NamespaceController;
import kat.controllers.podautoscaler.HorizontalPodAutoscalers;
import kat.controllers.podautoscaler.Metrics;
import kat.controllers.quota.QuotaController;
import kat.controllers.serviceaccount.SecretTokenController;
import kat.controllers.volume.LocalVolumes;
import kat.scheduler.Scheduler;
import kat.store.EmbeddedStore;
import kat.store.Store;
import kat.store.StoreConfig;

/// Store, API server, controllers and scheduler.
///
/// **Threads:** one owner.
final class ControlPlane {

    /// How many keys of one controller are worked on at once, as kube-controller-manager has it.
    private static final int CONTROLLER_WORKERS = 5;

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
    /// @throws IOException when files cannot be read or written
    ControlPlane(ClusterFiles files, ApiServerConfig config, Ticker ticker, Randomness randomness)
            throws IOException {
        this.config = config;
        this.volumes = files.volumes();
        this.ticker = ticker;
        this.randomness = randomness;
        EncryptionConfig sealing = config.guards().encryption();
        Encryption encryption = new Encryption(sealing.rules(), randomness);
        this.store =
                EmbeddedStore.open(
                        files.store(), StoreConfig.defaults(), encryption, ticker, randomness);
        if (sealing.reloaded() != null) {
            EncryptionReload reload =
                    new EncryptionReload(
                            sealing.reloaded(), sealing.rules(), encryption, store::reseal, ticker);
            reload.start();
            running.add(reload);
        }
        this.apiServer = new ApiServer(config, store, ticker, randomness);
        this.informers = new Informers(transport("system:kat"), ticker);
    }

    ApiServer apiServer() {
        return apiServer;
    }

    /// What the components of this process share of what they see.
    Informers informers() {
        return informers;
    }

    /// The API as a component of KAT.
    Transport transport(String user) {
        return apiServer.transport(User.component(user));
    }

    void startServer() throws IOException {
        apiServer.start();
    }

    /// @param published address of the API server in Endpoints
    void startControllers(String published) {
        for (Controller controller : controllers()) {
            PlanRunner plans = plans(controller.account(), controller.name());
            run(controller, plans);
        }
        run(apiService(published), plans("kube-apiserver", "kube-apiserver"));
        ServedKinds served = ServedKinds.of(apiServer::kinds, apiServer::onKindsChanged);
        NamespaceController namespaces =
                new NamespaceController(
                        served, informers, controller("namespace-controller"), ticker);
        namespaces.start();
        running.add(namespaces);
        GarbageCollector garbage =
                new GarbageCollector(
                        served,
                        informers,
                        controller("generic-garbage-collector"),
                        plans("generic-garbage-collector", "generic-garbage-collector"),
                        ticker);
        garbage.start();
        running.add(garbage);
        QuotaController quotas =
                new QuotaController(
                        served,
                        informers,
                        controller(QuotaController.NAME),
                        plans(QuotaController.NAME, QuotaController.NAME),
                        ticker);
        quotas.start();
        running.add(quotas);
        Transport transport = transport("system:kube-scheduler");
        EventRecorder recorder = new EventRecorder(transport, ticker, Scheduler.NAME, "");
        recorder.start();
        running.add(recorder);
        Scheduler scheduler = new Scheduler(informers, transport, recorder, ticker, randomness);
        scheduler.start();
        running.add(scheduler);
    }

    private void run(Controller controller, PlanRunner plans) {
        ControllerRunner runner =
                new ControllerRunner(controller, informers, plans, ticker, CONTROLLER_WORKERS);
        runner.start();
        running.add(runner);
    }

    private ApiServerService apiService(String published) {
        return new ApiServerService(
                config.services().address(1), published, apiServer.address().getPort());
    }

    private List<Controller> controllers() {
        List<Controller> all =
                new ArrayList<>(
                        Controllers.all(
                                Pem.write(apiServer.pki().authority().certificate()),
                                ticker.now()));
        all.add(new LocalVolumes(volumes.toString(), new LocalFolders()));
        Metrics.OfPodsOnly metrics = namespace -> apiServer.usage().ofPods(namespace);
        all.add(new HorizontalPodAutoscalers(metrics));
        ClusterAuthority authority = new ClusterAuthority(apiServer.pki());
        all.add(
                new CertificateApprover(
                        authority, new CertificatePermissions(apiServer.authorizer())));
        all.add(new CertificateSigner(authority));
        all.add(new CertificateCleaner());
        all.add(
                new SecretTokenController(
                        new ClusterTokens(apiServer.tokenSigner(), controller("tokens-controller")),
                        Pem.write(apiServer.pki().authority().certificate())));
        return all;
    }

    private Transport controller(String name) {
        return transport("system:serviceaccount:kube-system:" + name);
    }

    private PlanRunner plans(String account, String name) {
        Transport transport = controller(account);
        EventRecorder recorder = new EventRecorder(transport, ticker, name, "");
        recorder.start();
        running.add(recorder);
        return new PlanRunner(transport, recorder, name, ticker.threads());
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
