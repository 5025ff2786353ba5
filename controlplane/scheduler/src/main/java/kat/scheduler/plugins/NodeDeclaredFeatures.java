package kat.scheduler.plugins;

import kat.api.json.JsonObject;
import kat.scheduler.ClusterEvent;
import kat.scheduler.NodeInfo;
import kat.scheduler.Plugin;
import kat.scheduler.PodInfo;

/// A pod that needs what not every kubelet can do goes to a node that says it can.
///
/// **Source:** kube-scheduler `nodedeclaredfeatures`; component-helpers `nodedeclaredfeatures`.
final class NodeDeclaredFeatures implements Plugin.Filter {

    private static final String RESTARTS_ALL = "RestartAllContainersOnContainerExits";
    private static final String HOST_NETWORK = "UserNamespacesHostNetworkSupport";

    @Override
    public String name() {
        return "NodeDeclaredFeatures";
    }

    @Override
    public boolean mayHelp(ClusterEvent event) {
        return event == ClusterEvent.NODE_ADDED || event == ClusterEvent.NODE_FEATURES_CHANGED;
    }

    @Override
    public boolean concerns(PodInfo pod) {
        JsonObject spec = pod.object().spec();
        return restartsAll(spec) || sharesNetworkAlone(spec);
    }

    @Override
    public Verdict filter(PodInfo pod, NodeInfo node) {
        JsonObject spec = pod.object().spec();
        boolean suits =
                (!restartsAll(spec) || node.features().contains(RESTARTS_ALL))
                        && (!sharesNetworkAlone(spec) || node.features().contains(HOST_NETWORK));
        return suits
                ? Verdict.SUITS
                : Verdict.never("node(s) didn't match Pod's required features");
    }

    private static boolean restartsAll(JsonObject spec) {
        return restartsAll(spec, "containers") || restartsAll(spec, "initContainers");
    }

    private static boolean restartsAll(JsonObject spec, String list) {
        for (JsonObject container : spec.array(list).objects()) {
            for (JsonObject rule : container.array("restartPolicyRules").objects()) {
                if (rule.string("action").equals("RestartAllContainers")) {
                    return true;
                }
            }
        }
        return false;
    }

    /// The node's network, but users of its own.
    private static boolean sharesNetworkAlone(JsonObject spec) {
        return spec.bool("hostNetwork") && !spec.bool("hostUsers", true);
    }
}
