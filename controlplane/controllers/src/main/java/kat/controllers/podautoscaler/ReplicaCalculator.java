package kat.controllers.podautoscaler;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kat.api.KubeObject;
import kat.api.json.JsonObject;
import kat.controllers.workload.Pods;

/// How many replicas would bring a metric to its target. Pods that do not tell are taken to use
/// what speaks against a change.
///
/// **Source:** kube-controller-manager `podautoscaler/replica_calculator.go`.
final class ReplicaCalculator {

    /// In this time after its start a pod's use of processors says little.
    private static final Duration WARM_UP = Duration.ofMinutes(5);

    /// A pod that became unready so soon after its start was never ready.
    private static final Duration FIRST_READINESS = Duration.ofSeconds(30);

    private final List<KubeObject> pods;
    private final long current;
    private final Tolerance tolerance;
    private final Instant now;

    /// @param pods all that the target's selector matches
    /// @param current replicas that the target asks for
    ReplicaCalculator(List<KubeObject> pods, long current, Tolerance tolerance, Instant now) {
        this.pods = pods;
        this.current = current;
        this.tolerance = tolerance;
        this.now = now;
    }

    /// @param usage the mean over pods, in thousandths
    /// @param utilization in percent of requests; -1 where none was asked for
    record Result(long replicas, long usage, long utilization) {}

    /// What pods are good for.
    private record Groups(int ready, List<String> unready, List<String> missing) {}

    private Groups group(Map<String, Sample> samples, boolean isCpu) {
        int ready = 0;
        List<String> unready = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        for (KubeObject pod : pods) {
            Sample sample = samples.get(pod.name());
            if (pod.isDeleting() || Pods.phase(pod).equals("Failed")) {
                samples.remove(pod.name());
            } else if (Pods.phase(pod).equals("Pending")) {
                unready.add(pod.name());
            } else if (sample == null) {
                missing.add(pod.name());
            } else if (isCpu && isUnready(pod, sample)) {
                unready.add(pod.name());
            } else {
                ready++;
            }
        }
        unready.forEach(samples::remove);
        return new Groups(ready, unready, missing);
    }

    private boolean isUnready(KubeObject pod, Sample sample) {
        JsonObject ready = Pods.condition(pod, "Ready");
        String start = pod.status().string("startTime");
        String since = ready.string("lastTransitionTime");
        if (ready.isEmpty() || start.isEmpty() || since.isEmpty()) {
            return true;
        }
        boolean notReady = ready.string("status").equals("False");
        Instant started = Instant.parse(start);
        Instant changed = Instant.parse(since);
        if (started.plus(WARM_UP).isAfter(now)) {
            return notReady || sample.at().isBefore(changed.plus(sample.window()));
        }
        return notReady && started.plus(FIRST_READINESS).isAfter(changed);
    }

    private void requirePods() throws MetricFault {
        if (pods.isEmpty()) {
            throw new MetricFault("no pods returned by selector while calculating replica count");
        }
    }

    /// By percent of what pods request.
    ///
    /// @param requests by pod name, in thousandths
    Result byUtilization(
            Map<String, Sample> given, Map<String, Long> requests, long target, boolean isCpu)
            throws MetricFault {
        requirePods();
        Map<String, Sample> samples = new TreeMap<>(given);
        Groups groups = group(samples, isCpu);
        requireSamples(samples);
        long percent = percent(samples, requests);
        long usage = mean(samples, requests);
        double ratio = (double) percent / target;
        boolean up = !groups.unready().isEmpty() && ratio > 1.0;
        if (!up && groups.missing().isEmpty()) {
            return new Result(plain(ratio, groups.ready()), usage, percent);
        }
        long assumed = Math.max(100, target);
        for (String pod : groups.missing()) {
            if (ratio < 1.0) {
                samples.put(pod, Sample.of(requests.getOrDefault(pod, 0L) * assumed / 100));
            } else if (ratio > 1.0) {
                samples.put(pod, Sample.of(0));
            }
        }
        if (up) {
            groups.unready().forEach(pod -> samples.put(pod, Sample.of(0)));
        }
        double corrected = (double) percent(samples, requests) / target;
        return new Result(careful(ratio, corrected, samples.size()), usage, percent);
    }

    /// By a mean value.
    Result byValue(Map<String, Sample> given, long target, boolean isCpu) throws MetricFault {
        requirePods();
        Map<String, Sample> samples = new TreeMap<>(given);
        Groups groups = group(samples, isCpu);
        requireSamples(samples);
        long usage = mean(samples);
        double ratio = (double) usage / target;
        boolean up = !groups.unready().isEmpty() && ratio > 1.0;
        if (!up && groups.missing().isEmpty()) {
            return new Result(plain(ratio, groups.ready()), usage, -1);
        }
        for (String pod : groups.missing()) {
            if (ratio < 1.0) {
                samples.put(pod, Sample.of(target));
            } else if (ratio > 1.0) {
                samples.put(pod, Sample.of(0));
            }
        }
        if (up) {
            groups.unready().forEach(pod -> samples.put(pod, Sample.of(0)));
        }
        double corrected = (double) mean(samples) / target;
        return new Result(careful(ratio, corrected, samples.size()), usage, -1);
    }

    private static void requireSamples(Map<String, Sample> samples) throws MetricFault {
        if (samples.isEmpty()) {
            throw new MetricFault(
                    "did not receive metrics for targeted pods (pods might be unready)");
        }
    }

    private long plain(double ratio, int ready) {
        return tolerance.holds(ratio) ? current : ceiling(ratio * ready);
    }

    /// Nothing is done that the pods which do not tell could turn into its opposite.
    private long careful(double ratio, double corrected, int counted) {
        boolean turned = (ratio < 1.0 && corrected > 1.0) || (ratio > 1.0 && corrected < 1.0);
        if (tolerance.holds(corrected) || turned) {
            return current;
        }
        long replicas = ceiling(corrected * counted);
        boolean against =
                (corrected < 1.0 && replicas > current) || (corrected > 1.0 && replicas < current);
        return against ? current : replicas;
    }

    private static long percent(Map<String, Sample> samples, Map<String, Long> requests)
            throws MetricFault {
        long used = 0;
        long requested = 0;
        for (Map.Entry<String, Sample> each : samples.entrySet()) {
            Long request = requests.get(each.getKey());
            if (request != null) {
                used += each.getValue().milli();
                requested += request;
            }
        }
        if (requested == 0) {
            throw new MetricFault("no metrics returned matched known pods");
        }
        return used * 100 / requested;
    }

    private static long mean(Map<String, Sample> samples, Map<String, Long> requests) {
        Map<String, Sample> known = new TreeMap<>(samples);
        known.keySet().retainAll(requests.keySet());
        return mean(known);
    }

    private static long mean(Map<String, Sample> samples) {
        long sum = 0;
        for (Sample sample : samples.values()) {
            sum += sample.milli();
        }
        return samples.isEmpty() ? 0 : sum / samples.size();
    }

    /// By the ratio of one value, which all pods share, to its target.
    long byRatio(double ratio) throws MetricFault {
        if (current == 0) {
            return ceiling(ratio);
        }
        if (tolerance.holds(ratio)) {
            return current;
        }
        if (pods.isEmpty()) {
            throw new MetricFault(
                    "unable to calculate ready pods: no pods returned by selector while"
                            + " calculating replica count");
        }
        long ready =
                pods.stream()
                        .filter(pod -> Pods.phase(pod).equals("Running") && Pods.isReady(pod))
                        .count();
        return ceiling(ratio * ready);
    }

    /// By a value of which each replica is to have a share.
    ///
    /// @param replicas that the target has
    long byShare(long usage, long target, long replicas) {
        double ratio = usage / ((double) target * replicas);
        return tolerance.holds(ratio) ? replicas : ceiling((double) usage / target);
    }

    static long ceiling(double value) {
        return (long) Math.min(Integer.MAX_VALUE, Math.ceil(value));
    }
}
