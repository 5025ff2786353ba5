package kat.monitoring;

import java.util.List;
import java.util.Locale;
import kat.api.Kind;

/// The kinds of the group `monitoring.coreos.com` that are acted on.
///
/// **Source:** prometheus-operator 0.85, "API reference".
public final class MonitoringKinds {

    private static final String GROUP = "monitoring.coreos.com";

    public static final Kind SERVICE_MONITOR = kind("v1", "ServiceMonitor", true);
    public static final Kind POD_MONITOR = kind("v1", "PodMonitor", false);
    public static final Kind PROBE = kind("v1", "Probe", false);
    public static final Kind PROMETHEUS_RULE = kind("v1", "PrometheusRule", false);
    public static final Kind ALERTMANAGER_CONFIG = kind("v1alpha1", "AlertmanagerConfig", false);

    private MonitoringKinds() {}

    private static Kind kind(String version, String name, boolean hasStatus) {
        String singular = name.toLowerCase(Locale.ROOT);
        List<Kind.Subresource> status =
                hasStatus
                        ? List.of(
                                new Kind.Subresource(
                                        "status", "", "", "", List.of("get", "patch", "update")))
                        : List.of();
        return new Kind(
                GROUP,
                version,
                name,
                singular + "s",
                singular,
                true,
                List.of(),
                List.of(),
                status,
                List.of("create", "delete", "get", "list", "patch", "update", "watch"),
                "");
    }
}
