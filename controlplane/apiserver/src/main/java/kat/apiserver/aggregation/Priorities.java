package kat.apiserver.aggregation;

import java.util.Map;

/// Where Kubernetes' own groups stand in discovery.
///
/// **Source:** `cmd/kube-apiserver/app/aggregator.go`, `pkg/controlplane/apiserver/aggregator.go`.
final class Priorities {

    /// For groups of custom resources.
    static final int CUSTOM_GROUP = 1000;

    static final int CUSTOM_VERSION = 100;

    /// For a version that is not told apart below.
    private static final int VERSION = 9;

    private static final int STABLE_VERSION = 15;

    private static final Map<String, Integer> GROUPS =
            Map.ofEntries(
                    Map.entry("", 18_000),
                    Map.entry("apps", 17_800),
                    Map.entry("events.k8s.io", 17_750),
                    Map.entry("authentication.k8s.io", 17_700),
                    Map.entry("authorization.k8s.io", 17_600),
                    Map.entry("autoscaling", 17_500),
                    Map.entry("batch", 17_400),
                    Map.entry("certificates.k8s.io", 17_300),
                    Map.entry("networking.k8s.io", 17_200),
                    Map.entry("policy", 17_100),
                    Map.entry("rbac.authorization.k8s.io", 17_000),
                    Map.entry("storage.k8s.io", 16_800),
                    Map.entry("apiextensions.k8s.io", 16_700),
                    Map.entry("admissionregistration.k8s.io", 16_700),
                    Map.entry("scheduling.k8s.io", 16_600),
                    Map.entry("coordination.k8s.io", 16_500),
                    Map.entry("node.k8s.io", 16_300),
                    Map.entry("discovery.k8s.io", 16_200),
                    Map.entry("resource.k8s.io", 16_200),
                    Map.entry("flowcontrol.apiserver.k8s.io", 16_100));

    private static final Map<String, Integer> VERSIONS =
            Map.of(
                    "v1", 1,
                    "autoscaling/v2", 30,
                    "resource.k8s.io/v1", 21,
                    "flowcontrol.apiserver.k8s.io/v1", 21);

    private Priorities() {}

    static int group(String group) {
        return GROUPS.getOrDefault(group, CUSTOM_GROUP);
    }

    static int version(String apiVersion) {
        Integer known = VERSIONS.get(apiVersion);
        if (known != null) {
            return known;
        }
        return apiVersion.endsWith("/v1") ? STABLE_VERSION : VERSION;
    }
}
