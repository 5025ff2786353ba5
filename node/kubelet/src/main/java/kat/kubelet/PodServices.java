package kat.kubelet;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.base.Ticker;
import kat.client.Informers;
import kat.client.Transport;
import kat.cri.PodSandboxStatus;
import kat.kubelet.dra.NodeDevices;
import kat.kubelet.metrics.ContainerEnds;
import kat.kubelet.metrics.CountedRuntime;
import kat.kubelet.metrics.ProbeTotals;
import kat.kubelet.spec.ContainerConfigs;
import kat.kubelet.spec.DownwardApi;
import kat.kubelet.spec.ObjectSource;
import kat.kubelet.spec.SandboxConfigs;
import kat.kubelet.spec.ServiceVariables;
import kat.kubelet.volumes.PodVolumes;
import org.jspecify.annotations.Nullable;

/// What the workers of all pods of a node share.
record PodServices(
        KubeletConfig config,
        MachineFacts machine,
        Transport transport,
        Informers informers,
        CountedRuntime runtime,
        Ticker ticker,
        PodEvents events,
        RuntimeReader reader,
        ImagePulls images,
        PodVolumes volumes,
        UserRanges users,
        NodeDevices devices,
        PodCgroups cgroups,
        ProcessorShares shares,
        SandboxConfigs sandboxes,
        ContainerConfigs containers,
        ObjectSource objects,
        NodeAdmission admission,
        StaticPods staticPods,
        ProbeTotals probeTotals,
        ContainerEnds containerEnds) {

    Instant now() {
        return ticker.now();
    }

    /// The pod with its addresses, for those who ask for them before the API knows them.
    KubeObject withAddresses(KubeObject pod, List<String> addresses) {
        List<String> own = pod.spec().bool("hostNetwork") ? config.addresses() : addresses;
        return pod.withStatus(
                status -> {
                    JsonObject told =
                            status.with("hostIP", config.address())
                                    .with("hostIPs", list(config.addresses()));
                    return own.isEmpty()
                            ? told
                            : told.with("podIP", own.getFirst()).with("podIPs", list(own));
                });
    }

    private static JsonArray list(List<String> addresses) {
        List<Json> entries = new ArrayList<>();
        for (String address : addresses) {
            entries.add(JsonObject.of("ip", Json.of(address)));
        }
        return new JsonArray(entries);
    }

    static List<String> addresses(@Nullable PodSandboxStatus sandbox) {
        return sandbox == null ? List.of() : sandbox.ips();
    }

    DownwardApi downward(KubeObject pod) {
        return new DownwardApi(pod, machine.allocatable(config.maxPods()));
    }

    Map<String, String> serviceVariables(KubeObject pod) {
        List<KubeObject> services = new ArrayList<>(informers.list(Kinds.SERVICE, pod.namespace()));
        if (!pod.namespace().equals("default")) {
            services.addAll(informers.list(Kinds.SERVICE, "default"));
        }
        boolean links = pod.spec().bool("enableServiceLinks", true);
        return ServiceVariables.of(services, pod.namespace(), links);
    }
}
