package kat.scheduler.plugins;

import java.util.List;
import kat.scheduler.ClusterObjects;
import kat.scheduler.Plugin;

/// The plug-ins of the default profile, in kube-scheduler's order: the first filter that turns a
/// node away gives the reason that people read.
public final class DefaultPlugins {

    private DefaultPlugins() {}

    public static List<Plugin> all(ClusterObjects objects) {
        return List.of(
                new NodeUnschedulable(),
                new NodeName(),
                new TaintToleration(),
                new NodeAffinity(),
                new NodePorts(),
                new NodeResourcesFit(),
                new VolumeBinding(objects),
                new PodTopologySpread(),
                new InterPodAffinity(objects),
                new NodeResourcesBalancedAllocation(),
                new ImageLocality());
    }
}
