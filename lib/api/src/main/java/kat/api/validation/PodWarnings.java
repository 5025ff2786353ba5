package kat.api.validation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kat.api.AppArmor;
import kat.api.Quantity;
import kat.api.json.Json;

/// What a client that writes a pod or a template of one is told though nothing of it is refused.
///
/// **Source:** Kubernetes' `pkg/api/pod/warnings.go`.
final class PodWarnings {

    /// An answer tells the first 4,096 characters of all warnings. Each port may clash with every
    /// other, so those of a hundred thousand would fill any memory.
    private static final int ENOUGH = 1_000;

    private static final String NO_SELECTOR = ": a null labelSelector results in matching no pod";

    /// Sources of volumes that no longer work, in the order in which they are told.
    private static final List<List<String>> OLD_SOURCES =
            List.of(
                    List.of(
                            "photonPersistentDisk",
                            "deprecated in v1.11, non-functional in v1.16+"),
                    List.of("gitRepo", "deprecated in v1.11, and disabled by default in v1.33+"),
                    List.of("scaleIO", "deprecated in v1.16, non-functional in v1.22+"),
                    List.of("flocker", "deprecated in v1.22, non-functional in v1.25+"),
                    List.of("storageos", "deprecated in v1.22, non-functional in v1.25+"),
                    List.of("quobyte", "deprecated in v1.22, non-functional in v1.25+"),
                    List.of("glusterfs", "deprecated in v1.25, non-functional in v1.26+"),
                    List.of("ephemeral", ""),
                    List.of("cephfs", "deprecated in v1.28, non-functional in v1.31+"),
                    List.of("rbd", "deprecated in v1.28, non-functional in v1.31+"));

    private static final Map<String, String> OLD_ANNOTATIONS =
            Map.of(
                    "scheduler.alpha.kubernetes.io/critical-pod",
                    "non-functional in v1.16+; use the \"priorityClassName\" field instead",
                    "security.alpha.kubernetes.io/sysctls",
                    "non-functional in v1.11+; use the \"sysctls\" field instead",
                    "security.alpha.kubernetes.io/unsafe-sysctls",
                    "non-functional in v1.11+; use the \"sysctls\" field instead");

    private static final String SECCOMP = "seccomp.security.alpha.kubernetes.io/pod";
    private static final String SECCOMP_OF = "container.seccomp.security.alpha.kubernetes.io/";
    private static final String USE_SECCOMP =
            ": non-functional in v1.27+; use the \"seccompProfile\" field instead";

    private PodWarnings() {}

    /// @param pod the pod or template
    static void tell(Node pod, boolean isTemplate, List<String> warnings) {
        Node spec = pod.child("spec");
        placement(spec, warnings);
        Node annotations = pod.child("metadata", "annotations");
        for (String name : annotations.object().names()) {
            String old = OLD_ANNOTATIONS.get(name);
            if (old != null) {
                warnings.add(annotations.key(name).path() + ": " + old);
            }
        }
        volumes(spec, warnings);
        repeated(spec, "hostAliases", "ip", warnings);
        repeated(spec, "imagePullSecrets", "name", warnings);
        for (Node secret : spec.child("imagePullSecrets").items()) {
            if (secret.child("name").isEmpty()) {
                warnings.add(secret.child("name").path() + ": invalid empty name \"\"");
            }
        }
        fractions(spec.child("overhead"), warnings);
        if (annotations.has(SECCOMP) && !spec.child("securityContext").has("seccompProfile")) {
            warnings.add(annotations.key(SECCOMP).path() + USE_SECCOMP);
        }
        ContainerRules.visit(
                spec, container -> container(container, annotations, isTemplate, warnings));
        ports(spec, warnings);
        portNames(spec, warnings);
        Node grace = spec.child("terminationGracePeriodSeconds");
        if (grace.integer() < 0) {
            warnings.add(
                    grace.path()
                            + ": must be >= 0; negative values are invalid and will be treated"
                            + " as 1");
        }
        affinity(spec.child("affinity"), warnings);
        for (Node server : spec.child("dnsConfig", "nameservers").items()) {
            Warnings.address(server, warnings);
        }
        for (Node alias : spec.child("hostAliases").items()) {
            Warnings.address(alias.child("ip"), warnings);
        }
    }

    private static void placement(Node spec, List<String> warnings) {
        for (Node label : spec.child("nodeSelector").entries()) {
            String old = Warnings.OLD_NODE_LABELS.get(label.name());
            if (old != null) {
                warnings.add(label.path() + ": " + old);
            }
        }
        Node node = spec.child("affinity", "nodeAffinity");
        if (node.isSet()) {
            Node required = node.child("requiredDuringSchedulingIgnoredDuringExecution");
            for (Node term : required.child("nodeSelectorTerms").items()) {
                Warnings.nodeTerm(term, false, warnings);
            }
            for (Node term :
                    node.child("preferredDuringSchedulingIgnoredDuringExecution").items()) {
                Warnings.nodeTerm(term.child("preference"), true, warnings);
            }
        }
        for (Node each : spec.child("topologySpreadConstraints").items()) {
            Node key = each.child("topologyKey");
            String old = Warnings.OLD_NODE_LABELS.get(key.text());
            if (old != null) {
                warnings.add(key.path() + ": " + key.text() + " is " + old);
            }
            if (!each.has("labelSelector")) {
                warnings.add(each.child("labelSelector").path() + NO_SELECTOR);
            }
        }
    }

    private static void volumes(Node spec, List<String> warnings) {
        List<Node> volumes = spec.child("volumes").items();
        for (Node volume : volumes) {
            for (List<String> old : OLD_SOURCES) {
                if (!volume.has(old.getFirst())) {
                    continue;
                }
                Node source = volume.child(old.getFirst());
                if (old.getFirst().equals("ephemeral")) {
                    Warnings.claimSpec(source.child("volumeClaimTemplate", "spec"), warnings);
                } else {
                    String shown = source.path().replaceFirst("storageos$", "storageOS");
                    warnings.add(shown + ": " + old.getLast());
                }
            }
        }
        volumes.forEach(volume -> PathOverlaps.tell(volume, warnings));
    }

    private static void repeated(Node spec, String list, String field, List<String> warnings) {
        Set<String> seen = new HashSet<>();
        for (Node item : spec.child(list).items()) {
            Node value = item.child(field);
            if (!seen.add(value.text())) {
                warnings.add(value.path() + ": duplicate " + field + " " + Json.of(value.text()));
            }
        }
    }

    private static void fractions(Node amounts, List<String> warnings) {
        for (String name : List.of("memory", "ephemeral-storage")) {
            if (amounts.has(name)) {
                Warnings.fraction(amounts.key(name), warnings);
            }
        }
    }

    private static void container(
            Node container, Node annotations, boolean isTemplate, List<String> warnings) {
        String name = container.child("name").text();
        Node context = container.child("securityContext");
        if (annotations.has(SECCOMP_OF + name) && !context.has("seccompProfile")) {
            warnings.add(annotations.key(SECCOMP_OF + name).path() + USE_SECCOMP);
        }
        boolean armored = annotations.has(AppArmor.ANNOTATION + name) && isTemplate;
        if (armored && !context.has("appArmorProfile")) {
            warnings.add(annotations.key(AppArmor.ANNOTATION + name).path() + AppArmor.DEPRECATED);
        }
        Node resources = container.child("resources");
        if (resources.isSet()) {
            for (String amount : List.of("memory", "ephemeral-storage")) {
                for (String list : List.of("limits", "requests")) {
                    Node amounts = resources.child(list);
                    if (amounts.has(amount)) {
                        Warnings.fraction(amounts.key(amount), warnings);
                    }
                }
            }
        }
        Set<String> seen = new HashSet<>();
        for (Node variable : container.child("env").items()) {
            String key = variable.child("name").text();
            String value = variable.child("value").text();
            String reference = "$(" + key + ")";
            boolean extendsIt =
                    !variable.has("valueFrom")
                            && !value.equals(reference)
                            && value.contains(reference);
            if (!seen.add(key) && !extendsIt) {
                warnings.add(
                        variable.path()
                                + ": hides previous definition of "
                                + Json.of(key)
                                + ", which may be dropped when using apply");
            }
        }
    }

    /// A port of a container.
    ///
    /// @param host on the node; 0 for none
    private record Port(Node place, String ip, long host) {

        /// How another of the same number and protocol gets in its way; empty when it does not.
        private String clash(Port other) {
            if (ip.equals(other.ip) && host == other.host) {
                return "duplicate";
            }
            if (host == 0 || other.host == 0) {
                return "overlapping";
            }
            boolean isVague = host == other.host && ip.isEmpty() != other.ip.isEmpty();
            return isVague ? "dangerously ambiguous" : "";
        }
    }

    private static void ports(Node spec, List<String> warnings) {
        Map<String, List<Port>> known = new HashMap<>();
        ContainerRules.visit(
                spec,
                container -> {
                    for (Node port : container.child("ports").items()) {
                        port(port, known, warnings);
                    }
                });
    }

    private static void port(Node place, Map<String, List<Port>> known, List<String> warnings) {
        Port port =
                new Port(place, place.child("hostIP").text(), place.child("hostPort").integer());
        long number = place.child("containerPort").integer();
        String protocol = place.child("protocol").text();
        if (!port.ip().isEmpty() && port.host() == 0) {
            warnings.add(
                    place.path()
                            + ": hostIP set without hostPort: {Name:"
                            + place.child("name").text()
                            + " HostPort:0 ContainerPort:"
                            + number
                            + " Protocol:"
                            + protocol
                            + " HostIP:"
                            + port.ip()
                            + "}");
        }
        List<Port> others = known.computeIfAbsent(number + "/" + protocol, _ -> new ArrayList<>());
        for (Port other : others) {
            if (warnings.size() >= ENOUGH) {
                break;
            }
            String how = port.clash(other);
            if (!how.isEmpty()) {
                warnings.add(
                        place.path()
                                + ": "
                                + how
                                + " port definition with "
                                + other.place().path());
            }
        }
        others.add(port);
    }

    private static void portNames(Node spec, List<String> warnings) {
        Map<String, String> known = new HashMap<>();
        ContainerRules.visit(
                spec,
                container -> {
                    for (Node port : container.child("ports").items()) {
                        String name = port.child("name").text();
                        String other = name.isEmpty() ? null : known.putIfAbsent(name, port.path());
                        if (other != null) {
                            warnings.add(
                                    port.path()
                                            + ": duplicate port name "
                                            + Json.of(name)
                                            + " with "
                                            + other
                                            + ", services and probes that select ports by name"
                                            + " will use "
                                            + other);
                        }
                    }
                });
    }

    private static void affinity(Node affinity, List<String> warnings) {
        if (!affinity.isSet()) {
            return;
        }
        for (String kind : List.of("podAffinity", "podAntiAffinity")) {
            Node pods = affinity.child(kind);
            for (Node term : pods.child("requiredDuringSchedulingIgnoredDuringExecution").items()) {
                unselective(term, warnings);
            }
            for (Node term :
                    pods.child("preferredDuringSchedulingIgnoredDuringExecution").items()) {
                unselective(term.child("podAffinityTerm"), warnings);
            }
        }
    }

    private static void unselective(Node term, List<String> warnings) {
        if (!term.has("labelSelector")) {
            warnings.add(term.child("labelSelector").path() + NO_SELECTOR);
        }
    }

    /// Whether an amount has parts of a byte.
    static boolean isFraction(Node amount) {
        Quantity value = Common.quantity(amount);
        return value != null && value.thousandths() % 1000 != 0;
    }
}
