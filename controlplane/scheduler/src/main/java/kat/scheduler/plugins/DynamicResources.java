package kat.scheduler.plugins;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.cel.CelException;
import kat.api.cel.CelType;
import kat.api.cel.Data;
import kat.api.device.PodDeviceClaim;
import kat.api.json.JsonObject;
import kat.scheduler.ClusterEvent;
import kat.scheduler.ClusterObjects;
import kat.scheduler.DeviceKinds;
import kat.scheduler.ExtendedResources;
import kat.scheduler.NodeInfo;
import kat.scheduler.Plugin;
import kat.scheduler.PluginContext;
import kat.scheduler.PodInfo;
import kat.scheduler.devices.ClaimRequests;
import kat.scheduler.devices.Expressions;
import org.jspecify.annotations.Nullable;

/// Puts pods where the devices are that they claim. What it finds out during one decision is in
/// [DeviceRound].
///
/// **Source:** kube-scheduler `dynamicresources`; `kubescheduler.config.k8s.io/v1`
/// DynamicResourcesArgs.
final class DynamicResources implements Plugin.Filter, Plugin.Condition, Plugin.Score, Plugin.Gate {

    static final String NAME = "DynamicResources";
    private static final Duration FILTER_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration BINDING_TIMEOUT = Duration.ofMinutes(10);

    private final ClusterObjects objects;
    private final PluginContext context;
    private final Limits limits;
    private final ExtendedResources extended;
    private final Expressions expressions = new Expressions();

    /// @param search how long devices are looked for on one node; 0 without end
    /// @param binding how long devices may take until they are attached
    record Limits(Duration search, Duration binding) {

        /// @throws IllegalArgumentException when the arguments are wrong
        static Limits parse(JsonObject arguments) {
            Duration search = duration(arguments, "filterTimeout", FILTER_TIMEOUT);
            Duration binding = duration(arguments, "bindingTimeout", BINDING_TIMEOUT);
            if (search.isNegative()) {
                throw invalid(arguments, "filterTimeout", "must be zero or positive");
            }
            if (binding.compareTo(Duration.ofSeconds(1)) < 0) {
                throw invalid(arguments, "bindingTimeout", "must be at least 1 second");
            }
            return new Limits(search, binding);
        }

        private static Duration duration(JsonObject arguments, String name, Duration absent) {
            if (!arguments.has(name)) {
                return absent;
            }
            try {
                String text = arguments.string(name);
                return Data.of(kat.api.json.Json.of(text), CelType.DURATION) instanceof Duration own
                        ? own
                        : absent;
            } catch (CelException e) {
                throw invalid(arguments, name, "must be a duration");
            }
        }

        private static IllegalArgumentException invalid(
                JsonObject arguments, String name, String why) {
            return new IllegalArgumentException(
                    name + ": Invalid value: " + arguments.get(name) + ": " + why);
        }
    }

    /// @throws IllegalArgumentException when the arguments are wrong
    DynamicResources(ClusterObjects objects, JsonObject arguments, PluginContext context) {
        this.objects = objects;
        this.context = context;
        this.limits = Limits.parse(arguments);
        this.extended = new ExtendedResources(objects);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int weight() {
        return 2;
    }

    @Override
    public boolean mayHelp(ClusterEvent event) {
        return switch (event) {
            case NODE_ADDED,
                    NODE_LABELS_CHANGED,
                    NODE_ALLOCATABLE_GREW,
                    DEVICES_CHANGED,
                    DEVICE_CLAIM_CHANGED ->
                    true;
            default -> false;
        };
    }

    @Override
    public boolean concerns(PodInfo pod) {
        return hasClaims(pod) || !extended.of(pod).isEmpty();
    }

    private static boolean hasClaims(PodInfo pod) {
        return !pod.object().spec().array("resourceClaims").isEmpty();
    }

    @Override
    public boolean admits(PodInfo pod) {
        return !hasClaims(pod) || fault(pod) == null;
    }

    /// Why a claim of the pod cannot be used; null when all can.
    private @Nullable String fault(PodInfo pod) {
        for (PodDeviceClaim each : PodDeviceClaim.of(pod.object())) {
            if (each.state() == PodDeviceClaim.State.AWAITED) {
                return "pod \"" + pod.key() + "\": ResourceClaim not created yet";
            }
            if (each.state() == PodDeviceClaim.State.NOT_NEEDED) {
                continue;
            }
            ObjectKey key = ObjectKey.of(pod.object().namespace(), each.claim());
            KubeObject claim = objects.get(PodDeviceClaim.KIND, key);
            if (claim == null) {
                return "could not find ResourceClaim \"" + key + "\"";
            }
            if (claim.isDeleting()) {
                return "resourceclaim \"" + claim.name() + "\" is being deleted";
            }
            if (!each.mayBe(claim, pod.object())) {
                return "ResourceClaim "
                        + key
                        + " was not created for Pod "
                        + pod.key()
                        + " (Pod is not owner)";
            }
        }
        return null;
    }

    private List<KubeObject> claims(PodInfo pod) {
        List<KubeObject> claims = new ArrayList<>();
        for (PodDeviceClaim each : PodDeviceClaim.of(pod.object())) {
            ObjectKey key = ObjectKey.of(pod.object().namespace(), each.claim());
            KubeObject claim =
                    each.claim().isEmpty() ? null : objects.get(PodDeviceClaim.KIND, key);
            if (claim != null) {
                claims.add(claim);
            }
        }
        return claims;
    }

    @Override
    public @Nullable String objection(PodInfo pod) {
        if (!hasClaims(pod)) {
            return null;
        }
        String fault = fault(pod);
        if (fault != null) {
            return fault;
        }
        for (KubeObject claim : claims(pod)) {
            if (objects.isBeingAllotted(claim)) {
                return "resource claim " + claim.key() + " is in the process of being allocated";
            }
            String missing = claim.status().has("allocation") ? null : missingClass(claim);
            if (missing != null) {
                return missing;
            }
        }
        return null;
    }

    private @Nullable String missingClass(KubeObject claim) {
        for (ClaimRequests.Entry entry : ClaimRequests.of(claim).entries()) {
            for (ClaimRequests.Option option : entry.options()) {
                ObjectKey key = ObjectKey.of("", option.deviceClass());
                if (objects.get(DeviceKinds.CLASS, key) == null) {
                    return "request "
                            + option.shown()
                            + ": device class "
                            + option.deviceClass()
                            + " does not exist";
                }
            }
        }
        return null;
    }

    @Override
    public Plugin.Filter prepareFilter(PodInfo pod, List<NodeInfo> nodes) {
        return concerns(pod)
                ? new DeviceRound(this, new DeviceRound.Asked(pod, claims(pod)), objects, context)
                : this;
    }

    ExtendedResources extended() {
        return extended;
    }

    Limits limits() {
        return limits;
    }

    Expressions expressions() {
        return expressions;
    }

    @Override
    public Verdict filter(PodInfo pod, NodeInfo node) {
        return Verdict.SUITS;
    }

    @Override
    public long score(PodInfo pod, NodeInfo node) {
        return 0;
    }
}
