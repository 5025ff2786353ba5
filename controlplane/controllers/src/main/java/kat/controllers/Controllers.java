package kat.controllers;

import java.util.List;
import kat.client.Controller;
import kat.controllers.deployment.DeploymentController;
import kat.controllers.endpointslice.EndpointSliceController;
import kat.controllers.replicaset.ReplicaSetController;
import kat.controllers.serviceaccount.DefaultServiceAccounts;
import kat.controllers.serviceaccount.RootCaPublisher;

/// Every controller of a cluster.
public final class Controllers {

    private Controllers() {}

    /// @param rootCertificate of the authority that pods are to trust, in PEM
    public static List<Controller> all(String rootCertificate) {
        return List.of(
                new DefaultServiceAccounts(),
                new RootCaPublisher(rootCertificate),
                new EndpointSliceController(),
                new DeploymentController(),
                ReplicaSetController.forReplicaSets(),
                ReplicaSetController.forReplicationControllers());
    }
}
