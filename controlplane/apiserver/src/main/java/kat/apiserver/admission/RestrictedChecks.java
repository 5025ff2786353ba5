package kat.apiserver.admission;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import kat.api.json.JsonObject;

/// What the restricted level of the Pod Security Standards forbids beyond the baseline.
///
/// **Source:** `k8s.io/pod-security-admission/policy`.
final class RestrictedChecks {

    private static final Set<String> VOLUMES =
            Set.of(
                    "configMap",
                    "csi",
                    "downwardAPI",
                    "emptyDir",
                    "ephemeral",
                    "image",
                    "persistentVolumeClaim",
                    "projected",
                    "secret");

    private final JsonObject spec;
    private final PodSecurityChecks checks;

    private RestrictedChecks(JsonObject pod, PodSecurityChecks checks) {
        this.spec = pod.object("spec");
        this.checks = checks;
    }

    /// What the level forbids about a pod; empty when nothing.
    ///
    /// @param minor the version of the standards
    static List<PodSecurityChecks.Finding> of(JsonObject pod, boolean restricted, int minor) {
        PodSecurityChecks checks = new PodSecurityChecks(pod, minor);
        checks.baseline(restricted);
        if (restricted) {
            new RestrictedChecks(pod, checks).run();
        }
        return checks.found();
    }

    private void run() {
        boolean windows = checks.isSince(25) && spec.object("os").string("name").equals("windows");
        if (!windows && checks.isSince(8)) {
            privilegeEscalation();
        }
        if (!windows && checks.isSince(22)) {
            capabilities();
        }
        if (checks.isSince(35)) {
            checks.procMount();
        }
        volumes();
        if (!checks.isInUserNamespace()) {
            nonRoot();
            if (checks.isSince(23)) {
                runAsUser();
            }
        }
        if (!windows && checks.isSince(19) && !checks.seccomp()) {
            seccompMissing();
        }
    }

    private void privilegeEscalation() {
        String member = "allowPrivilegeEscalation";
        List<String> bad =
                checks.named(
                        c -> {
                            JsonObject context = PodSecurityChecks.security(c);
                            return !context.has(member) || context.bool(member);
                        });
        if (!bad.isEmpty()) {
            checks.told(
                    member + " != false",
                    PodSecurityChecks.of(bad) + " must set securityContext." + member + "=false");
        }
    }

    private void capabilities() {
        List<String> keeping =
                checks.named(
                        c ->
                                !PodSecurityChecks.security(c)
                                        .object("capabilities")
                                        .array("drop")
                                        .strings()
                                        .contains("ALL"));
        Set<String> forbidden = new TreeSet<>();
        List<String> adding =
                checks.named(
                        c -> {
                            List<String> added = new ArrayList<>(PodSecurityChecks.added(c));
                            added.removeAll(List.of("NET_BIND_SERVICE"));
                            forbidden.addAll(added);
                            return !added.isEmpty();
                        });
        List<String> details = new ArrayList<>();
        if (!keeping.isEmpty()) {
            details.add(
                    PodSecurityChecks.of(keeping)
                            + " must set securityContext.capabilities.drop=[\"ALL\"]");
        }
        if (!adding.isEmpty()) {
            details.add(
                    PodSecurityChecks.of(adding)
                            + " must not include "
                            + PodSecurityChecks.quoted(forbidden)
                            + " in securityContext.capabilities.add");
        }
        if (!details.isEmpty()) {
            checks.told("unrestricted capabilities", String.join("; ", details));
        }
    }

    private void volumes() {
        List<String> names = new ArrayList<>();
        Set<String> types = new TreeSet<>();
        for (JsonObject volume : spec.array("volumes").objects()) {
            List<String> kinds = new ArrayList<>(volume.names());
            kinds.remove("name");
            if (kinds.stream().noneMatch(VOLUMES::contains)) {
                names.add(volume.string("name"));
                types.add(kinds.isEmpty() ? "unknown" : kinds.getFirst());
            }
        }
        if (!names.isEmpty()) {
            checks.told(
                    "restricted volume types",
                    PodSecurityChecks.counted("volume", names.size())
                            + " "
                            + PodSecurityChecks.quoted(names)
                            + PodSecurityChecks.uses(names.size())
                            + PodSecurityChecks.counted("restricted volume type", types.size())
                            + " "
                            + PodSecurityChecks.quoted(types));
        }
    }

    private void nonRoot() {
        String member = "runAsNonRoot";
        List<String> setters =
                checks.setters(
                        holder -> {
                            JsonObject context = holder.object("securityContext");
                            return context.has(member) && !context.bool(member);
                        });
        if (!setters.isEmpty()) {
            checks.told(
                    "runAsNonRoot != true",
                    String.join(" and ", setters)
                            + " must not set securityContext.runAsNonRoot=false");
            return;
        }
        List<String> silent =
                spec.object("securityContext").bool(member)
                        ? List.of()
                        : checks.named(c -> !PodSecurityChecks.security(c).has(member));
        if (!silent.isEmpty()) {
            checks.told(
                    "runAsNonRoot != true",
                    "pod or "
                            + PodSecurityChecks.of(silent)
                            + " must set securityContext.runAsNonRoot=true");
        }
    }

    private void runAsUser() {
        List<String> setters =
                checks.setters(
                        holder -> holder.object("securityContext").integer("runAsUser", 1) == 0);
        if (!setters.isEmpty()) {
            checks.told("runAsUser=0", String.join(" and ", setters) + " must not set runAsUser=0");
        }
    }

    private void seccompMissing() {
        List<String> silent =
                spec.object("securityContext").has("seccompProfile")
                        ? List.of()
                        : checks.named(c -> !PodSecurityChecks.security(c).has("seccompProfile"));
        if (!silent.isEmpty()) {
            checks.told(
                    "seccompProfile",
                    "pod or "
                            + PodSecurityChecks.of(silent)
                            + " must set securityContext.seccompProfile.type to"
                            + " \"RuntimeDefault\" or \"Localhost\"");
        }
    }
}
