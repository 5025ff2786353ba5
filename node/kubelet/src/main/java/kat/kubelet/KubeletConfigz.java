package kat.kubelet;

import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;

/// How a node is set up, as its page `/configz` tells it: the fields of a KubeletConfiguration that
/// mean something here.
///
/// **Source:** `staging/src/k8s.io/kubelet/config/v1beta1`.
final class KubeletConfigz {

    private KubeletConfigz() {}

    static JsonObject of(KubeletConfig config) {
        JsonObject authentication =
                JsonObject.of("anonymous", JsonObject.of("enabled", Json.of(false)))
                        .with("webhook", JsonObject.of("enabled", Json.of(true)));
        JsonObject settings =
                JsonObject.builder()
                        .put("enableServer", true)
                        .put("staticPodPath", config.root().resolve("manifests").toString())
                        .put("address", config.address())
                        .put("authentication", authentication)
                        .put("authorization", JsonObject.of("mode", Json.of("Webhook")))
                        .put("clusterDomain", config.clusterDomain())
                        .put("clusterDNS", JsonArray.ofStrings(config.clusterDns()))
                        .put("nodeStatusUpdateFrequency", "10s")
                        .put("nodeStatusReportFrequency", "5m0s")
                        .put("nodeLeaseDurationSeconds", 40)
                        .put("maxPods", config.maxPods())
                        .put("resolvConf", config.resolvConf().toString())
                        .put("enableDebuggingHandlers", true)
                        .put("enableSystemLogHandler", true)
                        .put("kind", "KubeletConfiguration")
                        .put("apiVersion", "kubelet.config.k8s.io/v1beta1")
                        .build();
        return JsonObject.of("kubeletconfig", settings);
    }
}
