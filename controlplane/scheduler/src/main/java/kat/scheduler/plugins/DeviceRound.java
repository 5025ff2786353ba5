package kat.scheduler.plugins;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import kat.api.KubeObject;
import kat.api.ObjectKey;
import kat.api.device.PodDeviceClaim;
import kat.api.json.JsonObject;
import kat.api.placement.NodeAffinityTerms;
import kat.scheduler.ClusterEvent;
import kat.scheduler.ClusterObjects;
import kat.scheduler.DeviceKinds;
import kat.scheduler.ExtendedResources;
import kat.scheduler.NodeInfo;
import kat.scheduler.Plugin;
import kat.scheduler.PluginContext;
import kat.scheduler.PodInfo;
import kat.scheduler.Reservations;
import kat.scheduler.devices.Allocator;
import kat.scheduler.devices.ClaimRequests;
import kat.scheduler.devices.Place;
import kat.scheduler.devices.Slice;
import kat.scheduler.devices.Taken;
import org.jspecify.annotations.Nullable;

/// One decision about a pod with claims for devices: what each node could give it.
///
/// **Threads:** one.
final class DeviceRound implements Plugin.Round {

    /// How much the first of several options counts.
    private static final int MOST_OPTIONS = 8;

    private final DynamicResources plugin;
    private final PodInfo pod;
    private final List<KubeObject> claims;
    private final List<ClaimRequests> toAllot = new ArrayList<>();
    private final List<String> resources; // extended ones that devices can stand for
    private final boolean hasLeftover; // a claim for these that is good for nothing
    private final Map<List<String>, ExtendedClaim> extended = new HashMap<>(); // by resource
    private final Map<String, ExtendedClaim> extendedOn = new HashMap<>(); // by node
    private final @Nullable Allocator allocator; // null when all claims have their devices
    private final PluginContext context;
    private final Map<String, List<JsonObject>> found = new HashMap<>(); // by node
    private final Set<String> unavailable = new HashSet<>(); // names of claims, on any node

    /// @param claims of the pod
    record Asked(PodInfo pod, List<KubeObject> claims) {
        Asked {
            claims = List.copyOf(claims);
        }
    }

    DeviceRound(
            DynamicResources plugin, Asked asked, ClusterObjects objects, PluginContext context) {
        this.plugin = plugin;
        this.pod = asked.pod();
        this.context = context;
        List<String> backed = plugin.extended().of(pod);
        KubeObject special = backed.isEmpty() ? null : plugin.extended().claimOf(pod);
        this.resources = special == null ? backed : List.of();
        this.hasLeftover = special != null && !hasDevices(special);
        List<KubeObject> all = new ArrayList<>(asked.claims());
        if (special != null) {
            all.add(special);
        }
        this.claims = List.copyOf(all);
        for (KubeObject claim : claims) {
            if (!hasDevices(claim)) {
                toAllot.add(ClaimRequests.of(claim));
            }
        }
        boolean isNeeded = !toAllot.isEmpty() || !resources.isEmpty();
        this.allocator = isNeeded ? allocator(objects) : null;
    }

    private Allocator allocator(ClusterObjects objects) {
        List<Slice> slices = objects.list(DeviceKinds.SLICE, "").stream().map(Slice::of).toList();
        return new Allocator(
                slices,
                name -> objects.get(DeviceKinds.CLASS, ObjectKey.of("", name)),
                Taken.by(objects.list(PodDeviceClaim.KIND, "")),
                plugin.expressions(),
                context.names());
    }

    private static boolean hasDevices(KubeObject claim) {
        return claim.status().has("allocation");
    }

    @Override
    public String name() {
        return plugin.name();
    }

    @Override
    public boolean mayHelp(ClusterEvent event) {
        return plugin.mayHelp(event);
    }

    @Override
    public int weight() {
        return plugin.weight();
    }

    @Override
    public Verdict filter(PodInfo ignored, NodeInfo node) {
        if (hasLeftover) {
            return Verdict.never("cannot schedule extended resource claim");
        }
        List<KubeObject> elsewhere =
                claims.stream().filter(claim -> !isUsable(claim, node)).toList();
        if (allocator != null) {
            Verdict verdict = search(allocator, node);
            if (verdict != Verdict.SUITS) {
                return verdict;
            }
        }
        elsewhere.forEach(claim -> unavailable.add(claim.name()));
        return elsewhere.isEmpty()
                ? Verdict.SUITS
                : Verdict.never("resourceclaim not available on the node");
    }

    private Verdict search(Allocator allocator, NodeInfo node) {
        Place place = new Place(node.name(), node.labels());
        List<ClaimRequests> wanted = new ArrayList<>(toAllot);
        List<String> missing =
                resources.stream().filter(name -> node.allocatable().get(name) == 0).toList();
        if (!missing.isEmpty()) {
            ExtendedClaim own =
                    extended.computeIfAbsent(
                            missing, names -> ExtendedClaim.of(pod, names, plugin.extended()));
            extendedOn.put(node.name(), own);
            wanted.add(ClaimRequests.of(own.claim()));
        }
        return switch (allocator.allocate(place, wanted, deadline())) {
            case Allocator.Found(var allocations) -> {
                found.put(node.name(), allocations);
                yield Verdict.SUITS;
            }
            case Allocator.Refusal refusal ->
                    switch (refusal) {
                        case NOTHING_LEFT -> Verdict.never("cannot allocate all claims");
                        case INVALID_POOLS ->
                                Verdict.never("invalid resource pools were encountered");
                        case LATE ->
                                new Verdict.Failed(
                                        "node "
                                                + node.name()
                                                + ": timed out trying to allocate devices");
                    };
            case Allocator.Faulty(String message) -> new Verdict.Failed(message);
        };
    }

    private BooleanSupplier deadline() {
        Duration limit = plugin.limits().search();
        long began = context.nanos().getAsLong();
        return limit.isZero()
                ? () -> false
                : () -> context.nanos().getAsLong() - began > limit.toNanos();
    }

    /// Whether devices that a claim has can be used from a node.
    private boolean isUsable(KubeObject claim, NodeInfo node) {
        JsonObject allocation = claim.status().object("allocation");
        JsonObject selector = allocation.object("nodeSelector");
        boolean isNear =
                selector.isEmpty()
                        || NodeAffinityTerms.ofSelector(selector)
                                .demandsMet(node.labels(), node.name());
        return isNear
                && switch (Attachment.of(claim)) {
                    case DONE -> true;
                    case FAILED -> false;
                    case PENDING -> !isOverdue(allocation);
                };
    }

    private boolean isOverdue(JsonObject allocation) {
        String since = allocation.string("allocationTimestamp");
        return !since.isEmpty()
                && Instant.parse(since)
                        .plus(plugin.limits().binding())
                        .isBefore(context.now().get());
    }

    @Override
    public long score(PodInfo ignored, NodeInfo node) {
        List<JsonObject> allocations = found.getOrDefault(node.name(), List.of());
        long score = 0;
        int next = 0;
        for (KubeObject claim : claims) {
            if (hasDevices(claim)) {
                score += preference(claim, claim.status().object("allocation"));
            } else if (next < allocations.size()) {
                score += preference(claim, allocations.get(next++));
            }
        }
        return score;
    }

    private static long preference(KubeObject claim, JsonObject allocation) {
        Set<String> used = new HashSet<>();
        for (JsonObject result : allocation.object("devices").array("results").objects()) {
            used.add(result.string("request"));
        }
        long sum = 0;
        for (ClaimRequests.Entry entry : ClaimRequests.of(claim).entries()) {
            for (int i = 0; entry.isList() && i < entry.options().size(); i++) {
                sum += used.contains(entry.options().get(i).shown()) ? MOST_OPTIONS - i : 0;
            }
        }
        return sum;
    }

    @Override
    public long[] normalize(long[] scores) {
        return Plugin.Score.scaled(scores, false);
    }

    @Override
    public Reservations reservations(String node) {
        List<JsonObject> allocations = found.getOrDefault(node, List.of());
        List<Reservations.Entry> entries = new ArrayList<>();
        boolean mustWait = false;
        int next = 0;
        for (KubeObject claim : claims) {
            JsonObject allocation = hasDevices(claim) ? null : allocations.get(next++);
            if (!PodDeviceClaim.isReserved(claim, pod.object())) {
                entries.add(new Reservations.Entry(claim, allocation));
            }
            mustWait |=
                    allocation == null
                            ? Attachment.of(claim) != Attachment.DONE
                            : Attachment.isNeeded(allocation);
        }
        ExtendedClaim own = extendedOn.get(node);
        if (own != null) {
            JsonObject allocation = allocations.get(next);
            entries.add(new Reservations.Entry(own.claim(), allocation, own.mappings()));
            mustWait |= Attachment.isNeeded(allocation);
        }
        return new Reservations(entries, mustWait);
    }

    @Override
    public Help help() {
        for (KubeObject claim : claims) {
            List<JsonObject> users = claim.status().array("reservedFor").objects();
            boolean isOurs =
                    users.isEmpty()
                            || (users.size() == 1
                                    && PodDeviceClaim.isReserved(claim, pod.object()));
            if (ExtendedResources.isSpecial(claim)) {
                return new Help("deletion of ResourceClaim completed", List.of(claim));
            }
            if (isOurs && unavailable.contains(claim.name())) {
                return new Help("deallocation of ResourceClaim completed", List.of(claim));
            }
        }
        return new Help("still not schedulable", List.of());
    }
}
