package kat.scheduler.devices;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import kat.api.KubeObject;
import org.jspecify.annotations.Nullable;

/// What claims need, looked up before the search begins.
///
/// @param claims that get devices together
/// @param wanted for each claim and entry the options
/// @param constraints for each claim
record Requirements(
        List<ClaimRequests> claims,
        List<List<List<Wanted>>> wanted,
        List<List<Constraint>> constraints) {

    Requirements {
        claims = List.copyOf(claims);
        wanted = List.copyOf(wanted);
        constraints = List.copyOf(constraints);
    }

    /// @throws AllocationFault when a claim can be met on no node
    static Requirements of(
            List<ClaimRequests> claims, Function<String, @Nullable KubeObject> classes, Site site) {
        List<List<List<Wanted>>> wanted = new ArrayList<>();
        List<List<Constraint>> constraints = new ArrayList<>();
        for (ClaimRequests claim : claims) {
            List<List<Wanted>> ofClaim = new ArrayList<>();
            long least = 0;
            for (ClaimRequests.Entry entry : claim.entries()) {
                List<Wanted> options = new ArrayList<>();
                for (ClaimRequests.Option option : entry.options()) {
                    options.add(wanted(claim, option, classes, site));
                }
                least += options.stream().mapToLong(Wanted::count).min().orElse(0);
                ofClaim.add(List.copyOf(options));
            }
            if (least > Allocator.MOST_DEVICES) {
                throw new AllocationFault(
                        "claim "
                                + claim.claim()
                                + ": number of requested devices "
                                + least
                                + " exceeds the claim limit of "
                                + Allocator.MOST_DEVICES);
            }
            wanted.add(List.copyOf(ofClaim));
            constraints.add(constraints(claim));
        }
        return new Requirements(claims, wanted, constraints);
    }

    private static List<Constraint> constraints(ClaimRequests claim) {
        List<Constraint> constraints = new ArrayList<>();
        for (int i = 0; i < claim.constraints().size(); i++) {
            Constraint constraint = Constraint.parse(claim.constraints().get(i));
            if (constraint == null) {
                throw new AllocationFault(
                        "claim "
                                + claim.claim()
                                + ", constraint #"
                                + i
                                + ": empty constraint (unsupported constraint type?)");
            }
            constraints.add(constraint);
        }
        return List.copyOf(constraints);
    }

    private static Wanted wanted(
            ClaimRequests claim,
            ClaimRequests.Option option,
            Function<String, @Nullable KubeObject> classes,
            Site site) {
        String place = "claim " + claim.claim() + ", request " + option.name() + ": ";
        String name = option.deviceClass();
        KubeObject type = classes.apply(name);
        if (type == null) {
            throw new AllocationFault(
                    place
                            + "could not retrieve device class "
                            + name
                            + ": deviceclass.resource.k8s.io \""
                            + name
                            + "\" not found");
        }
        return switch (option.mode()) {
            case "ExactCount" -> new Wanted(option, type, option.count(), List.of());
            case Wanted.ALL -> {
                List<Device> all = all(claim, option, type, site);
                yield new Wanted(option, type, all.size(), all);
            }
            default -> throw new AllocationFault(place + "unsupported count mode " + option.mode());
        };
    }

    /// How much "all" is must be certain.
    private static List<Device> all(
            ClaimRequests claim, ClaimRequests.Option option, KubeObject type, Site site) {
        List<Device> all = new ArrayList<>();
        Shares shares = new Shares(site.taken());
        for (Pool pool : site.pools()) {
            if (pool.state() != Pool.State.USABLE) {
                boolean isIncomplete = pool.state() == Pool.State.INCOMPLETE;
                throw new AllocationFault(
                        "claim "
                                + claim.claim()
                                + ", request "
                                + option.name()
                                + ": asks for all devices, but resource pool "
                                + pool.id()
                                + " is currently "
                                + (isIncomplete ? "being updated" : "invalid"));
            }
            for (Device device : pool.devices()) {
                if (site.selects(claim, option, type, device) && shares.suffices(option, device)) {
                    all.add(device);
                }
            }
        }
        return all;
    }
}
