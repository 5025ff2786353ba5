package kat.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import kat.api.strategy.FeatureGates;
import kat.apiserver.ApiServer;
import kat.apiserver.auth.User;
import kat.apiserver.pki.Pem;
import kat.app.addons.AddonPrograms;
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
import kat.controllers.loadbalancer.LoadBalancers;
import kat.controllers.namespace.NamespaceController;
import kat.controllers.podautoscaler.ApiMetrics;
import kat.controllers.podautoscaler.HorizontalPodAutoscalers;
import kat.controllers.quota.QuotaController;
import kat.controllers.serviceaccount.SecretTokenController;
import kat.controllers.volume.LocalVolumes;
import kat.scheduler.Scheduler;
import kat.scheduler.SchedulerConfig;

/// The controllers and the scheduler of a cluster, or one of the two, from their start to their
/// end.
///
/// **Threads:** one owner.
final class Components {

    /// How many keys of one controller are worked on at once, as kube-controller-manager has it.
    private static final int CONTROLLER_WORKERS = 5;

    /// As whom servers of metrics are asked.
    private static final User AUTOSCALER =
            User.of(
                    "system:serviceaccount:kube-system:horizontal-pod-autoscaler",
                    List.of("system:serviceaccounts", "system:serviceaccounts:kube-system"));

    private final ApiServer apiServer;
    private final Informers informers;
    private final Ticker ticker;
    private final List<AutoCloseable> running = new ArrayList<>();
    private final List<ControllerRunner> runners = new CopyOnWriteArrayList<>();
    private volatile boolean isRunning;

    /// @param informers what they see; closed by who made it
    Components(ApiServer apiServer, Informers informers, Ticker ticker) {
        this.apiServer = apiServer;
        this.informers = informers;
        this.ticker = ticker;
    }

    /// What the controllers need beside the API.
    ///
    /// @param serviceAddress of the Service `kubernetes`
    /// @param published where Endpoints say that API servers are
    /// @param volumes folder for volumes of this machine
    /// @param balancers addresses of this machine for Services of type LoadBalancer; none where no
    ///     packet would be answered
    /// @param addons where programs of add-ons come from and run
    /// @param gates which features are on
    record Around(
            String serviceAddress,
            ApiServerService.Servers published,
            Path volumes,
            List<String> balancers,
            AddonPlace addons,
            FeatureGates gates) {}

    void startControllers(Around around) {
        running.add(apiServer.metrics().add(to -> QueueMetrics.tell(runners, to)));
        running.add(apiServer.metrics().add(to -> CollectorMetrics.tell(informers, to)));
        for (Controller controller : controllers(around)) {
            PlanRunner plans = plans(controller.account(), controller.component());
            run(controller, plans);
        }
        String server = "kube-apiserver";
        run(apiService(around), plans(server, server, server));
        ServedKinds served = apiServer.served();
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
        AddonPrograms addons = around.addons().programs(apiServer, ticker);
        addons.start();
        running.add(addons::stop);
        isRunning = true;
    }

    /// Whether something was started and not stopped since; any thread may ask.
    boolean isRunning() {
        return isRunning;
    }

    void startScheduler(SchedulerConfig config, Randomness randomness) {
        Transport transport = transport("system:kube-scheduler");
        Map<String, EventRecorder> recorders = new HashMap<>();
        for (String name : config.names()) {
            String instance = name + "-" + MachineAddress.hostName();
            EventRecorder recorder = EventRecorder.ofSeries(transport, ticker, name, instance);
            recorder.start();
            running.add(recorder);
            recorders.put(name, recorder);
        }
        Scheduler scheduler =
                new Scheduler(
                        informers,
                        transport,
                        new Scheduler.Voices(
                                config,
                                name -> Objects.requireNonNull(recorders.get(name)),
                                apiServer.metrics()),
                        ticker,
                        randomness);
        scheduler.start();
        running.add(scheduler);
        isRunning = true;
    }

    private void run(Controller controller, PlanRunner plans) {
        ControllerRunner runner =
                new ControllerRunner(controller, informers, plans, ticker, CONTROLLER_WORKERS);
        runner.start();
        running.add(runner);
        runners.add(runner);
    }

    private ApiServerService apiService(Around around) {
        return new ApiServerService(around.serviceAddress(), around.published());
    }

    private List<Controller> controllers(Around around) {
        List<Controller> all =
                new ArrayList<>(
                        Controllers.all(
                                Pem.write(apiServer.pki().authority().certificate()),
                                ticker::now,
                                new ScalesOfResources(apiServer),
                                around.gates()));
        all.add(new LocalVolumes(around.volumes().toString(), new LocalFolders()));
        if (!around.balancers().isEmpty()) {
            all.add(new LoadBalancers(around.balancers()));
        }
        all.add(
                new HorizontalPodAutoscalers(
                        new ApiMetrics(
                                namespace -> apiServer.usage().ofPods(namespace),
                                new OtherServers(apiServer.others(AUTOSCALER)),
                                (version, kind) -> apiServer.kinds().byKind(version, kind)),
                        new ScalesOfResources(apiServer)));
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

    private Transport transport(String user) {
        return apiServer.transport(User.component(user));
    }

    private Transport controller(String name) {
        return transport("system:serviceaccount:kube-system:" + name);
    }

    private PlanRunner plans(String account, String component) {
        return plans(account, component, Controller.MANAGER);
    }

    private PlanRunner plans(String account, String component, String manager) {
        Transport transport = controller(account);
        EventRecorder recorder = new EventRecorder(transport, ticker, component, "");
        recorder.start();
        running.add(recorder);
        return new PlanRunner(transport, recorder, manager, ticker.threads());
    }

    /// Ends everything in the opposite order, also what stands behind something that fails to end:
    /// who leads no more must not go on in part.
    ///
    /// @throws Exception the first failure, with the others suppressed
    void stop() throws Exception {
        isRunning = false;
        Exception failure = null;
        for (AutoCloseable each : running.reversed()) {
            try {
                each.close();
            } catch (Exception e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        running.clear();
        if (failure != null) {
            throw failure;
        }
    }
}
