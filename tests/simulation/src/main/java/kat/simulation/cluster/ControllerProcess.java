package kat.simulation.cluster;

import kat.client.Controller;
import kat.client.ControllerRunner;
import kat.client.EventRecorder;
import kat.client.Informers;
import kat.client.PlanRunner;
import kat.client.ServedKinds;
import kat.client.Transport;
import kat.controllers.Controllers;
import kat.controllers.garbage.GarbageCollector;
import kat.controllers.namespace.NamespaceController;
import kat.simulation.network.Network;
import kat.simulation.world.SimulatedProcess;

/// All controllers in one process, connected as `app` connects them.
final class ControllerProcess {

    private static final String AUTHORITY = "the certificate of a simulated authority";
    private static final int WORKERS = 2;

    private final SimulatedProcess process;
    private final Network network;
    private final Informers informers;

    ControllerProcess(SimulatedProcess process, Network network) {
        this.process = process;
        this.network = network;
        this.informers = new Informers(network.transport(process, "system:kat"), process);
    }

    void start(ServedKinds kinds) {
        Controllers.all(AUTHORITY, process::now).forEach(this::start);
        new NamespaceController(kinds, informers, account("namespace-controller"), process).start();
        String collector = "generic-garbage-collector";
        new GarbageCollector(
                        kinds, informers, account(collector), plans(collector, collector), process)
                .start();
    }

    /// Starts one controller.
    void start(Controller controller) {
        PlanRunner plans = plans(controller.account(), controller.component());
        new ControllerRunner(controller, informers, plans, process, WORKERS).start();
    }

    private Transport account(String name) {
        return network.transport(process, "system:serviceaccount:kube-system:" + name);
    }

    private PlanRunner plans(String account, String component) {
        Transport transport = account(account);
        EventRecorder recorder = new EventRecorder(transport, process, component, "");
        recorder.start();
        return new PlanRunner(transport, recorder, Controller.MANAGER, process);
    }
}
