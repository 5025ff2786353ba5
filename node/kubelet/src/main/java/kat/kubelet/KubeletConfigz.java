package kat.kubelet;

import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonObject;
import kat.kubelet.settings.NodeSettings;

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
        JsonObject.Builder settings =
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
                        .put("resolvConf", config.resolvConf().toString())
                        .put("enableDebuggingHandlers", true)
                        .put("enableSystemLogHandler", true)
                        .put("kind", NodeSettings.KIND)
                        .put("apiVersion", NodeSettings.API_VERSION);
        config.settings().addTo(settings);
        return JsonObject.of("kubeletconfig", settings.build());
    }
}
