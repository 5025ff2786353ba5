package kat.api.validation;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.json.JsonString;
import kat.api.names.Names;

/// The rules for a pod's containers of all three lists.
final class ContainerRules {

    private static final int MAX_RESTART_RULES = 20;
    private static final int MAX_EXIT_CODES = 255;
    private static final String SIDECARS_ONLY =
            "may not be set for init containers without restartPolicy=Always";

    /// What an ephemeral container may not have, in the order of its fields.
    private static final List<String> NOT_EPHEMERAL =
            List.of(
                    "ports",
                    "resources",
                    "resizePolicy",
                    "restartPolicy",
                    "restartPolicyRules",
                    "livenessProbe",
                    "readinessProbe",
                    "startupProbe",
                    "lifecycle");

    /// What the rules of containers need of their pod.
    ///
    /// @param volumes by name
    /// @param claims the names of its resource claims
    /// @param graceSeconds how long the pod may take to end
    /// @param restarts its restart policy
    /// @param system the operating system it names; empty when none
    /// @param hostUsers whether it shares the host's user namespace
    record Pod(
            Map<String, Node> volumes,
            Set<String> claims,
            long graceSeconds,
            String restarts,
            String system,
            boolean hostUsers) {}

    private ContainerRules() {}

    static void containers(Node containers, Pod pod) {
        if (containers.isEmpty()) {
            containers.required();
            return;
        }
        List<Node> all = containers.items();
        Set<String> names = new HashSet<>();
        for (Node container : all) {
            common(container, pod);
            Node name = container.child("name");
            if (!names.add(name.text())) {
                name.with(new JsonString(name.text())).duplicate();
            }
            ProbeRules.checkAll(container, pod);
            restartPolicy(container, false);
        }
        hostPorts(containers, all);
    }

    static void initContainers(Node containers, List<Node> others, Pod pod) {
        if (containers.isEmpty()) {
            return;
        }
        Set<String> names = new HashSet<>();
        others.forEach(other -> names.add(other.child("name").text()));
        for (Node container : containers.items()) {
            common(container, pod);
            restartPolicy(container, true);
            Node name = container.child("name");
            if (names.contains(name.text())) {
                name.duplicate();
            } else if (!name.isEmpty()) {
                names.add(name.text());
            }
            hostPorts(containers, List.of(container));
            if (container.child("restartPolicy").text().equals("Always")) {
                ProbeRules.checkAll(container, pod);
                continue;
            }
            for (String field :
                    List.of("lifecycle", "livenessProbe", "readinessProbe", "startupProbe")) {
                container.child(field).absent(SIDECARS_ONLY);
            }
            for (Node policy : container.child("resizePolicy").items()) {
                Node restart = policy.child("restartPolicy");
                if (restart.text().equals("RestartContainer")) {
                    restart.invalid(
                            "must not be set to 'RestartContainer' for non-sidecar"
                                    + " initContainers");
                }
            }
        }
    }

    static void ephemeralContainers(Node spec, Pod pod) {
        Node containers = spec.child("ephemeralContainers");
        if (containers.isEmpty()) {
            return;
        }
        Set<String> others = new HashSet<>();
        for (String list : List.of("containers", "initContainers")) {
            spec.child(list).items().forEach(each -> others.add(each.child("name").text()));
        }
        Set<String> names = new HashSet<>(others);
        for (Node container : containers.items()) {
            common(container, pod);
            unpadded(container.child("image"));
            Node name = container.child("name");
            if (!names.add(name.text())) {
                name.with(Json.of(name.text())).duplicate();
            }
            Node target = container.child("targetContainerName");
            if (!target.isEmpty() && !others.contains(target.text())) {
                target.notFound();
            }
            for (String field : NOT_EPHEMERAL) {
                Node member = container.child(field);
                boolean given = field.equals("resources") ? !member.isEmpty() : member.isSet();
                if (given) {
                    member.forbidden("cannot be set for an Ephemeral Container");
                }
            }
            for (Node mount : container.child("volumeMounts").items()) {
                for (String field : List.of("subPath", "subPathExpr")) {
                    if (!mount.child(field).isEmpty()) {
                        mount.child(field).forbidden("cannot be set for an Ephemeral Container");
                    }
                }
            }
        }
    }

    /// Visits the containers of all lists, those that run first first.
    static void visit(Node spec, Consumer<Node> visitor) {
        for (String list : List.of("initContainers", "containers", "ephemeralContainers")) {
            if (spec.has(list)) {
                spec.child(list).items().forEach(visitor);
            }
        }
    }

    /// @param init whether nothing more is said of rules without a policy
    private static void restartPolicy(Node container, boolean init) {
        if (!container.has("restartPolicy") && !container.has("restartPolicyRules")) {
            return;
        }
        Node policy = container.child("restartPolicy");
        Node rules = container.child("restartPolicyRules");
        if (policy.isSet()) {
            policy.oneOf("Always", "Never", "OnFailure");
        } else if (!rules.isEmpty()) {
            policy.required("must specify restartPolicy when restart rules are used");
            if (init) {
                return;
            }
        }
        int count = rules.list().size();
        if (count > MAX_RESTART_RULES) {
            rules.tooMany(count, MAX_RESTART_RULES);
        }
        for (Node rule : rules.items()) {
            if (!List.of("Restart", "RestartAllContainers").contains(rule.child("action").text())) {
                rule.child("action").unsupported("Restart", "RestartAllContainers");
            }
            Node codes = rule.child("exitCodes");
            if (!codes.isSet()) {
                codes.required("must be specified");
                continue;
            }
            if (!List.of("In", "NotIn").contains(codes.child("operator").text())) {
                codes.child("operator").unsupported("In", "NotIn");
            }
            int values = codes.child("values").list().size();
            if (values > MAX_EXIT_CODES) {
                codes.child("values").tooMany(values, MAX_EXIT_CODES);
            }
        }
    }

    private static void common(Node container, Pod pod) {
        Node name = container.child("name");
        if (name.isEmpty()) {
            name.required();
        } else {
            Common.dnsLabel(name);
        }
        container.child("image").requireNotEmpty();
        container.child("terminationMessagePolicy").requireOneOf("File", "FallbackToLogsOnError");
        ports(container.child("ports"));
        EnvironmentRules.check(container.child("env"));
        EnvironmentRules.checkFrom(container.child("envFrom"));
        MountRules.check(container, pod.volumes());
        container.child("imagePullPolicy").requireOneOf("Always", "IfNotPresent", "Never");
        ResourceRules.container(container.child("resources"), pod.claims());
        ResourceRules.resizePolicy(container.child("resizePolicy"), pod.restarts());
        SecurityRules.container(container.child("securityContext"), pod.hostUsers());
    }

    /// Pods, but not templates of them, refuse images that space surrounds.
    static void unpadded(Node image) {
        if (!image.text().equals(image.text().strip())) {
            image.invalid("must not have leading or trailing whitespace");
        }
    }

    private static void ports(Node ports) {
        if (ports.isEmpty()) {
            return;
        }
        Set<String> names = new HashSet<>();
        for (Node port : ports.items()) {
            Node name = port.child("name");
            if (!name.isEmpty()) {
                List<String> faults = Names.portName(name.text());
                name.invalidAll(faults);
                if (faults.isEmpty() && !names.add(name.text())) {
                    name.duplicate();
                }
            }
            Node number = port.child("containerPort");
            if (number.integer() == 0) {
                number.required();
            } else {
                number.invalidAll(Names.portNumber(number.integer()));
            }
            Node host = port.child("hostPort");
            if (host.integer() != 0) {
                host.invalidAll(Names.portNumber(host.integer()));
            }
            Common.protocol(port.child("protocol"));
        }
    }

    /// Reports ports of the host that are taken twice. Upstream counts the containers it was given
    /// from 0, also when it was given only one of several.
    private static void hostPorts(Node list, List<Node> containers) {
        Set<String> taken = new HashSet<>();
        for (int i = 0; i < containers.size(); i++) {
            for (Node port : containers.get(i).child("ports").items()) {
                long host = port.child("hostPort").integer();
                if (host == 0) {
                    continue;
                }
                String key =
                        port.child("protocol").text()
                                + "/"
                                + port.child("hostIP").text()
                                + "/"
                                + host;
                if (!taken.add(key)) {
                    list.at(list.path() + "[" + i + "].ports[" + port.name() + "].hostPort")
                            .duplicate(Json.of(key));
                }
            }
        }
    }

    static void hostNetworkPorts(Node containers, boolean isPod) {
        for (Node container : containers.items()) {
            for (Node port : container.child("ports").items()) {
                Node host = port.child("hostPort");
                boolean looked = isPod || host.integer() != 0;
                if (looked && host.integer() != port.child("containerPort").integer()) {
                    host.invalid(
                            Json.of(host.integer()),
                            "must match `containerPort` when `hostNetwork` is true");
                }
            }
        }
    }

    /// Files of which containers take their environment lie in the pod's own volumes.
    static void filesOfEnvironment(Node spec) {
        visit(
                spec,
                container -> {
                    for (Node variable : container.child("env").items()) {
                        if (variable.child("valueFrom").has("fileKeyRef")) {
                            fileVolume(
                                    spec, variable.child("valueFrom", "fileKeyRef", "volumeName"));
                        }
                    }
                });
    }

    private static void fileVolume(Node spec, Node name) {
        for (JsonObject volume : spec.child("volumes").list().objects()) {
            if (volume.string("name").equals(name.text())) {
                if (!volume.has("emptyDir")) {
                    name.invalid("referenced volume must be of type emptyDir");
                }
                return;
            }
        }
        name.with(Json.of(name.text())).notFound();
    }
}
