package kat.api.validation;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kat.api.json.Json;
import kat.api.json.JsonNull;
import kat.api.names.Names;

/// The rules for pods and pod templates.
///
/// **Source:** Kubernetes' `pkg/apis/core/validation`.
final class PodRules {

    private static final long DEFAULT_GRACE_SECONDS = 30;
    private static final int MAX_NAMESERVERS = 3;
    private static final int MAX_SEARCHES = 32;
    private static final int MAX_SEARCH_TEXT = 2048;
    private static final int MAX_HOST_NAME = 64;

    private PodRules() {}

    static void create(Node pod) {
        Node spec = pod.child("spec");
        check(pod);
        if (!spec.child("ephemeralContainers").isEmpty()) {
            spec.child("ephemeralContainers").forbidden("cannot be set on create");
        }
        if (!spec.child("nodeName").isEmpty() && !spec.child("schedulingGates").isEmpty()) {
            spec.child("nodeName")
                    .forbidden("cannot be set until all schedulingGates have been cleared");
        }
        PodAnnotationRules.matchProfiles(spec, pod.child("metadata", "annotations"));
    }

    /// What holds for a pod whenever it is written as a whole.
    static void check(Node pod) {
        Node spec = pod.child("spec");
        PodAnnotationRules.check(pod.child("metadata", "annotations"), spec);
        spec(spec, new PodKind(pod.child("metadata", "name").text(), true));
        if (spec.child("serviceAccountName").isEmpty()) {
            for (Node volume : spec.child("volumes").items()) {
                for (Node source : volume.child("projected", "sources").items()) {
                    source.child("serviceAccountToken")
                            .absent("must not be specified when serviceAccountName is not set");
                }
            }
        }
        for (String list : List.of("containers", "initContainers")) {
            for (Node container : spec.child(list).items()) {
                ContainerRules.unpadded(container.child("image"));
            }
        }
    }

    static void template(Node template) {
        Node metadata = template.child("metadata");
        if (metadata.has("labels")) {
            MetadataRules.labels(metadata.child("labels").at(template.path() + ".labels"));
        }
        Node spec = template.child("spec");
        if (metadata.has("annotations")) {
            Node annotations = metadata.child("annotations").at(template.path() + ".annotations");
            MetadataRules.annotations(annotations);
            PodAnnotationRules.check(annotations, spec);
        }
        spec(spec, PodKind.TEMPLATE);
        PodAnnotationRules.matchProfiles(spec, metadata.child("annotations"));
        if (!spec.child("ephemeralContainers").isEmpty()) {
            spec.child("ephemeralContainers")
                    .forbidden("ephemeral containers not allowed in pod template");
        }
    }

    static void spec(Node spec, PodKind kind) {
        long grace = spec.child("terminationGracePeriodSeconds").integer(DEFAULT_GRACE_SECONDS);
        Map<String, Node> volumes = VolumeRules.check(spec.child("volumes"), kind);
        Set<String> claims = resourceClaims(spec.child("resourceClaims"));
        boolean hostUsers = !spec.has("hostUsers") || spec.child("hostUsers").bool();
        String restarts = spec.child("restartPolicy").text();
        ContainerRules.Pod pod =
                new ContainerRules.Pod(
                        volumes,
                        claims,
                        grace,
                        restarts,
                        spec.child("os", "name").text(),
                        hostUsers);
        Node containers = spec.child("containers");
        ContainerRules.containers(containers, pod);
        ContainerRules.initContainers(spec.child("initContainers"), containers.items(), pod);
        ContainerRules.ephemeralContainers(spec, pod);
        ResourceRules.pod(spec, claims);
        if (spec.child("hostNetwork").bool()) {
            ContainerRules.hostNetworkPorts(containers, kind.isPod());
        }
        spec.child("restartPolicy").requireOneOf("Always", "OnFailure", "Never");
        dnsPolicy(spec.child("dnsPolicy"));
        MetadataRules.labels(spec.child("nodeSelector"));
        SecurityRules.pod(spec);
        PlacementRules.affinity(spec.child("affinity"));
        dnsConfig(spec);
        for (Node gate : spec.child("readinessGates").items()) {
            Common.qualifiedName(gate.child("conditionType"));
        }
        schedulingGates(spec.child("schedulingGates"));
        PlacementRules.topologySpread(spec.child("topologySpreadConstraints"));
        WindowsRules.hostProcesses(spec);
        hostUsers(spec, hostUsers);
        names(spec);
        PlacementRules.tolerations(spec.child("tolerations"));
        hostAliases(spec.child("hostAliases"));
        classes(spec);
        WindowsRules.system(spec);
        ContainerRules.filesOfEnvironment(spec);
    }

    /// @return the names of the claims
    private static Set<String> resourceClaims(Node claims) {
        if (claims.isEmpty()) {
            return Set.of();
        }
        Set<String> names = new HashSet<>();
        for (Node claim : claims.items()) {
            Node name = claim.child("name");
            if (name.isEmpty()) {
                name.required();
            } else if (names.contains(name.text())) {
                name.duplicate();
            } else {
                Common.dnsLabel(name);
                names.add(name.text());
            }
            Node direct = claim.child("resourceClaimName");
            Node template = claim.child("resourceClaimTemplateName");
            if (direct.isSet() && template.isSet()) {
                claim.invalidShown(
                        claimShown(claim),
                        "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be"
                                + " specified");
            }
            if (!direct.isSet() && !template.isSet()) {
                claim.invalidShown(
                        claimShown(claim),
                        "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`");
            }
            if (direct.isSet()) {
                Common.dnsSubdomain(direct);
            }
            if (template.isSet()) {
                Common.dnsSubdomain(template);
            }
        }
        return names;
    }

    private static String claimShown(Node claim) {
        return Node.struct(
                "Name", Json.of(claim.child("name").text()),
                "ResourceClaimName", claim.child("resourceClaimName").json(),
                "ResourceClaimTemplateName", claim.child("resourceClaimTemplateName").json());
    }

    private static void hostUsers(Node spec, boolean hostUsers) {
        Node override = spec.child("hostnameOverride");
        if (!hostUsers) {
            if (spec.child("hostNetwork").bool()) {
                spec.child("hostNetwork").forbidden("when `hostUsers` is false");
            }
            if (spec.child("hostPID").bool()) {
                spec.child("HostPID").forbidden("when `hostUsers` is false");
            }
            if (spec.child("hostIPC").bool()) {
                spec.child("HostIPC").forbidden("when `hostUsers` is false");
            }
            ContainerRules.visit(
                    spec,
                    container -> {
                        if (!container.child("volumeDevices").isEmpty()) {
                            container.child("volumeDevices").forbidden("when `hostUsers` is false");
                        }
                    });
        }
        if (!override.isSet()) {
            return;
        }
        if (spec.child("setHostnameAsFQDN").bool()) {
            override.forbidden("may not be specified when setHostnameAsFQDN is true");
        }
        if (spec.child("hostNetwork").bool()) {
            override.forbidden("may not be specified when hostNetwork is true");
        }
        if (override.bytes() > MAX_HOST_NAME) {
            override.tooLong(MAX_HOST_NAME);
        }
        Common.dnsSubdomain(override);
    }

    private static void dnsPolicy(Node policy) {
        policy.requireOneOf("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None");
    }

    private static void names(Node spec) {
        for (String field : List.of("serviceAccountName", "nodeName")) {
            if (!spec.child(field).isEmpty()) {
                Common.dnsSubdomain(spec.child(field));
            }
        }
        spec.child("activeDeadlineSeconds").between(1, Integer.MAX_VALUE);
        for (String field : List.of("hostname", "subdomain")) {
            if (!spec.child(field).isEmpty()) {
                Common.dnsLabel(spec.child(field));
            }
        }
    }

    private static void classes(Node spec) {
        if (!spec.child("priorityClassName").isEmpty()) {
            Common.dnsSubdomain(spec.child("priorityClassName"));
        }
        if (spec.child("runtimeClassName").isSet()) {
            Common.dnsSubdomain(spec.child("runtimeClassName"));
        }
        Node preemption = spec.child("preemptionPolicy");
        if (preemption.isSet()) {
            preemption.requireOneOf("PreemptLowerPriority", "Never");
        }
        ResourceRules.podOverhead(spec.child("overhead"));
        Node group = spec.child("schedulingGroup");
        if (group.isSet()) {
            Node name = group.child("podGroupName");
            if (name.isSet()) {
                Common.dnsSubdomain(name);
            } else {
                name.invalid(JsonNull.NULL, "must specify one of: `podGroupName`");
            }
        }
    }

    private static void dnsConfig(Node spec) {
        Node config = spec.child("dnsConfig");
        boolean none = spec.child("dnsPolicy").text().equals("None");
        if (!config.isSet()) {
            if (none) {
                config.required("must provide `dnsConfig` when `dnsPolicy` is None");
            }
            return;
        }
        Node servers = config.child("nameservers");
        if (none && servers.isEmpty()) {
            servers.required("must provide at least one DNS nameserver when `dnsPolicy` is None");
            return;
        }
        if (servers.list().size() > MAX_NAMESERVERS) {
            servers.invalid("must not have more than " + MAX_NAMESERVERS + " nameservers");
        }
        servers.items().forEach(Common::address);
        Node searches = config.child("searches");
        if (searches.list().size() > MAX_SEARCHES) {
            searches.invalid("must not have more than " + MAX_SEARCHES + " search paths");
        }
        if (Names.bytes(String.join(" ", searches.list().strings())) > MAX_SEARCH_TEXT) {
            searches.invalid(
                    "must not have more than "
                            + MAX_SEARCH_TEXT
                            + " characters (including spaces) in the search list");
        }
        for (Node search : searches.items()) {
            String text = search.text();
            String plain = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
            if (!text.equals(".")) {
                Names.underscoredSubdomain(plain)
                        .forEach(fault -> search.invalidText(plain, fault));
            }
        }
        for (Node option : config.child("options").items()) {
            if (option.child("name").isEmpty()) {
                option.required("must not be empty");
            }
        }
    }

    private static void schedulingGates(Node gates) {
        Set<String> seen = new HashSet<>();
        for (Node gate : gates.items()) {
            Node name = gate.child("name");
            Names.qualifiedName(name.text()).forEach(gate.with(name.json())::invalid);
            if (!seen.add(name.text())) {
                gate.duplicate(name.json());
            }
        }
    }

    private static void hostAliases(Node aliases) {
        for (Node alias : aliases.items()) {
            Common.address(alias.child("ip"));
            alias.child("hostnames").items().forEach(Common::dnsSubdomain);
        }
    }
}
