package kat.scheduler.plugins;

import kat.scheduler.ClusterEvent;
import kat.scheduler.NodeInfo;
import kat.scheduler.Plugin;
import kat.scheduler.PodInfo;

/// A pod that claims devices waits: no devices are allotted here, and without them it must not
/// run.
///
/// **Source:** kube-scheduler `dynamicresources`, for a cluster whose devices are all taken.
final class DynamicResources implements Plugin.Filter {

    @Override
    public String name() {
        return "DynamicResources";
    }

    @Override
    public boolean mayHelp(ClusterEvent event) {
        return false;
    }

    @Override
    public boolean concerns(PodInfo pod) {
        return !pod.object().spec().array("resourceClaims").isEmpty();
    }

    @Override
    public Verdict filter(PodInfo pod, NodeInfo node) {
        return concerns(pod) ? Verdict.never("cannot allocate all claims") : Verdict.SUITS;
    }
}
