package kat.controllers;

import java.time.InstantSource;
import java.util.List;
import kat.api.strategy.FeatureGates;
import kat.client.Controller;
import kat.controllers.bootstrap.BootstrapSigner;
import kat.controllers.bootstrap.TokenCleaner;
import kat.controllers.clusterrole.ClusterRoleAggregation;
import kat.controllers.cronjob.CronJobController;
import kat.controllers.daemonset.DaemonSetController;
import kat.controllers.deployment.DeploymentController;
import kat.controllers.disruption.DisruptionBudgets;
import kat.controllers.disruption.StaleDisruptions;
import kat.controllers.endpointslice.EndpointSliceController;
import kat.controllers.endpointslice.EndpointSliceMirroring;
import kat.controllers.endpointslice.EndpointsController;
import kat.controllers.job.FinishedJobs;
import kat.controllers.job.JobController;
import kat.controllers.node.NodeLifecycle;
import kat.controllers.node.TaintEviction;
import kat.controllers.podautoscaler.CustomScales;
import kat.controllers.podgc.PodGarbage;
import kat.controllers.policystatus.PolicyStatus;
import kat.controllers.replicaset.ReplicaSetController;
import kat.controllers.resourceclaim.ClaimRelease;
import kat.controllers.resourceclaim.PodClaims;
import kat.controllers.serviceaccount.DefaultServiceAccounts;
import kat.controllers.serviceaccount.LegacyTokenCleaner;
import kat.controllers.serviceaccount.RootCaPublisher;
import kat.controllers.servicecidr.LeakedAddresses;
import kat.controllers.servicecidr.ServiceAddresses;
import kat.controllers.servicecidr.ServiceCidrController;
import kat.controllers.statefulset.StatefulSetController;
import kat.controllers.volume.AttachDetach;
import kat.controllers.volume.AttributesClassProtection;
import kat.controllers.volume.ClaimProtection;
import kat.controllers.volume.EphemeralClaims;
import kat.controllers.volume.VolumeBinder;
import kat.controllers.volume.VolumeProtection;

/// Every controller of a cluster.
public final class Controllers {

    private Controllers() {}

    /// @param rootCertificate of the authority that pods are to trust, in PEM
    /// @param clock of the process, which begins to watch now; silence before that is nobody's
    ///     fault
    /// @param scales of custom resources
    /// @param gates which features are on
    public static List<Controller> all(
            String rootCertificate, InstantSource clock, CustomScales scales, FeatureGates gates) {
        return List.of(
                new DefaultServiceAccounts(),
                new RootCaPublisher(rootCertificate),
                new LegacyTokenCleaner(),
                new TokenCleaner(),
                new BootstrapSigner(),
                new ClusterRoleAggregation(),
                new NodeLifecycle(clock.instant(), clock),
                new TaintEviction(),
                new PodGarbage(),
                new EndpointSliceController(),
                new EndpointsController(),
                new EndpointSliceMirroring(),
                new DeploymentController(),
                ReplicaSetController.forReplicaSets(),
                ReplicaSetController.forReplicationControllers(),
                new StatefulSetController(gates),
                new DaemonSetController(),
                new CronJobController(),
                new JobController(),
                new FinishedJobs(),
                new ServiceCidrController(),
                new ServiceAddresses(),
                new LeakedAddresses(),
                new DisruptionBudgets(scales),
                new StaleDisruptions(),
                new ClaimProtection(),
                new VolumeProtection(),
                new AttributesClassProtection(),
                new VolumeBinder(),
                new EphemeralClaims(),
                new AttachDetach(),
                new PodClaims(),
                new ClaimRelease(),
                new PolicyStatus());
    }

    /// As [#all(String, InstantSource, CustomScales, FeatureGates)] for a cluster without custom
    /// resources, with the features that are on by default.
    public static List<Controller> all(String rootCertificate, InstantSource clock) {
        return all(rootCertificate, clock, CustomScales.NONE, FeatureGates.DEFAULT);
    }
}
