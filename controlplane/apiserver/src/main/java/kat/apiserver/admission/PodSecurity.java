package kat.apiserver.admission;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import kat.api.Kinds;
import kat.api.KubeObject;
import kat.api.KubernetesVersion;
import kat.api.OwnerReference;
import kat.api.Status;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;
import kat.apiserver.measure.PodSecurityMetrics;
import kat.apiserver.registry.Admission.Attributes;
import kat.apiserver.registry.Admission.Operation;

/// Holds pods to the level that their namespace's labels name, and warns about pods and templates
/// that would break the level named for warnings.
/// Who raises a namespace's level is told of the pods there that would break it.
///
/// What would break the level named for audit is told to the audit log.
///
/// **Source:** `k8s.io/pod-security-admission/admission`.
final class PodSecurity implements Plugin {

    private static final String PREFIX = "pod-security.kubernetes.io/";
    private static final String PRIVILEGED = "privileged";
    private static final String RESTRICTED = "restricted";
    private static final String LATEST = "latest";
    private static final List<String> LEVELS = List.of(PRIVILEGED, "baseline", RESTRICTED);
    private static final int MAX_MINOR_DIGITS = 9;
    private static final int NEWEST = Integer.parseInt(KubernetesVersion.MINOR);

    /// So many pods of a namespace are looked at when its level is raised.
    private static final int MOST_PODS = 3000;

    private static final Map<String, List<String>> TEMPLATES =
            Map.of(
                    "replicationcontrollers", List.of("spec", "template"),
                    "podtemplates", List.of("template"),
                    "replicasets.apps", List.of("spec", "template"),
                    "deployments.apps", List.of("spec", "template"),
                    "statefulsets.apps", List.of("spec", "template"),
                    "daemonsets.apps", List.of("spec", "template"),
                    "jobs.batch", List.of("spec", "template"),
                    "cronjobs.batch", List.of("spec", "jobTemplate", "spec", "template"));

    private static final Policy ANYTHING = new Policy(PRIVILEGED, LATEST);

    private final Lookup lookup;
    private final PodSecurityMetrics metrics;

    PodSecurity(Lookup lookup, PodSecurityMetrics metrics) {
        this.lookup = lookup;
        this.metrics = metrics;
    }

    private record Policy(String level, String version) {

        boolean isPrivileged() {
            return level.equals(PRIVILEGED);
        }

        int minor() {
            return version.equals(LATEST)
                    ? Integer.MAX_VALUE
                    : Integer.parseInt(version.substring(3));
        }

        /// What is privileged is so in every version; those to come are told as one.
        String shownVersion() {
            if (isPrivileged() || version.equals(LATEST)) {
                return LATEST;
            }
            return minor() <= NEWEST ? version : "future";
        }

        /// Whether all that this one allows, another allows as well.
        boolean isNoStricterThan(Policy other) {
            return version.equals(other.version)
                    && LEVELS.indexOf(level) <= LEVELS.indexOf(other.level);
        }

        @Override
        public String toString() {
            return level + ":" + version;
        }
    }

    @Override
    public void validate(Attributes attributes, JsonObject object) {
        if (attributes.operation() == Operation.DELETE) {
            return;
        }
        String subresource = attributes.call().subresource();
        if (attributes.target().kind() == Kinds.POD) {
            boolean counts =
                    subresource.isEmpty()
                            || subresource.equals("ephemeralcontainers")
                            || subresource.equals("resize");
            if (counts) {
                judge(attributes, object);
            }
            return;
        }
        List<String> path = TEMPLATES.get(attributes.target().kind().resource());
        if (subresource.isEmpty() && attributes.target().kind() == Kinds.NAMESPACE) {
            requireLabels(attributes, object);
            if (attributes.operation() == Operation.UPDATE) {
                warnOfPods(attributes, object);
            }
        } else if (subresource.isEmpty() && path != null) {
            JsonObject template = object;
            for (String member : path) {
                template = template.object(member);
            }
            evaluate(attributes, template, false);
        }
    }

    /// Where nothing is asked of pods, each update counts as judged, also one that brings nothing.
    private void judge(Attributes attributes, JsonObject pod) {
        KubeObject namespace = lookup.find(Kinds.NAMESPACE, "", attributes.target().namespace());
        if (namespace != null && isPrivileged(namespace)) {
            note(attributes, "enforce-policy", ANYTHING.toString());
            count(attributes, "enforce", ANYTHING, true);
        } else if (attributes.operation() == Operation.CREATE || isNew(attributes, pod)) {
            evaluate(attributes, pod, true);
        }
    }

    /// Whether all three levels of a namespace let everything pass.
    private static boolean isPrivileged(KubeObject namespace) {
        JsonObject labels = namespace.metadata().object("labels");
        Policy enforce = policy(labels, "enforce", RESTRICTED);
        return enforce.isPrivileged()
                && policy(labels, "audit", PRIVILEGED).isPrivileged()
                && warning(labels, enforce).isPrivileged()
                && faults(namespace.tree()).isEmpty();
    }

    /// Whether an update brings other containers or images than were judged already.
    private static boolean isNew(Attributes attributes, JsonObject pod) {
        for (String member : List.of("containers", "initContainers", "ephemeralContainers")) {
            if (!images(pod, member).equals(images(attributes.live(), member))) {
                return true;
            }
        }
        return false;
    }

    private static List<String> images(JsonObject pod, String member) {
        return pod.object("spec").array(member).objects().stream()
                .map(container -> container.string("image"))
                .toList();
    }

    private void evaluate(Attributes attributes, JsonObject pod, boolean enforced) {
        KubeObject namespace = lookup.find(Kinds.NAMESPACE, "", attributes.target().namespace());
        if (namespace == null) {
            return;
        }
        JsonObject labels = namespace.metadata().object("labels");
        Policy enforce = policy(labels, "enforce", RESTRICTED);
        Policy audit = policy(labels, "audit", PRIVILEGED);
        String wouldBreak = details(violations(audit, pod));
        if (!wouldBreak.isEmpty()) {
            count(attributes, "audit", audit, false);
            note(attributes, "audit-violations", would(audit, wouldBreak));
        }
        if (enforced) {
            note(attributes, "enforce-policy", enforce.toString());
            String found = details(violations(enforce, pod));
            count(attributes, "enforce", enforce, found.isEmpty());
            if (!found.isEmpty()) {
                String why = "violates PodSecurity \"" + enforce + "\": " + found;
                throw Refusals.forbidden(attributes, pod, why);
            }
        }
        Policy warn = warning(labels, enforce);
        String found = details(violations(warn, pod));
        if (!found.isEmpty()) {
            count(attributes, "warn", warn, false);
            attributes.call().warn(would(warn, found));
        }
    }

    private void count(Attributes attributes, String mode, Policy policy, boolean isAllowed) {
        boolean isPod = attributes.target().kind() == Kinds.POD;
        PodSecurityMetrics.Subject subject =
                new PodSecurityMetrics.Subject(
                        attributes.operation().name().toLowerCase(Locale.ROOT),
                        isPod ? "pod" : "controller",
                        attributes.call().subresource());
        metrics.judged(
                subject,
                new PodSecurityMetrics.Rule(mode, policy.level(), policy.shownVersion()),
                isAllowed);
    }

    private static String would(Policy policy, String found) {
        return "would violate PodSecurity \"" + policy + "\": " + found;
    }

    private static void note(Attributes attributes, String key, String value) {
        attributes.call().annotate(PREFIX + key, value);
    }

    private static String details(List<PodSecurityChecks.Finding> found) {
        return found.stream().map(Object::toString).collect(Collectors.joining(", "));
    }

    private static List<PodSecurityChecks.Finding> violations(Policy policy, JsonObject pod) {
        return policy.isPrivileged()
                ? List.of()
                : RestrictedChecks.of(pod, policy.level().equals(RESTRICTED), policy.minor());
    }

    /// Tells which pods break a level that becomes stricter; such pods stay.
    private void warnOfPods(Attributes attributes, JsonObject namespace) {
        Policy next = enforced(namespace);
        if (next.isPrivileged() || next.isNoStricterThan(enforced(attributes.live()))) {
            return;
        }
        String name = attributes.target().name();
        List<KubeObject> pods = differentFirst(lookup.list(Kinds.POD, name));
        int checked = Math.min(pods.size(), MOST_PODS);
        SortedMap<String, List<String>> namesByReason = new TreeMap<>();
        for (KubeObject pod : pods.subList(0, checked)) {
            String reason =
                    violations(next, pod.tree()).stream()
                            .map(PodSecurityChecks.Finding::reason)
                            .collect(Collectors.joining(", "));
            if (!reason.isEmpty()) {
                namesByReason.computeIfAbsent(reason, _ -> new ArrayList<>()).add(pod.name());
            }
        }
        if (checked < pods.size()) {
            attributes
                    .call()
                    .warn(
                            "new PodSecurity enforce level only checked against the first %d of %d"
                                            .formatted(checked, pods.size())
                                    + " existing pods");
        }
        existing(name, next.toString(), namesByReason).forEach(attributes.call()::warn);
    }

    /// @param namesByReason the pods that break the policy
    static List<String> existing(
            String namespace, String policy, SortedMap<String, List<String>> namesByReason) {
        if (namesByReason.isEmpty()) {
            return List.of();
        }
        List<String> warnings = new ArrayList<>();
        namesByReason.forEach(
                (reason, names) -> {
                    int others = names.size() - 1;
                    String more =
                            switch (others) {
                                case 0 -> "";
                                case 1 -> " (and 1 other pod)";
                                default -> " (and " + others + " other pods)";
                            };
                    warnings.add(Collections.min(names) + more + ": " + reason);
                });
        Collections.sort(warnings);
        warnings.addFirst(
                "existing pods in namespace \"%s\" violate the new PodSecurity enforce level \"%s\""
                        .formatted(namespace, policy));
        return warnings;
    }

    private static Policy enforced(JsonObject namespace) {
        return policy(namespace.object("metadata").object("labels"), "enforce", RESTRICTED);
    }

    /// One pod of each owner first: the others are most probably like it.
    private static List<KubeObject> differentFirst(List<KubeObject> pods) {
        List<KubeObject> first = new ArrayList<>();
        List<KubeObject> rest = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (KubeObject pod : pods) {
            OwnerReference owner = pod.controller();
            (owner == null || seen.add(owner.uid()) ? first : rest).add(pod);
        }
        first.addAll(rest);
        return first;
    }

    /// @param fallback the level that an unknown one is taken for
    private static Policy policy(JsonObject labels, String mode, String fallback) {
        String level = labels.string(PREFIX + mode, PRIVILEGED);
        String version = labels.string(PREFIX + mode + "-version", LATEST);
        return new Policy(
                LEVELS.contains(level) ? level : fallback, isVersion(version) ? version : LATEST);
    }

    /// What warnings are for: the enforced level where none is named.
    private static Policy warning(JsonObject labels, Policy enforce) {
        boolean named = labels.has(PREFIX + "warn");
        Policy own = policy(labels, "warn", PRIVILEGED);
        if (named || !LEVELS.contains(labels.string(PREFIX + "enforce", PRIVILEGED))) {
            return own;
        }
        boolean versioned = labels.has(PREFIX + "warn-version");
        return new Policy(enforce.level(), versioned ? own.version() : enforce.version());
    }

    private static boolean isVersion(String version) {
        if (version.equals(LATEST)) {
            return true;
        }
        String minor = version.startsWith("v1.") ? version.substring(3) : "";
        return !minor.isEmpty()
                && minor.length() <= MAX_MINOR_DIGITS
                && minor.chars().allMatch(c -> c >= '0' && c <= '9')
                && (minor.length() == 1 || minor.charAt(0) != '0');
    }

    private static void requireLabels(Attributes attributes, JsonObject namespace) {
        List<Status.Cause> now = faults(namespace);
        if (!now.isEmpty() && !now.equals(faults(attributes.live()))) {
            throw Status.invalid(Kinds.NAMESPACE, attributes.target().name(), now).asException();
        }
    }

    private static List<Status.Cause> faults(JsonObject namespace) {
        JsonObject labels = namespace.object("metadata").object("labels");
        List<Status.Cause> faults = new ArrayList<>();
        for (String mode : List.of("enforce", "audit", "warn")) {
            String level = PREFIX + mode;
            if (labels.has(level) && !LEVELS.contains(labels.string(level))) {
                String levels = "must be one of " + String.join(", ", LEVELS);
                faults.add(fault(level, labels.string(level), levels));
            }
            String version = level + "-version";
            if (labels.has(version) && !isVersion(labels.string(version))) {
                String form = "must be \"latest\" or \"v1.x\"";
                faults.add(fault(version, labels.string(version), form));
            }
        }
        return faults;
    }

    private static Status.Cause fault(String label, String value, String detail) {
        return new Status.Cause(
                "FieldValueInvalid",
                "Invalid value: " + new JsonString(value) + ": " + detail,
                "metadata.labels[" + label + "]");
    }
}
