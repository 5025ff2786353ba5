package kat.scheduler.devices;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import kat.api.Quantity;
import kat.api.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// One search for devices on one node: takes a device for one place after the other, and goes
/// back where that leads nowhere.
///
/// Within a request devices are tried in their order only: `a, b` and `b, a` are the same.
/// A claim that would exceed its limit of devices is given up earlier: the options of the
/// request before may need fewer.
///
/// **Threads:** one; runs once.
final class Search {

    /// How a part of the search ended.
    enum Step {
        DONE,
        FAILED,
        /// No other device can help, but fewer could.
        TOO_MANY,
        LATE
    }

    /// A device to be found.
    ///
    /// @param option index of the option of the entry that is tried; -1 before one is chosen
    /// @param device index of the device in the request
    private record At(int claim, int entry, int option, int device) {

        static At claim(int claim) {
            return new At(claim, 0, -1, 0);
        }

        At nextEntry() {
            return new At(claim, entry + 1, -1, 0);
        }

        At with(int chosen) {
            return new At(claim, entry, chosen, device);
        }

        At nextDevice() {
            return new At(claim, entry, option, device + 1);
        }
    }

    private record Candidate(Pool pool, Device device) {}

    private final Requirements requirements;
    private final Site site;
    private final Supplier<String> shareNames;
    private final BooleanSupplier isLate;
    private final List<Candidate> candidates = new ArrayList<>();
    private final Map<DeviceId, Pool> poolOf = new HashMap<>();
    private final List<List<Chosen>> chosen = new ArrayList<>(); // by claim
    private final Map<DeviceId, Set<Integer>> whole = new HashMap<>(); // claims, by index
    private final Map<Integer, int[]> options = new HashMap<>(); // by claim, for each entry
    private final Counters counters;
    private final Shares shares;

    Search(
            Requirements requirements,
            Site site,
            Supplier<String> shareNames,
            BooleanSupplier isLate) {
        this.requirements = requirements;
        this.site = site;
        this.shareNames = shareNames;
        this.isLate = isLate;
        this.counters = new Counters(site.taken());
        this.shares = new Shares(site.taken());
        for (Pool pool : site.pools()) {
            for (Device device : pool.devices()) {
                candidates.add(new Candidate(pool, device));
                poolOf.put(device.id(), pool);
            }
        }
        for (int i = 0; i < requirements.claims().size(); i++) {
            chosen.add(new ArrayList<>());
            options.put(i, new int[requirements.claims().get(i).entries().size()]);
        }
    }

    /// @throws AllocationFault when an expression has no value
    Step run() {
        return find(At.claim(0), 0);
    }

    /// What was found, as the `status.allocation` of each claim.
    List<JsonObject> allotments(Place place) {
        List<JsonObject> found = new ArrayList<>();
        for (int i = 0; i < chosen.size(); i++) {
            List<Wanted> picked = new ArrayList<>();
            int[] ofClaim = options.getOrDefault(i, new int[0]);
            for (int entry = 0; entry < ofClaim.length; entry++) {
                picked.add(requirements.wanted().get(i).get(entry).get(ofClaim[entry]));
            }
            Allotment allotment =
                    new Allotment(requirements.claims().get(i), picked, chosen.get(i));
            found.add(allotment.toJson(place));
        }
        return found;
    }

    /// @param from index of the first candidate
    private Step find(At at, int from) {
        if (isLate.getAsBoolean()) {
            return Step.LATE;
        }
        if (at.claim() == requirements.claims().size()) {
            return Step.DONE;
        }
        ClaimRequests claim = requirements.claims().get(at.claim());
        if (at.entry() == claim.entries().size()) {
            Step rest = find(At.claim(at.claim() + 1), 0);
            return rest == Step.TOO_MANY ? Step.FAILED : rest;
        }
        ClaimRequests.Entry entry = claim.entries().get(at.entry());
        if (at.option() < 0) {
            return entry.isList() ? firstAvailable(at, entry) : find(at.with(0), from);
        }
        Wanted wanted = requirements.wanted().get(at.claim()).get(at.entry()).get(at.option());
        if (wanted.isAll() && wanted.all().isEmpty()) {
            return Step.FAILED;
        }
        if (at.device() >= wanted.count()) {
            return find(at.nextEntry(), 0);
        }
        long after = chosen.get(at.claim()).size() + wanted.count() - at.device();
        if (after > Allocator.MOST_DEVICES) {
            return Step.TOO_MANY;
        }
        return wanted.isAll() ? all(at, wanted) : some(at, wanted, from);
    }

    private Step firstAvailable(At at, ClaimRequests.Entry entry) {
        boolean areAllTooMany = true;
        for (int option = 0; option < entry.options().size(); option++) {
            Step step = find(at.with(option), 0);
            if (step == Step.DONE) {
                options.getOrDefault(at.claim(), new int[0])[at.entry()] = option;
            }
            if (step == Step.DONE || step == Step.LATE) {
                return step;
            }
            areAllTooMany &= step == Step.TOO_MANY;
        }
        return areAllTooMany ? Step.TOO_MANY : Step.FAILED;
    }

    private Step all(At at, Wanted wanted) {
        Device device = wanted.all().get(at.device());
        Runnable undo = take(at, wanted, device, true);
        if (undo == null) {
            return Step.FAILED;
        }
        Step step = find(at.nextDevice(), 0);
        if (step != Step.DONE) {
            undo.run();
        }
        return step;
    }

    private Step some(At at, Wanted wanted, int from) {
        ClaimRequests claim = requirements.claims().get(at.claim());
        for (int i = from; i < candidates.size(); i++) {
            Device device = candidates.get(i).device();
            boolean isFree = !isInUse(at, wanted, device.id());
            if (!isFree
                    || !site.selects(claim, wanted.option(), wanted.type(), device)
                    || !shares.suffices(wanted.option(), device)) {
                continue;
            }
            Runnable undo = take(at, wanted, device, false);
            if (undo == null) {
                continue;
            }
            Step step = find(at.nextDevice(), i + 1);
            if (step == Step.DONE) {
                return step;
            }
            undo.run();
            if (step != Step.FAILED) {
                return step;
            }
        }
        return Step.FAILED;
    }

    /// Administrators take nothing from others, but no device twice in one claim.
    private boolean isInUse(At at, Wanted wanted, DeviceId id) {
        Set<Integer> claims = whole.getOrDefault(id, Set.of());
        return wanted.option().isAdmin()
                ? claims.contains(at.claim())
                : !claims.isEmpty() || site.taken().whole().contains(id);
    }

    /// Takes a device; gives back how to undo that, or null when it cannot be had.
    ///
    /// @param must whether the claim must have it
    private @Nullable Runnable take(At at, Wanted wanted, Device device, boolean must) {
        ClaimRequests.Option option = wanted.option();
        boolean isBarred =
                (!device.isShared() || !option.isAdmin()) && isInUse(at, wanted, device.id());
        if (isBarred || Taints.forbid(device, option) || !shares.suffices(option, device)) {
            return null;
        }
        Pool pool = poolOf.get(device.id());
        boolean isCounted =
                !device.consumes().isEmpty() && !(device.isShared() && shares.isInUse(device.id()));
        if (pool == null || (isCounted && !counters.take(pool, device))) {
            return null;
        }
        int met = constrain(at, option, device);
        if (met < requirements.constraints().get(at.claim()).size()) {
            release(at, option, met);
            if (isCounted) {
                counters.giveBack(pool, device);
            }
            if (must) {
                throw unmet(at, option, device);
            }
            return null;
        }
        record(at, option, device);
        return () -> {
            chosen.get(at.claim()).removeLast();
            if (device.isShared()) {
                shares.takeBack(device.id());
            } else {
                whole.getOrDefault(device.id(), new HashSet<>()).remove(at.claim());
            }
            release(at, option, met);
            if (isCounted) {
                counters.giveBack(pool, device);
            }
        };
    }

    private AllocationFault unmet(At at, ClaimRequests.Option option, Device device) {
        return new AllocationFault(
                "claim "
                        + requirements.claims().get(at.claim()).claim()
                        + ", request "
                        + option.name()
                        + ": cannot add device "
                        + device.id()
                        + " because a claim constraint would not be satisfied");
    }

    private void record(At at, ClaimRequests.Option option, Device device) {
        SequencedMap<String, Quantity> portion = new LinkedHashMap<>();
        String share = "";
        if (device.isShared()) {
            portion.putAll(Shares.portion(option, device));
            share = shareNames.get();
            shares.give(device.id(), portion);
        } else {
            whole.computeIfAbsent(device.id(), _ -> new HashSet<>()).add(at.claim());
        }
        chosen.get(at.claim()).add(new Chosen(device, option, share, portion));
    }

    /// How many constraints of the claim, from the first on, took the device in.
    private int constrain(At at, ClaimRequests.Option option, Device device) {
        ClaimRequests.Entry entry = requirements.claims().get(at.claim()).entries().get(at.entry());
        List<Constraint> constraints = requirements.constraints().get(at.claim());
        int met = 0;
        while (met < constraints.size() && constraints.get(met).add(entry, option, device)) {
            met++;
        }
        return met;
    }

    private void release(At at, ClaimRequests.Option option, int met) {
        ClaimRequests.Entry entry = requirements.claims().get(at.claim()).entries().get(at.entry());
        List<Constraint> constraints = requirements.constraints().get(at.claim());
        for (int i = met - 1; i >= 0; i--) {
            constraints.get(i).removeLast(entry, option);
        }
    }
}
