package kat.controllers;

import java.util.List;
import kat.client.Controller;
import kat.controllers.deployment.DeploymentController;
import kat.controllers.replicaset.ReplicaSetController;

/// Every controller of a cluster.
public final class Controllers {

    private Controllers() {}

    public static List<Controller> all() {
        return List.of(
                new DeploymentController(),
                ReplicaSetController.forReplicaSets(),
                ReplicaSetController.forReplicationControllers());
    }
}
